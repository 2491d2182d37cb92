import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../sandbox';
import { loadConfig } from '../../stacks/config';
import { synthesize } from '../../stacks/synth';
import { temporaryFolder } from './support';

/** Answers with what it got; with the bytes themselves, in base64, where the path is that of a file. */
const BACKEND = `
exports.handler = async (event) => {
  if (event.resource === '/picture') {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
    return { statusCode: 200, headers: { 'content-type': 'image/png' }, body: bytes.toString('base64'), isBase64Encoded: true };
  }
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ encoded: event.isBase64Encoded, hex: bytes.toString('hex') }),
  };
};
`;

const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, n) => n));
const open = { security: [], 'x-gatehouse-public': 'test' };
const OBJECT = {
  type: 'object',
  required: ['a'],
  properties: { a: { type: 'string' }, id: { type: 'string', readOnly: true } },
};
const PATHS = {
  '/upload': {
    post: {
      ...open,
      requestBody: {
        required: true,
        content: {
          'multipart/form-data': { schema: { properties: { file: { type: 'string', format: 'binary' } } } },
          'application/octet-stream': {},
        },
      },
    },
  },
  '/picture': { get: { ...open, responses: { 200: { description: 'x', content: { 'image/png': {} } } } } },
  '/orders': {
    get: {
      ...open,
      parameters: [
        { name: 'page[size]', in: 'query', required: true, schema: { type: 'integer' } },
        { name: 'filter', in: 'query', required: true, style: 'deepObject', explode: true, schema: { type: 'object' } },
        { name: 'archived', in: 'query', required: true, allowEmptyValue: true, schema: { type: 'boolean' } },
        { name: 'plain', in: 'query', required: true },
      ],
    },
    post: {
      ...open,
      requestBody: {
        required: true,
        content: { 'application/json; charset=utf-8': { schema: { allOf: [OBJECT, { required: ['id'] }] } } },
      },
    },
    patch: {
      ...open,
      requestBody: {
        required: true,
        content: {
          'application/merge-patch+json': { schema: { type: 'object' } },
          'application/json-patch+json': { schema: { type: 'array' } },
        },
      },
    },
    put: { ...open, requestBody: { content: { 'application/json': { schema: OBJECT } } } },
  },
};

interface Reply {
  readonly status: number;
  readonly bytes: Buffer;
}

