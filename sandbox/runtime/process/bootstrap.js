'use strict';
// What runs in each Lambda process: the part of the Node.js runtime between the service and a handler.

const path = require('node:path');
const virtualTime = require('./virtual-time');

const [codeDirectory, handlerName] = process.argv.slice(2);
const environment = process.env;
require('./reroute')(environment.AWS_ENDPOINT_URL, environment.AWS_ACCESS_KEY_ID);
require('node:module').syncBuiltinESMExports();

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
for (const [, ...methods] of LEVELS.slice(0, Math.max(0, LEVELS.findIndex(([level]) => level === environment.AWS_LAMBDA_LOG_LEVEL)))) {
  methods.forEach(method => { console[method] = () => {}; });
}

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
  writeToStderr(`${environment.AWS_LAMBDA_FUNCTION_NAME}: ${errorType}: ${error instanceof Error ? error.stack : error}\n`);
  const described = describe(error);
  answer({ fatal: true, error: { ...described, errorType, errorMessage: `${described.errorType}: ${described.errorMessage}` } }, () => process.exit(1));
};
process.on('uncaughtException', error => crash('Runtime.UncaughtException', error));
process.on('unhandledRejection', error => crash('Runtime.UnhandledPromiseRejection', error));

const load = async () => {
  const dot = handlerName.lastIndexOf('.');
  const file = path.join(codeDirectory, handlerName.slice(0, dot));
  const exists = extension => require('node:fs').existsSync(file + extension);
  const module = exists('.mjs') ? await import(`${file}.mjs`) : require(exists('.cjs') ? `${file}.cjs` : file);
  const handler = module[handlerName.slice(dot + 1)];
  if (typeof handler !== 'function') {
    throw new Error(`${handlerName} is undefined or not exported`);
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
      functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
      invokedFunctionArn: invocation.functionArn,
      functionVersion: '$LATEST',
      memoryLimitInMB: environment.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      getRemainingTimeInMillis: () => invocation.deadline - Date.now(),
    });
    answer({ result: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    answer({ error: describe(error) });
  }
};

process.on('message', message => message.type === 'time' ? virtualTime.resume(message.time) : invoke(message));
