import { request } from 'node:http';
import fc from 'fast-check';
import type { RestApi } from '../../../sandbox/gateway/model';
import type { RequestRefusal } from '../../../sandbox/gateway/pipeline';
import { type GatewayServer, startGateway } from '../../../sandbox/gateway/server';
import type { InvokeResult } from '../../../sandbox/runtime';

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:backend';

const API: RestApi = {
  ...{ id: 'abcdefghij', name: 'shop', api: 'shop', region: 'eu-west-1', accountId: '123456789012', deploymentId: 'd' },
  stage: { name: 'dev', variables: {}, throttles: {} },
  definition: {
    ...{ apiKeySource: 'HEADER', binaryMediaTypes: ['image/png'], authorizers: [], models: {}, gatewayResponses: {} },
    resources: [
      {
        ...{ id: 'r', path: '/{proxy+}' },
        methods: [
          {
            ...{ httpMethod: 'ANY', authorization: 'NONE', apiKeyRequired: false, requestParameters: {} },
            ...{ requestModels: {}, validateBody: false, validateParameters: false },
            integration: { type: 'AWS_PROXY', functionArn: FUNCTION, timeoutMilliseconds: 1000 },
          },
        ],
      },
    ],
  },
};

interface Answer {
  readonly status: number;
  readonly body: Buffer;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** The gateway in front of a function that answers what it is told to. */
class Lab {
  readonly refusals: RequestRefusal[] = [];
  next: () => Promise<InvokeResult> = () => Promise.reject(new Error('nothing to answer'));
  private server: GatewayServer | undefined;

  async start(): Promise<void> {
    this.server = await startGateway({
      ...{ apis: [API], usagePlans: [], port: 0, clock: Date.now, findKey: () => undefined, onAccessLog: () => {} },
      permissions: [
        { functionName: 'backend', action: 'lambda:InvokeFunction', principal: 'apigateway.amazonaws.com' },
      ],
      invoke: () => this.next(),
      onRefusal: (_api, refusal) => this.refusals.push(refusal),
    });
  }

  close(): Promise<void> | undefined {
    return this.server?.close();
  }

  call(method = 'GET'): Promise<Answer> {
    const headers = { Accept: 'image/png' };
    return new Promise((resolve, reject) => {
      const outgoing = request(`${this.server?.url}/shop/dev/x`, { method, headers, agent: false }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('error', reject);
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(chunks) });
        });
      });
      outgoing.on('error', reject);
      outgoing.end();
    });
  }
}

const lab = new Lab();
beforeAll(() => lab.start());
afterAll(() => lab.close());

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.constantFrom('', '\r\n', '\u0000', '€', '200'));
const anyHeaders = fc.oneof(
  fc.dictionary(
    fc.oneof(anyText, fc.constantFrom('Content-Length', 'Transfer-Encoding', 'Trailer', 'Connection', '__proto__')),
    fc.oneof(anyText, fc.jsonValue()),
  ),
  fc.jsonValue(),
);
const anyAnswer = fc.oneof(
  fc.record(
    {
      statusCode: fc.oneof(fc.integer({ min: -10, max: 1100 }), fc.double(), anyText, fc.jsonValue()),
      headers: anyHeaders,
      multiValueHeaders: fc.oneof(fc.dictionary(anyText, fc.array(anyText)), anyHeaders),
      body: fc.oneof(anyText, fc.base64String(), fc.jsonValue()),
      isBase64Encoded: fc.oneof(fc.boolean(), fc.jsonValue()),
    },
    { requiredKeys: [] },
  ),
  fc.jsonValue(),
);
/** A number, where there is one: of an object without a text JavaScript makes none. */
function numberOf(value: unknown): number {
  try {
    return Number(value);
  } catch {
    return Number.NaN;
  }
}

/** As it comes from a function: through JSON. */
const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? 'null');

test('no answer of a function drops a connection: it is sent whole, or it is 5xx with a line in the execution log', async () => {
  await fc.assert(
    fc.asyncProperty(anyAnswer, fc.constantFrom('GET', 'HEAD', 'POST'), async (value, method) => {
      lab.refusals.length = 0;
      lab.next = () => Promise.resolve({ ok: true, payload: throughJson(value) });
      const { status } = await lab.call(method);
      expect(status).toBeGreaterThanOrEqual(200);
      expect(status).toBeLessThan(600);
      // Anything else than what the function said has its reason in the log.
      const said = numberOf((throughJson(value) as { statusCode?: unknown } | null)?.statusCode ?? 200);
      expect(lab.refusals).toHaveLength(status === said && lab.refusals.length === 0 ? 0 : 1);
      for (const refusal of lab.refusals) expect(refusal.status).toBe(status);
    }),
    { numRuns: 600 },
  );
}, 60_000);

test('no failure of a function drops a connection', async () => {
  const failure = fc.record({ ok: fc.constant(false as const), errorType: anyText, errorMessage: anyText });
  await fc.assert(
    fc.asyncProperty(fc.oneof(failure, anyText), async (outcome) => {
      lab.next = () => (typeof outcome === 'string' ? Promise.reject(new Error(outcome)) : Promise.resolve(outcome));
      expect((await lab.call()).status).toBe(typeof outcome === 'string' ? 500 : 502);
    }),
    { numRuns: 200 },
  );
}, 60_000);

test('a rejection that is no error is 500', async () => {
  lab.next = () => Promise.reject(undefined);
  expect((await lab.call()).status).toBe(500);
});

test.each([
  ['one value', { 'X-Long': 'x'.repeat(10_241) }],
  ['many values', Object.fromEntries(Array.from({ length: 1100 }, (_, index) => [`x-${index}`, 'some value']))],
])('header values above 10,240 bytes are 502: %s', async (_name, headers) => {
  lab.refusals.length = 0;
  lab.next = () => Promise.resolve({ ok: true, payload: { headers } });
  expect((await lab.call()).status).toBe(502);
  expect(lab.refusals[0]?.reason).toContain('its header values are');
});

test('a body above 6 MB is 502', async () => {
  lab.next = () => Promise.resolve({ ok: true, payload: { body: 'x'.repeat(6 * 1024 * 1024 + 1) } });
  expect((await lab.call()).status).toBe(502);
});

test.each(['not base64!', 'AAAAA', 'AA=A', 'aGk=\n'])(
  'a body that is to be decoded and is no base64 is 500: %j',
  async (body) => {
    lab.next = () => Promise.resolve({ ok: true, payload: { body, isBase64Encoded: true } });
    expect((await lab.call()).status).toBe(500);
  },
);

test('a body that is to be decoded is', async () => {
  lab.next = () => Promise.resolve({ ok: true, payload: { body: 'AP8Q', isBase64Encoded: true } });
  expect((await lab.call()).body).toEqual(Buffer.from([0, 255, 16]));
});
