import { UnknownFunctionError } from '../../../sandbox/runtime';
import { RuntimeLab } from './support';

let lab: RuntimeLab;
beforeEach(() => {
  lab = new RuntimeLab();
});
afterEach(() => lab.dispose());

describe('handler styles', () => {
  const ECHO = { ok: true, payload: { echo: { a: [1, 'ü'] } } };
  const EVENT = { a: [1, 'ü'] };

  test.each([
    ['async CommonJS', 'index.js', 'exports.handler = async (event) => ({ echo: event });'],
    ['promise', 'index.js', 'exports.handler = (event) => Promise.resolve({ echo: event });'],
    [
      'callback',
      'index.js',
      'exports.handler = (event, context, done) => setTimeout(() => done(null, { echo: event }), 1);',
    ],
    [
      'module.exports',
      'index.js',
      'module.exports = Object.assign({}, { handler: async (event) => ({ echo: event }) });',
    ],
    ['.cjs', 'index.cjs', 'exports.handler = async (event) => ({ echo: event });'],
    ['.mjs', 'index.mjs', 'export const handler = async (event) => ({ echo: event });'],
  ])('%s answers', async (_style, file, source) => {
    const spec = lab.spec({ [file]: source });
    expect(await lab.runtime(spec).invoke(spec.name, EVENT)).toEqual(ECHO);
  });

  test('a .js file is an ES module when the package says so', async () => {
    const spec = lab.spec({
      'package.json': '{"type":"module"}',
      'index.js': 'import os from "node:os"; export const handler = async (event) => ({ echo: event, os: typeof os });',
    });
    expect(await lab.runtime(spec).invoke(spec.name, 1)).toEqual({ ok: true, payload: { echo: 1, os: 'object' } });
  });

  test('a handler in a folder, exported inside an object, is found', async () => {
    const spec = lab.spec(
      {
        'src/app.js': 'exports.api = { main: async () => require("../lib/value") };',
        'lib/value.js': 'module.exports = 7;',
      },
      { handler: 'src/app.api.main' },
    );
    expect(await lab.runtime(spec).invoke(spec.name, {})).toEqual({ ok: true, payload: 7 });
  });

  test('a callback error is a failure', async () => {
    const result = await lab.run('exports.handler = (event, context, done) => done(new RangeError("no"));');
    expect(result).toMatchObject({ ok: false, errorType: 'RangeError', errorMessage: 'no' });
  });

  test('a handler that returns nothing answers null', async () => {
    expect(await lab.run('exports.handler = async () => {};')).toEqual({ ok: true, payload: null });
  });

  test('the result makes a round trip through JSON', async () => {
    const result = await lab.run('exports.handler = async () => ({ at: new Date(0), gone: undefined });');
    expect(result).toEqual({ ok: true, payload: { at: '1970-01-01T00:00:00.000Z' } });
  });
});

