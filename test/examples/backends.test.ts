import type { APIGatewayProxyResult } from 'aws-lambda';
import { handler as account } from '../../examples/homepage-dashboard/backends/account';
import { handler as activity } from '../../examples/homepage-dashboard/backends/activity';
import { handler as notifications } from '../../examples/homepage-dashboard/backends/notifications';
import { handler as sales } from '../../examples/homepage-dashboard/backends/sales';
import type { Backend } from '../../examples/homepage-dashboard/backends/shared';
import { handler as status } from '../../examples/homepage-dashboard/backends/status';
import { compile, document, type EventOptions, operations, proxyEvent, resolve } from './example';

const backends: Readonly<Record<string, Backend>> = { account, activity, notifications, sales, status };

function backendOf(name: string): Backend {
  const backend = backends[name];
  if (backend === undefined) {
    throw new Error(`no backend ${name}`);
  }
  return backend;
}

/** The request of each operation that must succeed; its body is the example of the document. */
const REQUESTS: Readonly<Record<string, EventOptions>> = {
  getStatus: { authorizer: null },
  getSalesOverview: {},
  getRegionSales: { path: { region: 'asia-pacific' }, query: { day: '2025-02-28' } },
  getSalesSeries: {
    path: { region: 'europe' },
    query: { from: '2025-01-01', to: '2025-03-10', interval: 'week' },
  },
  listTopProducts: { query: { period: 'month', limit: '12' } },
  listActivity: { query: { limit: '50' } },
  createActivityEntry: {},
  getActivityEntry: { path: { entryId: 'act-20250309-02' } },
  listNotifications: {},
  createNotification: {},
  getNotification: { path: { notificationId: 'ntf-1001' } },
  markNotification: { path: { notificationId: 'ntf-1002' } },
  deleteNotification: { path: { notificationId: 'ntf-1003' } },
  getProfile: {},
  putProfile: {},
  getLayout: {},
  putLayout: {},
};

function problemOf(result: APIGatewayProxyResult): Record<string, unknown> {
  const validate = compile(document.components.schemas.Problem ?? { not: {} });
  const body = JSON.parse(result.body) as Record<string, unknown>;
  validate(body);
  expect(validate.errors).toBeNull();
  expect(result.headers?.['Content-Type']).toBe('application/problem+json');
  expect(body.status).toBe(result.statusCode);
  return body;
}

const named = operations.map((entry) => ({ ...entry, name: entry.operation.operationId }));
const guarded = named.filter(({ operation }) => operation.security.length > 0);

describe('every operation', () => {
  test.each(named)('$name answers as its schema says', async ({ name, method, path, operation, backend }) => {
    const options = REQUESTS[name];
    const body = operation.requestBody?.content['application/json']?.example;
    const event = proxyEvent(method, path, { ...options, ...(body === undefined ? {} : { body }) });

    const result = await backendOf(backend)(event);

    expect(options).toBeDefined();
    expect(Object.keys(operation.responses)[0]).toBe(String(result.statusCode));
    const response = resolve(operation.responses[result.statusCode] ?? { description: 'undocumented' });
    const media = response.content?.['application/json'];
    if (media === undefined) {
      expect(result.body).toBe('');
      return;
    }
    const validate = compile(media.schema);
    validate(JSON.parse(result.body));
    expect(validate.errors).toBeNull();
    expect(result.headers?.['Content-Type']).toBe('application/json');
    expect(Object.keys(result.headers ?? {})).toEqual(expect.arrayContaining(Object.keys(response.headers ?? {})));
  });

  test.each(named)('$name is never cached', async ({ name, method, path, backend }) => {
    const result = await backendOf(backend)(proxyEvent(method, path, REQUESTS[name]));
    expect(result.headers?.['Cache-Control']).toBe('no-store');
  });

  test.each(guarded)('$name fails closed without the context of the authorizer', async (entry) => {
    const { name, method, path, operation, backend } = entry;
    const body = operation.requestBody?.content['application/json']?.example;
    const log = jest.spyOn(console, 'error').mockImplementation(() => {});
    for (const authorizer of [null, {}, { tokenId: 'a' }, { principal: 'a' }, { tokenId: '', principal: 'a' }]) {
      const options = { ...REQUESTS[name], authorizer, ...(body === undefined ? {} : { body }) };
      const result = await backendOf(backend)(proxyEvent(method, path, options));
      expect(problemOf(result)).toMatchObject({ status: 500, detail: 'the request could not be served' });
    }
    expect(log).toHaveBeenCalledTimes(5);
    log.mockRestore();
  });
});

