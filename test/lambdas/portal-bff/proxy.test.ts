import fc from 'fast-check';
import { createRouteTable } from '../../../lambdas/portal-bff/proxy/route-table';
import { Browser } from './support/browser';
import { API } from './support/config';
import { ANNA, PortalWorld } from './support/world';

let world: PortalWorld;
let browser: Browser;
beforeAll(async () => {
  world = await PortalWorld.start();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.reset();
  browser = await new Browser(world).enter();
});

const get = (path: string) => browser.page('GET', `/bff/api/tokens${path}`);
const sentUrl = () => world.sent.at(-1)?.url.href;

describe('50: a request of a page', () => {
  test('goes to the address of the table, with a token that the page never sees', async () => {
    const answer = await get('/tokens?team=shop');
    expect(sentUrl()).toBe(`${API}/tokens?team=shop`);
    expect(world.sent[0]?.headers.authorization).toMatch(/^Bearer token-1-of-[0-9A-Za-z]{16}$/);
    expect(world.minted).toMatchObject([{ scopes: ['tokens:read'] }]);
    expect(JSON.stringify([answer.headers, answer.text, answer.cookies])).not.toContain('token-1');
    expect(world.logText()).not.toContain('token-1');
  });

  test('uses the token of its session and scopes until it ends', async () => {
    await get('/tokens');
    await get('/tokens/abc');
    await browser.page('PATCH', '/bff/api/tokens/tokens/abc', { body: {} });
    expect(world.minted.map(({ scopes }) => scopes)).toEqual([['tokens:read'], ['tokens:write']]);
    world.ahead = 271;
    await get('/tokens');
    expect(world.minted).toHaveLength(3);
    const other = await new Browser(world).enter();
    await other.page('GET', '/bff/api/tokens/tokens');
    expect(new Set(world.minted.map(({ id }) => id)).size).toBe(2);
  });

  test('takes a path without parameter before one with', async () => {
    await get('/tokens/self');
    expect(sentUrl()).toBe(`${API}/tokens/self`);
  });

  test('is refused when the person does not have the scopes', async () => {
    const { status, body } = await get('/trail');
    expect([status, body.detail]).toEqual([403, 'the person does not have trail:read']);
    await world.nextIs({ ...ANNA, groups: ['auditors'] });
    browser = await new Browser(world).enter();
    expect((await get('/trail')).status).toBe(200);
  });

  test('brings only some of its headers', async () => {
    await browser.page('PATCH', '/bff/api/tokens/tokens/abc', {
      headers: {
        'if-match': '"3"',
        'idempotency-key': 'k',
        authorization: 'Bearer mine',
        'x-forwarded-for': '10.0.0.1',
        host: 'evil',
      },
      body: { name: 'x' },
    });
    expect(world.sent[0]).toMatchObject({ method: 'PATCH', body: '{"name":"x"}' });
    const { authorization, ...others } = world.sent[0]?.headers ?? {};
    expect(authorization).toMatch(/^Bearer token-1/);
    expect(others).toEqual({ 'content-type': 'application/json', 'if-match': '"3"', 'idempotency-key': 'k' });
  });
});