/** The documents of the cases, synthesized and served: what a client gets. */
describe.each([
  ['what the document describes', undefined],
  ['every media type', ['*/*']],
])('an API whose binary media types are %s', (_what, binaryMediaTypes) => {
  const folder = temporaryFolder();
  const warnings: string[] = [];
  let sandbox: Sandbox;

  beforeAll(async () => {
    mkdirSync(join(folder.path, 'echo'));
    writeFileSync(join(folder.path, 'echo/index.js'), BACKEND);
    writeFileSync(
      join(folder.path, 'openapi.json'),
      JSON.stringify({
        openapi: '3.0.3',
        info: { title: 't', version: '1' },
        'x-gatehouse-backend': 'echo',
        paths: PATHS,
      }),
    );
    const file = join(folder.path, 'gatehouse.config.json');
    const api = { openapi: 'openapi.json', backends: { echo: { bundle: 'echo' } } };
    writeFileSync(
      file,
      JSON.stringify({
        ...{ prefix: 'acme', account: '123456789012', region: 'eu-west-1', tokens: { brand: 'acme' } },
        scopes: { 'orders:read': 'r' },
        tiers: { free: { rateLimit: 500, burstLimit: 1000 } },
        apis: { shop: { ...api, ...(binaryMediaTypes === undefined ? {} : { binaryMediaTypes }) } },
        environments: { dev: { tokenEnvironment: 'test', deletionProtection: false } },
      }),
    );
    const synthDir = join(folder.path, 'cdktf.out');
    synthesize(loadConfig(file), synthDir, { onWarning: (warning) => warnings.push(warning) });
    sandbox = await startSandbox({ synthDir, environment: 'dev', stateDir: join(folder.path, 'state'), port: 0 });
  });
  afterAll(async () => {
    await sandbox.close();
    folder.remove();
  });

  function send(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: Buffer | string,
  ): Promise<Reply> {
    return new Promise((done, fail) => {
      const outgoing = request(`${sandbox.url}/shop/dev${path}`, { method, agent: false, headers }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => done({ status: incoming.statusCode ?? 0, bytes: Buffer.concat(chunks) }));
      });
      outgoing.on('error', fail);
      outgoing.end(body);
    });
  }

  const isEverything = binaryMediaTypes !== undefined;

  test.each([
    ['application/octet-stream', ALL_BYTES],
    [
      'multipart/form-data; boundary=X',
      Buffer.concat([
        Buffer.from('--X\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'),
        ALL_BYTES,
        Buffer.from('\r\n--X--\r\n'),
      ]),
    ],
  ])('case o09-multipart: all 256 byte values arrive as they were sent: %s', async (type, bytes) => {
    const { status, bytes: answer } = await send('POST', '/upload', { 'Content-Type': type }, bytes);
    expect([status, JSON.parse(answer.toString())]).toEqual([200, { encoded: true, hex: bytes.toString('hex') }]);
  });

  test('case o09-multipart: all 256 byte values of an answer arrive where the client accepts the type first', async () => {
    const { status, bytes } = await send('GET', '/picture', { Accept: 'image/png,*/*' });
    expect([status, bytes.toString('hex')]).toEqual([200, ALL_BYTES.toString('hex')]);
  });

  test.each([['*/*'], ['text/html,image/png'], ['image/avif,image/png']])(
    'an answer for Accept: %s is decoded where binary media types cover its first type alone',
    async (Accept) => {
      const { bytes } = await send('GET', '/picture', { Accept });
      expect(bytes.toString('latin1')).toBe(isEverything ? ALL_BYTES.toString('latin1') : ALL_BYTES.toString('base64'));
    },
  );

  test('text of a type that is not binary comes as text, and in base64 where all types are', async () => {
    const { bytes } = await send('POST', '/upload', { 'Content-Type': 'text/plain' }, 'ä');
    expect(JSON.parse(bytes.toString())).toEqual({ encoded: isEverything, hex: Buffer.from('ä').toString('hex') });
  });

  test('cases o01, o03, o05: a right request passes, one without what can be demanded does not', async () => {
    const right = '/orders?page%5Bsize%5D=10&filter%5Bstate%5D=open&archived=&plain=1';
    expect((await send('GET', right)).status).toBe(200);
    const { status, bytes } = await send('GET', right.replace('plain=1', 'plain='));
    expect([status, JSON.parse(bytes.toString()).detail]).toEqual([
      400,
      'Missing required request parameters: [plain]',
    ]);
  });

  const json = (method: string, type: string, body: string) => send(method, '/orders', { 'Content-Type': type }, body);
  const refused = isEverything ? 200 : 400;

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'text/plain',
    'application/xml',
  ])('case o20-json-charset: the check cannot be escaped by the content type %s', async (type) => {
    expect((await json('POST', type, '{"a":1}')).status).toBe(refused);
    expect((await json('POST', type, '{"a":"x"}')).status).toBe(200);
  });

  test('case o08-readonly-in-allof: a body without its read-only property passes', async () => {
    expect((await json('POST', 'application/json', '{"a":"x"}')).status).toBe(200);
    expect((await json('POST', 'application/json', '{"id":"x"}')).status).toBe(refused);
  });

  test.each([
    ['application/merge-patch+json', '{}', '[]'],
    ['application/json-patch+json', '[]', '{}'],
    ['application/json-patch+json; charset=utf-8', '[]', '{}'],
    ['application/json', '[]', '1'],
  ])('case o19-multi-json-types: %s takes %s and not %s', async (type, good, bad) => {
    expect((await json('PATCH', type, good)).status).toBe(200);
    expect((await json('PATCH', type, bad)).status).toBe(refused);
  });

  test('first hour: an optional body is left to the backend, and said so', async () => {
    expect((await send('PUT', '/orders')).status).toBe(200);
    expect((await json('PUT', 'application/json', '{"a":1}')).status).toBe(200);
    const kind = isEverything ? 'JSON bodies that binaryMediaTypes covers' : 'bodies that may be absent';
    expect(warnings).toContainEqual(expect.stringContaining(`× ${kind}`));
  });

  test('the warnings are one for each kind, each with a number and a place', () => {
    const told = warnings.filter((warning) => warning.includes('left to the backend'));
    expect(told.length).toBeGreaterThan(3);
    const kinds = told.map((warning) => /\d+ × ([^:]*)/.exec(warning)?.[1]);
    expect(new Set(kinds).size).toBe(told.length);
    expect(told.every((warning) => /#\/\S+/.test(warning))).toBe(true);
  });
});
