import { createServer, type IncomingMessage, type Server } from 'node:http';
import { sign } from 'aws4';
import { AwsError } from '../../../sandbox/aws/protocol';
import { verifySignature } from '../../../sandbox/aws/signature';
import { listen, stop } from '../../../sandbox/shared/listen';

const CREDENTIALS = { accessKeyId: 'SANDBOXKEY', secretAccessKey: 'not guessed' };

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

let server: Server;
let port: number;
let received: { message: IncomingMessage; body: Buffer } | undefined;

beforeAll(async () => {
  server = createServer((message, response) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      received = { message, body: Buffer.concat(chunks) };
      response.end();
    });
  });
  port = await listen(server, 0);
});
afterAll(() => stop(server));

/** Signs by another implementation, changes what was signed, sends it, and gives the name of the refusal. */
async function verdict(
  sent: Sent,
  change: (sent: Required<Sent>) => Partial<Required<Sent>> = () => ({}),
  credentials = CREDENTIALS,
): Promise<string | undefined> {
  const { method = 'POST', path = '/', headers = {}, body = '{"SecretId":"s"}' } = sent;
  const host = `127.0.0.1:${port}`;
  const request = { host, method, path, headers: { ...headers }, body, service: 'secretsmanager', region: 'eu-west-1' };
  const signed = sign(request, credentials) as { headers: Record<string, string> };
  const original = { method, path, headers: signed.headers, body };
  const final = { ...original, ...change(original) };
  const { request: send } = await import('node:http');
  await new Promise<void>((resolve, reject) => {
    const outgoing = send(
      { host: '127.0.0.1', port, method: final.method, path: final.path, headers: final.headers },
      (response) => response.resume().on('end', resolve),
    );
    outgoing.on('error', reject);
    outgoing.end(final.method === 'GET' ? undefined : final.body);
  });
  if (received === undefined) throw new Error('nothing arrived');
  try {
    verifySignature(received.message, received.body, CREDENTIALS);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.code;
    throw error;
  }
}

const TARGET = { 'X-Amz-Target': 'secretsmanager.GetSecretValue', 'Content-Type': 'application/x-amz-json-1.1' };

describe('a signature of another implementation is found good', () => {
  test.each<[string, Sent]>([
    ['a JSON request', { headers: TARGET }],
    ['an empty body', { body: '' }],
    ['a body of several bytes a character', { body: '{"name":"grün €"}' }],
    ['a path with encoded parts', { path: '/2015-03-31/functions/arn%3Aaws%3Alambda%3A1%3Afunction%3Aa/invocations' }],
    [
      'a query out of order',
      { method: 'GET', path: '/apikeys?limit=5&includeValues=true&name=a%20b&limit=1', body: '' },
    ],
    ['values with spaces to fold', { headers: { ...TARGET, 'X-Amz-Note': '  a   b  ' } }],
  ])('%s', async (_name, sent) => {
    expect(await verdict(sent)).toBeUndefined();
  });
});

describe('refused is', () => {
  test('another secret', async () => {
    expect(await verdict({}, undefined, { ...CREDENTIALS, secretAccessKey: 'guessed' })).toBe(
      'InvalidSignatureException',
    );
  });

  test('another access key, with the right secret', async () => {
    expect(await verdict({}, undefined, { ...CREDENTIALS, accessKeyId: 'sandbox' })).toBe(
      'UnrecognizedClientException',
    );
  });

  test.each<[string, (sent: Required<Sent>) => Partial<Required<Sent>>]>([
    ['another body', () => ({ body: '{"SecretId":"t"}' })],
    ['another method', () => ({ method: 'PUT' })],
    ['another path', () => ({ path: '/x' })],
    ['another query', () => ({ path: '/?a=1' })],
    ['another target', ({ headers }) => ({ headers: { ...headers, 'X-Amz-Target': 'secretsmanager.ListSecrets' } })],
    [
      'another time',
      ({ headers }) => ({ headers: { ...headers, 'X-Amz-Date': `${headers['X-Amz-Date']?.slice(0, 9)}000000Z` } }),
    ],
    [
      'another region',
      ({ headers }) => ({
        headers: { ...headers, Authorization: headers.Authorization?.replace('eu-west-1', 'eu-west-2') ?? '' },
      }),
    ],
    ['a digest that is not of the body', ({ headers }) => ({ headers: { ...headers, 'X-Amz-Content-Sha256': 'x' } })],
  ])('%s than was signed', async (_name, change) => {
    expect(await verdict({ headers: TARGET }, change)).toMatch(/^(InvalidSignature|IncompleteSignature)Exception$/);
  });

  test('a digest that was signed and is not of the body', async () => {
    const headers = { 'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD' };
    expect(await verdict({ headers }, () => ({ body: '{"SecretId":"t"}' }))).toBe('InvalidSignatureException');
  });

  test.each(['x', 'Bearer x', 'AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=x', 'Basic eDp5', ''])(
    'what is no signature: %j',
    async (authorization) => {
      const change = ({ headers }: Required<Sent>) => ({ headers: { ...headers, Authorization: authorization } });
      expect(await verdict({}, change)).toBe('IncompleteSignatureException');
    },
  );

  test('a signature that leaves the host or the target open', async () => {
    const without = (name: string) => (sent: Required<Sent>) => ({
      headers: {
        ...sent.headers,
        Authorization: sent.headers.Authorization?.replace(new RegExp(`(?<=[=;])${name};?`), '') ?? '',
      },
    });
    expect(await verdict({ headers: TARGET }, without('host'))).toBe('IncompleteSignatureException');
    expect(await verdict({ headers: TARGET }, without('x-amz-target'))).toBe('IncompleteSignatureException');
  });
});