describe('A19: what is not in the table', () => {
  test.each([
    '/tokens/',
    '/tokens//abc',
    '/tokens/..',
    '/tokens/.',
    '/tokens/../teams',
    '/tokens/%2e%2e',
    '/tokens/abc%2frevoke',
    '/tokens/abc%5c',
    '/tokens/abc/revoke',
    '/tokens/a b',
    '/tokens/a@evil.example',
    '/tokens/a:80',
    '/tokens/a\\b',
    '/tokens/ä',
    `/tokens/${'a'.repeat(129)}`,
    '/teams',
    '/TOKENS',
    '/tokens;x',
    '/http://evil.example',
    '/constructor',
  ])('does not exist: %s', async (path) => {
    expect((await get(path)).status).toBe(404);
    expect(world.sent).toEqual([]);
  });

  test('has no method that it does not name', async () => {
    const { status, headers } = await browser.page('DELETE', '/bff/api/tokens/tokens/abc');
    expect([status, headers.allow]).toEqual([405, 'GET, PATCH']);
  });

  test.each([
    '/tokens?x=1',
    '/tokens?team=a&team=b',
    `/tokens?q=${'a'.repeat(1025)}`,
    '/tokens/abc?team=a',
    '/tokens?__proto__=a',
  ])('has no other parameter: %s', async (path) => {
    expect((await get(path)).status).toBe(400);
    expect(world.sent).toEqual([]);
  });

  test('never leads to another host or out of the API, for any text', () => {
    const { routes, apis } = world.config;
    const match = createRouteTable({ routes, apis });
    const piece = fc.constantFrom(
      'tokens',
      '..',
      '.',
      '%2e',
      '%2f',
      '/',
      '\\',
      '//',
      '@',
      ':',
      '?',
      '#',
      'self',
      ' ',
      '\n',
      '％',
      'abc',
      '',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        try {
          const { url } = match({ method: 'GET', path: `/bff/api/${pieces.join('')}`, query: new Map() } as never);
          expect(url.href).toMatch(/^https:\/\/api\.example\.com\/v1\/(tokens|trail)(\/[A-Za-z0-9._~-]+)?$/);
        } catch (error) {
          expect((error as { kind: string }).kind).toMatch(/^(not-found|method-not-allowed)$/);
        }
      }),
      { numRuns: process.env.GATEHOUSE_TEST_LONG ? 200_000 : 2000 },
    );
  });
});

describe('A20: an answer', () => {
  test('reaches the page with its status, type and entity tag, and nothing that acts', async () => {
    world.answer = {
      status: 409,
      headers: {
        'content-type': 'application/problem+json',
        etag: '"4"',
        'retry-after': '5',
        'set-cookie': 'x=y',
        location: 'https://evil.example',
        'www-authenticate': 'Bearer',
      },
      body: '{"type":"urn:gatehouse:problem:conflict"}',
    };
    const { status, headers, body, cookies } = await get('/tokens');
    expect([status, body.type, headers.etag, headers['retry-after']]).toEqual([
      409,
      'urn:gatehouse:problem:conflict',
      '"4"',
      '5',
    ]);
    expect(headers['cache-control']).toBe('no-store');
    expect([headers.location, headers['www-authenticate'], cookies.length]).toEqual([undefined, undefined, 0]);
  });

  test.each([
    ['leads elsewhere', { status: 302, headers: { location: 'https://evil.example' }, body: '' }],
    ['does not accept the token', { status: 401, headers: { 'content-type': 'application/json' }, body: '{}' }],
    ['is a page', { status: 200, headers: { 'content-type': 'text/html' }, body: '<script>' }],
    ['has no type', { status: 200, headers: {}, body: '{}' }],
    [
      'has a type that begins like JSON',
      { status: 200, headers: { 'content-type': 'application/jsonp' }, body: 'x()' },
    ],
  ])('that %s is not passed on', async (_, answer) => {
    world.answer = answer;
    const { status, body } = await get('/tokens');
    expect([status, body.type]).toEqual([502, 'urn:gatehouse:problem:bad-answer']);
  });

  test.each([204, 304])('without a body is passed on: %i', async (status) => {
    world.answer = { status, headers: {}, body: '' };
    expect(await get('/tokens')).toMatchObject({ status, text: '' });
  });

  test.each([
    ['send', 503],
    ['mintToken', 500],
  ] as const)('that never comes is no success (%s: %i), and the next one comes', async (port, expected) => {
    const works = world.overrides;
    world.overrides = {
      [port]: async () => {
        throw new Error('down: secret-in-error');
      },
    };
    world.configure({});
    const { status, text } = await get('/tokens');
    expect(status).toBe(expected);
    expect(text).not.toContain('secret-in-error');
    world.overrides = works;
    world.configure({});
    expect((await get('/tokens')).status).toBe(200);
  });
});
