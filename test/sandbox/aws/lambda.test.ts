import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { FunctionRuntime } from '../../../sandbox/runtime';
import { RuntimeLab } from '../runtime/support';
import { AwsLab, clientConfig, errorOf } from './support';

const SOURCE = `exports.handler = async (event, context) => {
  if (event.fail) throw new RangeError('refused');
  if (event.hang) await new Promise(() => {});
  return { event, name: context.functionName };
};`;

let lab: AwsLab;
let functions: RuntimeLab;
let runtime: FunctionRuntime;
let client: LambdaClient;

beforeEach(async () => {
  lab = new AwsLab();
  functions = new RuntimeLab();
  const spec = functions.spec({ 'index.js': SOURCE }, { timeoutSeconds: 1 });
  runtime = functions.runtime(spec);
  const aws = await lab.start({ invoke: (name, event) => runtime.invoke(name, event) });
  client = new LambdaClient(clientConfig(aws));
});
afterEach(async () => {
  client.destroy();
  await functions.dispose();
  await lab.dispose();
});

async function invoke(payload: string | undefined, FunctionName = 'gh-dev-demo') {
  const answer = await client.send(
    new InvokeCommand({ FunctionName, ...(payload === undefined ? {} : { Payload: payload }) }),
  );
  const body: unknown = JSON.parse(Buffer.from(answer.Payload ?? []).toString());
  return { status: answer.StatusCode, error: answer.FunctionError, version: answer.ExecutedVersion, body };
}

test.each([
  'gh-dev-demo',
  'gh-dev-demo:$LATEST',
  '123456789012:function:gh-dev-demo',
  'arn:aws:lambda:eu-central-1:123456789012:function:gh-dev-demo',
])('%s is invoked', async (name) => {
  expect(await invoke('{"a":"ü"}', name)).toEqual({
    status: 200,
    error: undefined,
    version: '$LATEST',
    body: { event: { a: 'ü' }, name: 'gh-dev-demo' },
  });
});

test('no payload is an empty event', async () => {
  expect(await invoke(undefined)).toMatchObject({ body: { event: {} } });
});

test('a thrown error is a function error with its description', async () => {
  expect(await invoke('{"fail":true}')).toMatchObject({
    status: 200,
    error: 'Unhandled',
    body: { errorType: 'RangeError', errorMessage: 'refused', trace: expect.any(Array) },
  });
});

test('a time-out is a function error', async () => {
  expect(await invoke('{"hang":true}')).toMatchObject({
    error: 'Unhandled',
    body: { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 1.00 seconds' },
  });
});

test('an unknown function is not found', async () => {
  expect(await errorOf(invoke('{}', 'gh-dev-other'))).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
});

test('a payload that is not JSON is refused', async () => {
  expect(await errorOf(invoke('{'))).toMatchObject({ name: 'InvalidRequestContentException', status: 400 });
});

test('an asynchronous invocation is refused by name', async () => {
  const call = client.send(new InvokeCommand({ FunctionName: 'gh-dev-demo', InvocationType: 'Event' }));
  expect(await errorOf(call)).toMatchObject({ name: 'UnsupportedOperationException', status: 501 });
});

test('a sandbox failure is an internal failure that says why', async () => {
  await runtime.close();
  expect(await errorOf(invoke('{}'))).toMatchObject({
    name: 'InternalFailure',
    message: 'the function runtime is closed',
    status: 500,
  });
});
