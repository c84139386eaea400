'use strict';
// The clock of a Lambda process follows the sandbox's virtual time. It stands still while the process computes, so that
// no result depends on how fast the machine is, and moves on by what the process waits for:
// - the answers of the front door, each of which carries the time;
// - timers: as soon as the process has nothing to do but to wait for one, the sandbox lets the time pass.

const diagnostics = require('node:diagnostics_channel');
const timers = require('node:timers');
const timersPromises = require('node:timers/promises');
const { promisify } = require('node:util');
const zlib = require('node:zlib');

const RealDate = Date;
const real = { ...timers };
/** Real milliseconds without any activity after which the process counts as waiting. */
const IDLE = 5;
/** What may be open in a process that only waits: its channel to the sandbox, and connections kept for the next request. */
const PASSIVE_RESOURCES = ['Timeout', 'Immediate', 'PipeWrap', 'TCPSocketWrap'];

let current = RealDate.now();
const advance = time => { current = Math.max(current, time); };

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) => (
    Reflect.construct(target, args.length > 0 ? args : [current], newTarget === globalThis.Date ? target : newTarget)),
  apply: () => new RealDate(current).toString(),
  get: (target, key) => key === 'now' ? () => current : Reflect.get(target, key),
});

// Timers are real ones, too, so that they fire even while the process is busy; `pending` knows what to call when time jumps.
const pending = new Map();
let activity = 0;

const arm = (schedule, callback, delay, args, repeats) => {
  const milliseconds = Math.max(1, Number(delay) || 0);
  const fire = () => {
    activity++;
    advance(timer.due);
    if (repeats) {
      timer.due = current + milliseconds;
    } else {
      clear(handle);
    }
    callback(...args);
  };
  const timer = { due: current + milliseconds, fire };
  const handle = schedule(fire, milliseconds);
  pending.set(handle, timer);
  watch();
  return handle;
};

const clear = handle => {
  pending.delete(typeof handle === 'object' ? handle : [...pending.keys()].find(timeout => Number(timeout) === Number(handle)));
  real.clearTimeout(handle);
};

const replaced = {
  setTimeout: (callback, delay, ...args) => arm(real.setTimeout, callback, delay, args, false),
  setInterval: (callback, delay, ...args) => arm(real.setInterval, callback, delay, args, true),
  clearTimeout: clear,
  clearInterval: clear,
};
timersPromises.setTimeout = (delay, value, { signal } = {}) => new Promise((resolve, reject) => {
  signal?.throwIfAborted();
  const handle = replaced.setTimeout(resolve, delay, value);
  signal?.addEventListener('abort', () => {
    clear(handle);
    reject(signal.reason);
  }, { once: true });
});
Object.defineProperty(replaced.setTimeout, promisify.custom, { value: timersPromises.setTimeout });
Object.assign(timers, replaced);
Object.assign(globalThis, replaced);

let requestsUnderWay = 0;
diagnostics.subscribe('http.client.request.start', ({ request }) => {
  activity++;
  requestsUnderWay++;
  request.once('close', () => {
    activity++;
    requestsUnderWay--;
  });
});
diagnostics.subscribe('http.client.response.finish', ({ response }) => advance(Number(response.headers['x-sandbox-time'] ?? 0)));

// What is packed or unpacked in another thread is not among the resources that Node.js tells of.
const packing = new Set();
const probe = zlib.createGunzip();
const handles = Object.getPrototypeOf(probe._handle);
probe.close();
const { init, write, close } = handles;
handles.init = function (...args) {
  const done = args.findIndex(argument => typeof argument === 'function');
  const callback = args[done];
  args[done] = function () {
    activity++;
    packing.delete(this);
    callback.call(this);
  };
  return init.apply(this, args);
};
handles.write = function (...args) {
  packing.add(this);
  return write.apply(this, args);
};
handles.close = function () {
  packing.delete(this);
  return close.call(this);
};

let invoked = false;
let watching;
let lastActivity;

/** Looks now and then whether the process does nothing but wait for a timer. */
const watch = () => {
  watching ??= invoked ? real.setInterval(look, IDLE).unref() : undefined;
};

const stopWatching = () => {
  real.clearInterval(watching);
  watching = undefined;
};

/** Whether nothing is under way, apart from what these resources stand for. */
const quiet = passive => requestsUnderWay === 0 && packing.size === 0
  && process.getActiveResourcesInfo().every(resource => passive.includes(resource));

const look = () => {
  const waits = [...pending].filter(([handle]) => handle.hasRef()).map(([, timer]) => timer.due);
  const idle = activity === lastActivity && quiet(PASSIVE_RESOURCES);
  lastActivity = activity;
  if (waits.length === 0) {
    stopWatching();
  } else if (idle) {
    stopWatching();
    process.send({ type: 'wait', until: Math.min(...waits) });
  }
};

/** An invocation begins. */
exports.begin = time => {
  current = time;
  invoked = true;
  watch();
};

/** The invocation has ended. */
exports.end = () => {
  invoked = false;
  stopWatching();
};

/** The time that was waited for has come. */
exports.resume = time => {
  advance(time);
  [...pending.values()].filter(timer => timer.due <= current).sort((a, b) => a.due - b.due).forEach(timer => timer.fire());
  watch();
};

/** Whether nothing at all is going on or planned: the channel to the sandbox is open, and no connection that anybody uses. */
exports.atRest = () => !invoked && pending.size === 0 && quiet(['PipeWrap']);
