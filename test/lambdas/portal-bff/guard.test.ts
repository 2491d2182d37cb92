import { Browser } from './support/browser';
import { ORIGIN } from './support/config';
import { ANNA, PortalWorld } from './support/world';

let world: PortalWorld;
let browser: Browser;
beforeAll(async () => {
  world = await PortalWorld.start();
  await world.nextIs(ANNA);
  browser = await new Browser(world).enter();
});
afterAll(() => world.close());

const CHANGE = ['PATCH', '/bff/api/tokens/tokens/abc'] as const;

describe('42, A16: a request that does not come from a page of the portal', () => {
  test.each<[string, Record<string, string | undefined>]>([
    ['without the header of pages', { 'x-gatehouse': undefined }],
    ['with another value of it', { 'x-gatehouse': 'true' }],
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
    ['from another port or name of the same domain', { 'sec-fetch-site': 'same-site' }],
    ['from a navigation', { 'sec-fetch-site': 'none' }],
  ])('%s is refused, whatever it asks for', async (_, headers) => {
    for (const [method, path] of [['GET', '/bff/session'], ['GET', '/bff/api/tokens/tokens'], CHANGE] as const) {
      const { status, body } = await browser.page(method, path, { headers });
      expect([status, body.type]).toEqual([403, 'urn:gatehouse:problem:request-refused']);
    }
    expect(world.sent).toEqual([]);
  });

  test.each<[string, Record<string, string | undefined>]>([
    ['without the word of the browser', { 'sec-fetch-site': undefined }],
    ['without an origin', { origin: undefined }],
    ['from another origin', { origin: `${ORIGIN}.evil.example` }],
    ['from another port', { origin: `${ORIGIN}:8443` }],
    ['from no origin that is known', { origin: 'null' }],
    ['without a content type', { 'content-type': undefined }],
    ['as a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['as text', { 'content-type': 'text/plain' }],
    ['as text that names JSON', { 'content-type': 'text/plain; application/json' }],
    ['without the value of the session', { 'x-gatehouse-csrf': undefined }],
    ['with an empty value', { 'x-gatehouse-csrf': '' }],
    ['with the value of another session', { 'x-gatehouse-csrf': 'A'.repeat(43) }],
  ])('%s changes nothing', async (_, headers) => {
    for (const [method, path] of [CHANGE, ['POST', '/bff/logout'], ['DELETE', '/bff/sessions']] as const) {
      expect((await browser.page(method, path, { headers })).status).toBe(403);
    }
    expect(world.sent).toEqual([]);
    expect((await browser.page('GET', '/bff/session')).status).toBe(200);
  });

  test('the value of another session of the same person is none', async () => {
    const other = await new Browser(world).enter();
    expect((await browser.page(...CHANGE, { headers: { 'x-gatehouse-csrf': other.csrf } })).status).toBe(403);
  });

  test('a header of the check that stands twice is refused', async () => {
    const headers = {
      origin: ORIGIN,
      'content-type': 'application/json',
      'x-gatehouse': '1',
      'sec-fetch-site': 'same-origin',
    };
    const { statusCode } = await world.handle({
      httpMethod: 'POST',
      path: '/bff/logout',
      headers,
      multiValueHeaders: {
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
        origin: [ORIGIN, 'https://evil.example'],
      },
      requestContext: { requestId: 'r' },
    });
    expect(statusCode).toBe(400);
  });

  test('with everything is passed on', async () => {
    expect((await browser.page(...CHANGE, { body: { name: 'x' } })).status).toBe(200);
    expect(world.sent).toHaveLength(1);
  });
});

describe('an address', () => {
  test.each([
    '/',
    '/bff',
    '/bff/',
    '/bff/session/',
    '/bff/sessions/',
    '/bff/sessions/abc',
    '/auth',
    '/auth/callback',
    '/auth/callback/',
    '/auth/callback/constructor',
    '/BFF/session',
    '/bff/api',
    '/bff/api/',
  ])('%s is none', async (path) => {
    const { status, body } = await browser.page('GET', path);
    expect([status, body.type]).toEqual([404, 'urn:gatehouse:problem:not-found']);
  });

  test.each([
    ['POST', '/bff/session', 'GET'],
    ['GET', '/bff/logout', 'POST'],
    ['PUT', '/bff/sessions', 'GET, DELETE'],
    ['POST', '/auth/login', 'GET'],
    ['POST', '/auth/callback/main', 'GET'],
    ['HEAD', '/auth/step-up', 'GET'],
  ])('does not know %s %s', async (method, path, allow) => {
    const { status, headers } = await browser.page(method, path);
    expect([status, headers.allow]).toEqual([405, allow]);
  });

  test('another kind of event is refused', async () => {
    await expect(world.handle({ action: 'anything' })).rejects.toThrow('unsupported event');
  });
});