describe('every backend', () => {
  test.each(Object.keys(backends))('%s answers 404 on a route it does not have', async (name) => {
    for (const [method, resource] of [
      ['GET', '/v1/nothing'],
      ['TRACE', '/v1/sales'],
      ['GET', 'constructor'],
    ] as const) {
      expect(problemOf(await backendOf(name)(proxyEvent(method, resource)))).toMatchObject({ status: 404 });
    }
  });

  test.each(Object.keys(backends))('%s serves each of its routes in the document, and no other', async (name) => {
    for (const { method, path, backend } of operations) {
      const result = await backendOf(name)(proxyEvent(method, path));
      const routed = !result.body.includes(`no route ${method} ${path}`);
      expect([method, path, routed]).toEqual([method, path, backend === name]);
    }
  });

  test.each(Object.keys(backends))('%s hides an unexpected error and logs it', async (name) => {
    const log = jest.spyOn(console, 'error').mockImplementation(() => {});
    const event = operations.find(({ backend }) => backend === name);
    const broken = proxyEvent(event?.method ?? '', event?.path ?? '', { at: 'no time' });
    const result = await backendOf(name)(broken);
    expect(problemOf(result)).toMatchObject({ status: 500, detail: 'the request could not be served' });
    expect(log).toHaveBeenCalledWith(expect.stringContaining('requestTimeEpoch'));
    log.mockRestore();
  });

  describe('cross-origin header', () => {
    afterEach(() => {
      delete process.env.CORS_ALLOW_ORIGIN;
    });

    test('is absent when no origin is set', async () => {
      const result = await status(proxyEvent('GET', '/v1/status'));
      expect(result.headers).not.toHaveProperty('Access-Control-Allow-Origin');
    });

    test.each(['/v1/sales', '/v1/nothing'])('names the origin that is set, on %s', async (path) => {
      process.env.CORS_ALLOW_ORIGIN = 'https://dashboard.example.com';
      const result = await sales(proxyEvent('GET', path));
      expect(result.headers?.['Access-Control-Allow-Origin']).toBe('https://dashboard.example.com');
    });
  });
});

/** Bodies one step away from a good one: a member dropped, of another type, emptied, too big, or one too many. */
function mutants(value: unknown): unknown[] {
  const others: unknown[] = [null, 7.5, -1, 1e6, '', '🏡'.repeat(70), 'x'.repeat(3000), true, [], {}];
  if (typeof value !== 'object' || value === null) {
    return others;
  }
  if (Array.isArray(value)) {
    const inside = mutants(value[0]).map((item) => [item, ...value.slice(1)]);
    return [...others, ...inside, Array.from({ length: 25 }, () => value[0] as unknown)];
  }
  const object = value as Record<string, unknown>;
  return [
    ...others,
    { ...object, unknownMember: 1 },
    { ...object, toString: 'x' },
    ...Object.keys(object).flatMap((name) => {
      const { [name]: _, ...dropped } = object;
      return [dropped, ...mutants(object[name]).map((mutant) => ({ ...object, [name]: mutant }))];
    }),
  ];
}

describe('request bodies', () => {
  const writing = named.filter(({ operation }) => operation.requestBody !== undefined);

  test.each(writing)('$name accepts what its schema accepts, and refuses the rest', async (entry) => {
    const { name, method, path, operation, backend } = entry;
    const media = operation.requestBody?.content['application/json'];
    const validate = compile(media?.schema ?? { not: {} });
    const bodies = [media?.example, ...mutants(media?.example)];
    const verdicts = await Promise.all(
      bodies.map(async (body, index) => {
        const options = { ...REQUESTS[name], body, application: `mutant-${name}-${index}` };
        const { statusCode } = await backendOf(backend)(proxyEvent(method, path, options));
        return { body, accepted: statusCode < 300, refused: statusCode === 400 };
      }),
    );
    expect(verdicts).toEqual(
      bodies.map((body) => ({ body, accepted: validate(body), refused: validate(body) === false })),
    );
    expect(verdicts.filter(({ refused }) => refused).length).toBeGreaterThan(10);
  });

  test.each(writing)('$name answers 415 on another content type', async ({ name, method, path, backend }) => {
    for (const contentType of ['text/plain', 'application/jsonp', 'application/x-www-form-urlencoded']) {
      const options = { ...REQUESTS[name], body: {}, headers: { 'Content-Type': contentType } };
      expect(problemOf(await backendOf(backend)(proxyEvent(method, path, options)))).toMatchObject({ status: 415 });
    }
  });

  test.each(writing)('$name answers 400 on a body that is no JSON', async ({ name, method, path, backend }) => {
    const event = { ...proxyEvent(method, path, { ...REQUESTS[name], body: {} }), body: '{"a":' };
    expect(problemOf(await backendOf(backend)(event))).toMatchObject({ status: 400, detail: 'the body is no JSON' });
  });

  test('may come in base64, with a lower-case header and a charset', async () => {
    const event = proxyEvent('PUT', '/v1/layout', { application: 'base64' });
    const widgets = [{ id: 'a', kind: 'activity', place: { column: 0, row: 0, width: 1, height: 1 } }];
    const result = await account({
      ...event,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: Buffer.from(JSON.stringify({ widgets })).toString('base64'),
      isBase64Encoded: true,
    });
    expect(JSON.parse(result.body)).toMatchObject({ widgets, version: 1 });
  });
});