describe('context and environment', () => {
  test('context tells the planned values and a real remaining time', async () => {
    const source = `exports.handler = async (event, context) => {
      const before = context.getRemainingTimeInMillis();
      await new Promise((resolve) => setTimeout(resolve, 30));
      return { ...context, before, after: context.getRemainingTimeInMillis() };
    };`;
    const result = await lab.run(source, {}, { timeoutSeconds: 5, memoryMb: 192 });
    if (!result.ok) throw new Error(result.errorMessage);
    const payload = result.payload as { before: number; after: number };
    expect(payload).toMatchObject({
      functionName: 'gh-dev-demo',
      functionVersion: '$LATEST',
      invokedFunctionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:gh-dev-demo',
      memoryLimitInMB: '192',
      logGroupName: '/aws/lambda/gh-dev-demo',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(payload.before).toBeLessThanOrEqual(5000);
    expect(payload.after).toBeLessThanOrEqual(payload.before - 25);
  });

  test('the environment is the planned one and nothing of this process', async () => {
    process.env.GATEHOUSE_CANARY = 'must not be seen';
    try {
      const spec = lab.spec(
        { 'index.js': 'exports.handler = async () => ({ ...process.env });' },
        { environment: { TABLE: 't', AWS_REGION: 'ignored' } },
      );
      const runtime = lab.runtime(spec, {
        environment: () => ({ AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_REGION: 'eu-west-1' }),
      });
      const result = await runtime.invoke(spec.name, {});
      expect(result).toEqual({
        ok: true,
        payload: {
          TABLE: 't',
          AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
          AWS_REGION: 'eu-west-1',
          AWS_LAMBDA_FUNCTION_NAME: 'gh-dev-demo',
          AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
          AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/gh-dev-demo',
          AWS_LAMBDA_LOG_STREAM_NAME: expect.any(String),
          AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
          LAMBDA_TASK_ROOT: expect.stringContaining(lab.stateDir),
          _HANDLER: 'index.handler',
        },
      });
    } finally {
      delete process.env.GATEHOUSE_CANARY;
    }
  });

  test('the region comes from the ARN when nobody gives one', async () => {
    const result = await lab.run('exports.handler = async () => process.env.AWS_REGION;');
    expect(result).toEqual({ ok: true, payload: 'eu-central-1' });
  });
});

describe('failures', () => {
  test('a thrown error is reported by name and message', async () => {
    const result = await lab.run('exports.handler = async () => { throw new TypeError("wrong"); };');
    expect(result).toMatchObject({ ok: false, errorType: 'TypeError', errorMessage: 'wrong' });
  });

  test('a thrown string is reported as such', async () => {
    const result = await lab.run('exports.handler = async () => { throw "Unauthorized"; };');
    expect(result).toMatchObject({ ok: false, errorType: 'string', errorMessage: 'Unauthorized' });
  });

  test('a synchronous throw keeps the worker and its module state', async () => {
    const spec = lab.spec({
      'index.js':
        'let calls = 0; exports.handler = (event) => { calls += 1; if (event.fail) throw new Error("x"); return Promise.resolve(calls); };',
    });
    const runtime = lab.runtime(spec);
    expect(await runtime.invoke(spec.name, { fail: true })).toMatchObject({ ok: false, errorMessage: 'x' });
    expect(await runtime.invoke(spec.name, {})).toEqual({ ok: true, payload: 2 });
  });

  test('a time-out ends a handler that never answers, and the next request gets a fresh worker', async () => {
    const spec = lab.spec(
      {
        'index.js':
          'let calls = 0; exports.handler = async (event) => { calls += 1; if (event.hang) await new Promise(() => {}); return calls; };',
      },
      { timeoutSeconds: 0.3 },
    );
    const runtime = lab.runtime(spec);
    expect(await runtime.invoke(spec.name, {})).toEqual({ ok: true, payload: 1 });
    expect(await runtime.invoke(spec.name, { hang: true })).toEqual({
      ok: false,
      errorType: 'Sandbox.Timedout',
      errorMessage: 'Task timed out after 0.30 seconds',
      timedOut: true,
    });
    expect(await runtime.invoke(spec.name, {})).toEqual({ ok: true, payload: 1 });
  });

  test('a time-out ends even a busy loop', async () => {
    const result = await lab.run('exports.handler = async () => { for (;;); };', {}, { timeoutSeconds: 0.2 });
    expect(result).toMatchObject({ ok: false, timedOut: true });
  });

  test.each([
    ['process.exit', 'process.exit(3)', 'Runtime.ExitError', 'Runtime exited with exit status 3'],
    ['an uncaught error', 'setTimeout(() => { throw new EvalError("late"); }, 1)', 'EvalError', 'late'],
    ['an unhandled rejection', 'Promise.reject(new URIError("lost"))', 'URIError', 'lost'],
  ])('%s fails the request and replaces the worker', async (_what, statement, errorType, errorMessage) => {
    const spec = lab.spec({
      'index.js': `let calls = 0; exports.handler = async (event) => { calls += 1; if (event.die) { ${statement}; await new Promise(() => {}); } return calls; };`,
    });
    const runtime = lab.runtime(spec);
    await runtime.invoke(spec.name, {});
    expect(await runtime.invoke(spec.name, { die: true })).toMatchObject({ ok: false, errorType, errorMessage });
    expect(await runtime.invoke(spec.name, {})).toEqual({ ok: true, payload: 1 });
  });

  test('a worker that dies between requests is logged and replaced', async () => {
    const source = `let calls = 0; exports.handler = async (event) => {
      calls += 1; if (event.die) setTimeout(() => { throw new EvalError('afterwards'); }, 5); return calls;
    };`;
    let died: (line: string) => void = () => undefined;
    const death = new Promise<string>((resolve) => {
      died = resolve;
    });
    const spec = lab.spec({ 'index.js': source });
    const runtime = lab.runtime(spec, { onLog: (_name, line) => died(line), concurrency: 1 });
    expect(await runtime.invoke(spec.name, { die: true })).toEqual({ ok: true, payload: 1 });
    expect(await death).toContain('"errorType":"EvalError","errorMessage":"afterwards"');
    expect(await runtime.invoke(spec.name, {})).toEqual({ ok: true, payload: 1 });
  });

  test('a heap above the planned memory ends the function, not this process', async () => {
    const source =
      'exports.handler = async () => { const all = []; for (;;) all.push(new Array(100000).fill(all.length)); };';
    const result = await lab.run(source, {}, { memoryMb: 32 });
    expect(result).toMatchObject({ ok: false, errorType: 'Runtime.OutOfMemory' });
  });

  test.each([
    ['a missing module file', { 'other.js': '' }, 'Runtime.ImportModuleError', "Error: Cannot find module 'index'"],
    [
      'a missing export',
      { 'index.js': 'exports.main = 1;' },
      'Runtime.HandlerNotFound',
      'index.handler is undefined or not exported',
    ],
    [
      'a missing dependency',
      { 'index.js': 'require("gatehouse-no-such-package");' },
      'Runtime.ImportModuleError',
      /Cannot find module/,
    ],
    ['a syntax error', { 'index.js': 'exports.handler = (' }, 'Runtime.UserCodeSyntaxError', /Unexpected/],
    ['an error while loading', { 'index.js': 'throw new RangeError("config");' }, 'RangeError', 'config'],
  ])('%s is reported', async (_what, files, errorType, message) => {
    const spec = lab.spec(files);
    const errorMessage = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(await lab.runtime(spec).invoke(spec.name, {})).toMatchObject({ ok: false, errorType, errorMessage });
  });

  test('a failed load is tried again by the next request', async () => {
    const spec = lab.spec({
      'index.js': `const fs = require('node:fs'); const flag = __dirname + '/flag';
        if (!fs.existsSync(flag)) { fs.writeFileSync(flag, ''); throw new Error('first'); }
        exports.handler = async () => 'loaded';`,
    });
    const runtime = lab.runtime(spec);
    expect(await runtime.invoke(spec.name, {})).toMatchObject({ ok: false, errorMessage: 'first' });
    expect(await runtime.invoke(spec.name, {})).toEqual({ ok: true, payload: 'loaded' });
  });

  test('a result that JSON cannot carry is a failure', async () => {
    const result = await lab.run('exports.handler = async () => ({ big: 1n });');
    expect(result).toMatchObject({ ok: false, errorType: 'Runtime.MarshalError' });
  });

  test('an event that JSON cannot carry is refused', async () => {
    const spec = lab.spec({ 'index.js': 'exports.handler = async () => 1;' });
    await expect(lab.runtime(spec).invoke(spec.name, undefined)).rejects.toThrow(TypeError);
  });

  test('an unknown function is an error that lists the known ones', async () => {
    const spec = lab.spec({ 'index.js': '' });
    const call = lab.runtime(spec).invoke('other', {});
    await expect(call).rejects.toThrow(UnknownFunctionError);
    await expect(call).rejects.toThrow('function "other" is not in the plan, which has: gh-dev-demo');
  });
});

describe('concurrency', () => {
  // Tells which worker answered and how many requests it had at once.
  const SLOW = `const id = require('node:worker_threads').threadId; let now = 0;
    exports.handler = async () => { now += 1; const at = now; await new Promise((r) => setTimeout(r, 40)); now -= 1; return { id, at }; };`;

  test('a worker has one request at a time, the pool grows to its limit and further requests wait', async () => {
    const spec = lab.spec({ 'index.js': SLOW });
    const runtime = lab.runtime(spec, { concurrency: 2 });
    const results = await Promise.all(Array.from({ length: 6 }, () => runtime.invoke(spec.name, {})));
    const payloads = results.map((result) => (result.ok ? (result.payload as { id: number; at: number }) : undefined));
    expect(payloads.map((payload) => payload?.at)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(new Set(payloads.map((payload) => payload?.id)).size).toBe(2);
  });

  test('requests one after the other share a worker', async () => {
    const spec = lab.spec({ 'index.js': SLOW });
    const runtime = lab.runtime(spec);
    const first = await runtime.invoke(spec.name, {});
    expect(await runtime.invoke(spec.name, {})).toEqual(first);
  });

  test('waiting requests are served after their workers died', async () => {
    const spec = lab.spec({
      'index.js': 'exports.handler = async (event) => { if (event.die) process.exit(1); return "alive"; };',
    });
    const runtime = lab.runtime(spec, { concurrency: 1 });
    const results = await Promise.all(
      [{ die: true }, { die: true }, {}].map((event) => runtime.invoke(spec.name, event)),
    );
    expect(results.map((result) => (result.ok ? result.payload : result.errorType))).toEqual([
      'Runtime.ExitError',
      'Runtime.ExitError',
      'alive',
    ]);
  });

  test('a limit of the function overrides the limit of the runtime', async () => {
    const spec = lab.spec({ 'index.js': SLOW }, { concurrency: 1 });
    const runtime = lab.runtime(spec, { concurrency: 3 });
    const results = await Promise.all(Array.from({ length: 3 }, () => runtime.invoke(spec.name, {})));
    expect(new Set(results.map((result) => (result.ok ? (result.payload as { id: number }).id : 0))).size).toBe(1);
  });

  test('a limit below one is refused', () => {
    const spec = lab.spec({ 'index.js': '' }, { concurrency: 0 });
    expect(() => lab.runtime(spec)).toThrow('concurrency of function "gh-dev-demo" is 0');
  });
});

describe('close', () => {
  test('ends running and waiting requests and refuses further ones', async () => {
    const spec = lab.spec({
      'index.js': 'exports.handler = async () => { console.log("in"); await new Promise(() => {}); };',
    });
    let entered: () => void = () => undefined;
    const running = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const runtime = lab.runtime(spec, { concurrency: 1, onLog: () => entered() });
    const requests = [runtime.invoke(spec.name, {}), runtime.invoke(spec.name, {})];
    await running;
    await runtime.close();
    const closed = { ok: false, errorType: 'Runtime.Closed', errorMessage: 'the function runtime was closed' };
    expect(await Promise.all(requests)).toEqual([closed, closed]);
    await expect(runtime.invoke(spec.name, {})).rejects.toThrow('the function runtime is closed');
  });
});

describe('the clock', () => {
  const READ = `exports.handler = async () => ({
    now: Date.now(), date: new Date().toISOString(), given: new Date(0).toISOString(), text: Date().slice(11, 15),
    parsed: Date.parse('1970-01-01T00:00:01Z'), utc: Date.UTC(1970, 0, 1), isDate: new Date() instanceof Date,
  });`;

  test('of the sandbox is what a function takes for the time', async () => {
    let now = Date.parse('2031-05-01T12:00:00Z');
    const spec = lab.spec({ 'index.js': READ });
    const runtime = lab.runtime(spec, { clock: () => now });
    const read = async () => {
      const result = await runtime.invoke(spec.name, {});
      return result.ok ? (result.payload as Record<string, unknown>) : result;
    };
    expect(await read()).toMatchObject({
      date: expect.stringContaining('2031-05-01T12:00:0'),
      given: '1970-01-01T00:00:00.000Z',
      text: '2031',
      parsed: 1000,
      utc: 0,
      isDate: true,
    });
    now += 3_600_000;
    const later = Number(((await read()) as { now: number }).now);
    expect(later).toBeGreaterThanOrEqual(now - 1);
    expect(later).toBeLessThan(now + 60_000);
  });

  test('does not change the remaining time', async () => {
    const spec = lab.spec({
      'index.js': 'exports.handler = async (event, context) => context.getRemainingTimeInMillis();',
    });
    const result = await lab.runtime(spec, { clock: () => 0 }).invoke(spec.name, {});
    expect(result).toMatchObject({ ok: true });
    const remaining = result.ok ? Number(result.payload) : 0;
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(10_000);
  });
});

describe('a crash', () => {
  test('ends the request that runs, and the next one starts another environment', async () => {
    const spec = lab.spec({
      'index.js': `const born = Math.random(); exports.handler = async ({ wait }) => {
        if (wait) { console.log('begun'); await new Promise((next) => setTimeout(next, 60000)); }
        return born;
      };`,
    });
    let begun: () => void = () => undefined;
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const runtime = lab.runtime(spec, { onLog: (_name, line) => line.includes('begun') && begun() });
    const first = await runtime.invoke(spec.name, {});
    const stuck = runtime.invoke(spec.name, { wait: true });
    await running;
    await runtime.crash(spec.name);
    expect(await stuck).toMatchObject({ ok: false, errorType: 'Runtime.ExitError' });
    const second = await runtime.invoke(spec.name, {});
    expect(second).toMatchObject({ ok: true });
    expect(second).not.toEqual(first);
  });

  test('of a function that is not in the plan is refused', async () => {
    const spec = lab.spec({ 'index.js': 'exports.handler = async () => 1;' });
    await expect(lab.runtime(spec).crash('other')).rejects.toThrow(UnknownFunctionError);
  });
});
