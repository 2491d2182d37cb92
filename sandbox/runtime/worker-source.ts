/**
 * What runs inside a function's worker thread, as text: it is evaluated by `new Worker(text, { eval: true })`, so that it
 * runs the same from compiled JavaScript and from TypeScript source under a test runner. It has no access to the
 * project's modules and needs none.
 *
 * Messages out: `output` (text written to stdout or stderr), `ready`, `init-error`, `result` (JSON text), `error`.
 * Messages in: an invocation {event: JSON text, qualifier, deadlineMs, requestId, clockOffsetMs}. All of them travel over one port, so output
 * always arrives before the result it precedes.
 */
export const WORKER_SOURCE = String.raw`'use strict';
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { StringDecoder } = require('node:string_decoder');
const { pathToFileURL } = require('node:url');
const { parentPort, workerData } = require('node:worker_threads');
const { taskRoot, kitFile, handler: handlerName, context: fixedContext, ownClock } = workerData;
const kitRequire = Module.createRequire(kitFile);
const MachineDate = Date;
let clockOffsetMs = 0;

// The function's Date follows the clock of the sandbox where that has one of its own; timers do not.
if (ownClock) {
  const now = () => MachineDate.now() + clockOffsetMs;
  globalThis.Date = new Proxy(MachineDate, {
    construct: (target, values, newTarget) => Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget),
    apply: () => new MachineDate(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
}

function capture(stream, name) {
  const decoder = new StringDecoder('utf8');
  stream.write = (chunk, encoding, done) => {
    const text = typeof chunk === 'string' ? chunk : decoder.write(Buffer.from(chunk));
    parentPort.postMessage({ type: 'output', stream: name, text });
    const callback = typeof encoding === 'function' ? encoding : done;
    if (typeof callback === 'function') process.nextTick(callback);
    return true;
  };
}
capture(process.stdout, 'stdout');
capture(process.stderr, 'stderr');

function describe(error) {
  if (error !== null && typeof error === 'object' && 'message' in error) {
    const trace = typeof error.stack === 'string' ? error.stack.split('\n') : [];
    return { errorType: String(error.name || 'Error'), errorMessage: String(error.message), trace };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function runtimeError(name, message) {
  const error = new Error(message);
  error.name = name;
  return error;
}

const inside = (file) => typeof file === 'string' && file.startsWith(taskRoot + path.sep);
const PART_OF_RUNTIME = /^@(aws-sdk|smithy)\//;

// A deployed function finds what is in its package, what is built in, and the SDK of its runtime. Here it lies below folders that hold more.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  if (!parent || !inside(parent.filename)) return resolveFilename.call(this, request, parent, ...rest);
  let found;
  try {
    found = resolveFilename.call(this, request, parent, ...rest);
  } catch (error) {
    if (!PART_OF_RUNTIME.test(request)) throw error;
    return kitRequire.resolve(request);
  }
  if (Module.isBuiltin(found) || inside(found) || PART_OF_RUNTIME.test(request)) return found;
  const error = new Error('Cannot find module \'' + request + '\'\nRequire stack:\n- ' + parent.filename);
  error.code = 'MODULE_NOT_FOUND';
  error.requireStack = [parent.filename];
  throw error;
};

function resolveExport(loaded, names) {
  return names.reduce((value, name) => (value === null || value === undefined ? undefined : value[name]), loaded);
}

async function load() {
  const match = /^([^.]+)\.(.+)$/.exec(path.basename(handlerName));
  if (!match) throw runtimeError('Runtime.MalformedHandlerName', 'bad handler "' + handlerName + '"');
  const base = path.join(taskRoot, path.dirname(handlerName), match[1]);
  const file = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find((name) => fs.existsSync(name));
  if (!file) {
    throw runtimeError('Runtime.ImportModuleError', 'Error: Cannot find module \'' + path.relative(taskRoot, base) + '\'');
  }
  let loaded;
  try {
    // import() takes CommonJS as well, and applies the package's own "type" to .js files.
    loaded = await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError) error.name = 'Runtime.UserCodeSyntaxError';
    if (error && /^(ERR_)?MODULE_NOT_FOUND$/.test(error.code)) error.name = 'Runtime.ImportModuleError';
    throw error;
  }
  const names = match[2].split('.');
  const found = resolveExport(loaded, names) ?? resolveExport(loaded.default, names);
  if (typeof found !== 'function') {
    throw runtimeError('Runtime.HandlerNotFound', handlerName + ' is undefined or not exported');
  }
  return found;
}

function invoke(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, value) => (error === null || error === undefined ? resolve(value) : reject(error));
    const returned = handler(event, context, callback);
    if (returned && typeof returned.then === 'function') returned.then(resolve, reject);
    else if (handler.length < 3) resolve(null);
  });
}

async function answer(handler, message) {
  clockOffsetMs = message.clockOffsetMs;
  const context = {
    ...fixedContext,
    ...(message.qualifier && { invokedFunctionArn: fixedContext.invokedFunctionArn + ':' + message.qualifier }),
    awsRequestId: message.requestId,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, message.deadlineMs - MachineDate.now()),
  };
  try {
    const value = await invoke(handler, JSON.parse(message.event), context);
    let payload;
    try {
      payload = JSON.stringify(value === undefined ? null : value) ?? 'null';
    } catch (error) {
      throw runtimeError('Runtime.MarshalError', 'Unable to stringify response body: ' + error.message);
    }
    parentPort.postMessage({ type: 'result', payload });
  } catch (error) {
    parentPort.postMessage({ type: 'error', error: describe(error) });
  }
}

load().then(
  (handler) => {
    parentPort.on('message', (message) => answer(handler, message));
    parentPort.postMessage({ type: 'ready' });
  },
  (error) => parentPort.postMessage({ type: 'init-error', error: describe(error) }),
);
`;
