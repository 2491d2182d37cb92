import { Browser } from './support/browser';
import { ANNA, OTTO, PortalWorld } from './support/world';

let world: PortalWorld;
let browser: Browser;
beforeAll(async () => {
  world = await PortalWorld.start();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.reset();
  // The person signed in a while ago.
  await world.nextIs({ ...ANNA, authTime: Math.floor(Date.now() / 1000) - 3000 });
  browser = await new Browser(world).enter();
  await world.nextIs(ANNA);
});

const create = () => browser.page('POST', '/bff/api/tokens/tokens', { body: { name: 'x' } });
const isIn = async (some: Browser) => (await some.page('GET', '/bff/session')).status === 200;

describe('47: what needs a sign-in a moment ago', () => {
  test('is refused before it and done after it', async () => {
    expect((await create()).body.type).toBe('urn:gatehouse:problem:step-up-required');
    expect(world.sent).toEqual([]);
    expect((await browser.signIn('/auth/step-up?returnTo=%2Ftokens%2Fnew')).headers.location).toBe('/tokens/new');
    browser.csrf = (await browser.page('GET', '/bff/session')).body.csrf;
    expect((await create()).status).toBe(200);
    world.ahead = 11 * 60;
    expect((await create()).body.type).toBe('urn:gatehouse:problem:step-up-required');
  });

  test('asks the provider to ask the person', async () => {
    const { headers } = await browser.go('/auth/step-up?returnTo=%2F');
    const { searchParams } = new URL(headers.location ?? '');
    expect([searchParams.get('prompt'), searchParams.get('max_age')]).toEqual(['login', '0']);
  });

  test('41: gives the session a new text and keeps its id and its end', async () => {
    const before = (await browser.page('GET', '/bff/session')).body.session;
    const copy = new Browser(world);
    copy.cookies.set('__Host-Http-session', browser.cookies.get('__Host-Http-session') ?? '');
    world.ahead = 20;
    await browser.signIn('/auth/step-up');
    const after = (await browser.page('GET', '/bff/session')).body.session;
    expect([after.id, after.startedAt, after.endsAt]).toEqual([before.id, before.startedAt, before.endsAt]);
    expect(after.authTime).toBeGreaterThan(before.authTime);
    expect([await isIn(browser), await isIn(copy)]).toEqual([true, false]);
  });

  test('other things are done without it', async () => {
    expect((await browser.page('GET', '/bff/api/tokens/tokens')).status).toBe(200);
    expect((await browser.page('PATCH', '/bff/api/tokens/tokens/abc', { body: {} })).status).toBe(200);
  });
});

describe('A15: a step-up is refused', () => {
  test('without a session', async () => {
    expect((await new Browser(world).go('/auth/step-up')).status).toBe(401);
  });

  test('when another person signs in, whose session it does not become', async () => {
    await world.nextIs(OTTO);
    const fresh = new Browser(world);
    fresh.cookies.set('__Host-Http-session', browser.cookies.get('__Host-Http-session') ?? '');
    expect((await fresh.signIn('/auth/step-up')).headers.location).toBe('/sign-in?problem=another-person');
    expect((await browser.page('GET', '/bff/session')).body.person.name).toBe('anna');
    expect((await create()).body.type).toBe('urn:gatehouse:problem:step-up-required');
  });

  test('when the provider did not ask the person again', async () => {
    await world.nextIs({ ...ANNA, authTime: Math.floor(Date.now() / 1000) - 120 });
    expect((await browser.signIn('/auth/step-up')).headers.location).toBe('/sign-in?problem=failed');
    expect((await create()).body.type).toBe('urn:gatehouse:problem:step-up-required');
  });

  test('when the session ended meanwhile', async () => {
    const back = await browser.throughProvider(await browser.go('/auth/step-up'));
    await browser.page('POST', '/bff/logout');
    expect((await browser.go(back)).headers.location).toBe('/sign-in?problem=expired');
    expect(await isIn(browser)).toBe(false);
  });

  test('in the browser of somebody else', async () => {
    const back = await browser.throughProvider(await browser.go('/auth/step-up'));
    await world.nextIs(OTTO);
    const other = await new Browser(world).enter();
    expect((await other.go(back)).headers.location).toBe('/sign-in?problem=expired');
    expect((await other.page('GET', '/bff/session')).body.person.name).toBe('otto');
  });
});
