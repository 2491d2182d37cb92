import { type AwsCall, awsRequest } from '../../../lambdas/lib/aws-request';
import { sendRequest } from '../../../lambdas/lib/http-request';

// What a call is sent with cannot be seen from a server: the default endpoint is that of AWS.
jest.mock('../../../lambdas/lib/http-request', () => ({ sendRequest: jest.fn() }));
const send = jest.mocked(sendRequest);
const call: AwsCall = { service: 'dynamodb', region: 'eu-central-1', operation: 'GetItem', input: {} };
const environment = { ...process.env };
beforeEach(() => {
  process.env = { AWS_ACCESS_KEY_ID: 'AKID', AWS_SECRET_ACCESS_KEY: 's' };
  send.mockReset().mockResolvedValue({ status: 200, body: Buffer.from('{}'), headers: {} });
});
afterAll(() => {
  process.env = environment;
});

test.each([
  ['eu-central-1', 'https://dynamodb.eu-central-1.amazonaws.com/'],
  ['cn-north-1', 'https://dynamodb.cn-north-1.amazonaws.com.cn/'],
])('in %s calls %s, over TLS', async (region, url) => {
  await awsRequest({ ...call, region });
  expect(send.mock.calls[0]?.[0].url.href).toBe(url);
});

test('bounds a call in time and size, and sends it once where nothing else is said', async () => {
  await awsRequest(call);
  expect(send.mock.calls[0]?.[0]).toMatchObject({ timeoutMs: 2000, maxBytes: 2_000_000, idempotent: false });
});

test('passes on the bounds of a call', async () => {
  await awsRequest({ ...call, timeoutMs: 7, idempotent: true });
  expect(send.mock.calls[0]?.[0]).toMatchObject({ timeoutMs: 7, idempotent: true });
});
