'use strict';
// What runs in each Lambda process: the part of the Node.js runtime between the service and a handler.

const fs = require('node:fs');
const http = require('node:http');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');
const virtualTime = require('./virtual-time');

/** What the process runs: a function of the sandbox, later perhaps another one. */
let assigned;
require('./reroute')(() => assigned.environment);
Module.syncBuiltinESMExports();

// The sandbox has gone, however it ended.
process.on('disconnect', () => process.exit());

let requestId = '';
let printed = [];

// What the function prints travels in one message per turn of the event loop.
const flush = () => {
  if (printed.length > 0) {
    process.send({ type: 'log', requestId, text: printed.join('') });
    printed = [];
  }
};
const writeToStderr = process.stderr.write.bind(process.stderr);
process.stdout.write = process.stderr.write = text => {
  if (printed.push(String(text)) === 1) {
    setImmediate(flush);
  }
  return true;
};

// As the runtime does when the function's log format is JSON: what is below its log level is not written.
const LEVELS = [['TRACE', 'trace'], ['DEBUG', 'debug'], ['INFO', 'log', 'info'], ['WARN', 'warn'], ['ERROR', 'error'], ['FATAL']];
const consoleMethods = { ...console };
const setLogLevel = logLevel => {
  Object.assign(console, consoleMethods);
  for (const [, ...methods] of LEVELS.slice(0, Math.max(0, LEVELS.findIndex(([level]) => level === logLevel)))) {
    methods.forEach(method => { console[method] = () => {}; });
  }
};

const answer = (message, then) => {
  virtualTime.end();
  flush();
  process.send({ type: 'answer', requestId, time: Date.now(), ...message }, then);
};

const describe = error => error instanceof Error
  ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
  : { errorType: typeof error, errorMessage: String(error), trace: [] };

// The process cannot go on: the invocation fails, and its cause is shown where one looks first.
const crash = (errorType, error) => {
  writeToStderr(`${assigned?.environment.AWS_LAMBDA_FUNCTION_NAME}: ${errorType}: ${error instanceof Error ? error.stack : error}\n`);
  const described = describe(error);
  answer({ fatal: true, error: { ...described, errorType, errorMessage: `${described.errorType}: ${described.errorMessage}` } }, () => process.exit(1));
};
process.on('uncaughtException', error => crash('Runtime.UncaughtException', error));
process.on('unhandledRejection', error => crash('Runtime.UnhandledPromiseRejection', error));

// The same code is in the same file, whichever function runs it. What V8 has compiled of it once is not compiled again.
const scripts = new Map();
const compile = Module.prototype._compile;
Module.prototype._compile = function (content, file) {
  if (!file.startsWith(codeOf(assigned))) {
    return compile.call(this, content, file);
  }
  if (!scripts.has(file)) {
    scripts.set(file, new vm.Script(Module.wrap(content), { filename: file, importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER }));
  }
  const run = scripts.get(file).runInThisContext();
  return run.call(this.exports, this.exports, Module.createRequire(file), this, file, path.dirname(file));
};

/** Where the modules of a function are. */
const codeOf = ({ codeDirectory }) => fs.realpathSync(codeDirectory) + path.sep;

/** Whether it has loaded what cannot be unloaded. */
let tainted = false;
const load = async () => {
  const { codeDirectory, handler: name } = assigned;
  const dot = name.lastIndexOf('.');
  const file = path.join(codeDirectory, name.slice(0, dot));
  const exists = extension => fs.existsSync(file + extension);
  tainted = exists('.mjs');
  const loaded = tainted ? await import(`${file}.mjs`) : require(exists('.cjs') ? `${file}.cjs` : file);
  const handler = loaded[name.slice(dot + 1)];
  if (typeof handler !== 'function') {
    throw new Error(`${name} is undefined or not exported`);
  }
  return handler;
};

let loading;
const invoke = async invocation => {
  requestId = invocation.requestId;
  virtualTime.begin(invocation.time);
  let handler;
  try {
    handler = await (loading ??= load());
  } catch (error) {
    crash(error.code === 'MODULE_NOT_FOUND' ? 'Runtime.ImportModuleError' : 'Runtime.UserCodeError', error);
    return;
  }
  try {
    const result = await handler(JSON.parse(invocation.payload), {
      awsRequestId: requestId,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      invokedFunctionArn: invocation.functionArn,
      functionVersion: '$LATEST',
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      getRemainingTimeInMillis: () => invocation.deadline - Date.now(),
    });
    answer({ result: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    answer({ error: describe(error) });
  }
};

/** From now on the process is this function's. */
const become = definition => {
  assigned = definition;
  Object.keys(process.env).forEach(name => delete process.env[name]);
  Object.assign(process.env, definition.environment);
  process.chdir(definition.codeDirectory);
  // The runtime has this object, and the SDK's clients keep something there.
  globalThis.awslambda = {};
  setLogLevel(definition.environment.AWS_LAMBDA_LOG_LEVEL);
};

const listeners = () => process.eventNames().map(event => [event, process.listenerCount(event)]).toString();
const globals = () => Reflect.ownKeys(globalThis).map(key => [key, Object.getOwnPropertyDescriptor(globalThis, key)]);

/**
 * Takes the function out of the process. What the runtime has stays loaded, everything else goes.
 *
 * @returns whether nothing is left of it
 */
const leave = () => {
  loading = undefined;
  const code = codeOf(assigned);
  Object.keys(require.cache).filter(file => file.startsWith(code)).forEach(file => delete require.cache[file]);
  module.children.splice(own.children);
  delete globalThis.awslambda;
  // Its connections are to the front door of a sandbox that may end.
  http.globalAgent.destroy();
  return !tainted && virtualTime.atRest() && listeners() === own.listeners
    && globals().every(([key, { value }]) => own.globals.has(key) && [undefined, value].includes(own.globals.get(key).value));
};

process.on('message', message => {
  switch (message.type) {
    case 'function': return become(message);
    case 'time': return virtualTime.resume(message.time);
    // What has just ended may still be on its way out.
    case 'leave': return setImmediate(() => {
      const clean = leave();
      flush();
      process.send({ type: 'left', clean });
    });
    default: return invoke(message);
  }
});

/** What belongs to the process itself, whatever it runs. */
const own = { children: module.children.length, listeners: listeners(), globals: new Map(globals()) };
