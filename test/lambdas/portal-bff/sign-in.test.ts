import { Browser } from './support/browser';
import { ORIGIN } from './support/config';
import { ANNA, OTTO, PortalWorld } from './support/world';

let world: PortalWorld;
let browser: Browser;
beforeAll(async () => {
  world = await PortalWorld.start();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.reset();
  browser = new Browser(world);
});

describe('signing in', () => {
  test('38: leads to the provider with the code grant, PKCE, state and nonce', async () => {
    const { status, headers } = await browser.go('/auth/login?provider=main');
    expect(status).toBe(303);
    const url = new URL(headers.location ?? '');
    expect(url.origin).toBe(world.issuer);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'portal',
      redirect_uri: `${ORIGIN}/auth/callback/main`,
      response_type: 'code',
      scope: 'openid profile email offline_access',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  test('39: the cookie of the way back is Lax and short, that of the session Strict and without an age', async () => {
    const begun = await browser.go('/auth/login?provider=main');
    expect(begun.cookies).toEqual([
      expect.stringMatching(/^__Host-Http-login=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/),
    ]);
    const ended = await browser.go(await browser.throughProvider(begun));
    expect(ended.cookies).toEqual([
      expect.stringMatching(/^__Host-Http-session=[\w-]{22}\.[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict$/),
      '__Host-Http-login=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0',
    ]);
  });

  test('leads back to where the person was, and the session is that of the person', async () => {
    const { status, headers } = await browser.signIn('/auth/login?provider=main&returnTo=%2Ftokens%3Fteam%3Dshop');
    expect([status, headers.location]).toEqual([303, '/tokens?team=shop']);
    const { body } = await browser.page('GET', '/bff/session');
    expect(body).toMatchObject({
      person: { name: 'anna', email: 'anna@example.com', provider: 'main', scopes: ['tokens:read', 'tokens:write'] },
      environment: 'dev',
      csrf: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  test('51: nothing of it is kept by a cache', async () => {
    const begun = await browser.go('/auth/login?provider=main');
    expect(begun.headers['cache-control']).toBe('no-store');
    expect((await browser.go(await browser.throughProvider(begun))).headers['cache-control']).toBe('no-store');
  });

  test('with one provider needs no name', async () => {
    const { main } = world.config.providers;
    world.configure({ providers: main ? { main } : {} });
    expect((await browser.signIn('/auth/login')).headers.location).toBe('/');
  });

  test.each(['none', 'constructor', '__proto__', ''])('at a provider with the name %j is refused', async (name) => {
    const { headers } = await browser.go(`/auth/login?provider=${name}`);
    expect(headers.location).toBe('/sign-in?problem=failed');
  });

  test('49: groups give scopes only as the configuration says', async () => {
    await world.nextIs({ ...ANNA, groups: ['auditors', 'constructor', 'everybody'] });
    await browser.signIn();
    expect((await browser.page('GET', '/bff/session')).body.person.scopes).toEqual([
      'tokens:read',
      'tokens:write',
      'trail:read',
    ]);
  });

  test.each([
    ['shows none', undefined],
    ['shows another', ['pwd']],
  ])('48: is refused when the ID token %s of the second factors that are demanded', async (_, amr) => {
    await world.nextIs(amr === undefined ? { account: 'anna' } : { account: 'anna', amr });
    expect((await browser.signIn()).headers.location).toBe('/sign-in?problem=second-factor');
    expect(browser.cookies.size).toBe(0);
  });

  test('48: is enough by one factor where the configuration says so', async () => {
    await world.nextIs({ account: 'anna' });
    const providers = Object.entries(world.config.providers).map(([name, provider]) => [
      name,
      { ...provider, secondFactor: { kind: 'none' as const } },
    ]);
    world.configure({ providers: Object.fromEntries(providers) });
    expect((await browser.signIn()).headers.location).toBe('/');
  });

  test('is refused when the person says no', async () => {
    await world.nextIs({ ...ANNA, refuse: true });
    expect((await browser.signIn()).headers.location).toBe('/sign-in?problem=denied');
    expect(browser.cookies.size).toBe(0);
  });

  test('is refused while the provider is silent, and goes on when it speaks', async () => {
    const { main, other } = world.config.providers;
    if (!main || !other) throw new Error('two providers are configured');
    world.configure({ providers: { main: { ...main, issuer: 'http://127.0.0.1:1' }, other } });
    expect((await browser.go('/auth/login?provider=main')).headers.location).toBe('/sign-in?problem=unavailable');
    expect((await browser.signIn('/auth/login?provider=other')).headers.location).toBe('/');
  });
});

describe('the way back', () => {
  const backOf = async (from: Browser) => from.throughProvider(await from.go('/auth/login?provider=main'));

  test('A3: is refused in another browser than that where it began', async () => {
    const back = await backOf(browser);
    const other = new Browser(world);
    expect((await other.go(back)).headers.location).toBe('/sign-in?problem=expired');
    const begun = new Browser(world);
    await begun.go('/auth/login?provider=main');
    expect((await begun.go(back)).headers.location).toBe('/sign-in?problem=failed');
    expect([...other.cookies.keys(), ...begun.cookies.keys()]).toEqual([]);
  });

  test('A4: can be taken once; of ten at once, one is signed in', async () => {
    const back = await backOf(browser);
    const [, login = ''] = [...browser.cookies].find(([name]) => name === '__Host-Http-login') ?? [];
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => {
        const copy = new Browser(world);
        copy.cookies.set('__Host-Http-login', login);
        return copy.go(back);
      }),
    );
    const locations = answers.map(({ headers }) => headers.location).sort();
    expect(locations).toEqual(['/', ...Array.from({ length: 9 }, () => '/sign-in?problem=expired')]);
  });

  test('A2: is refused for another provider than the one that was asked', async () => {
    const back = await backOf(browser);
    expect((await browser.go(back.replace('/main', '/other'))).headers.location).toBe('/sign-in?problem=expired');
  });

  test.each([
    ['state', (url: URL) => url.searchParams.set('state', 'x')],
    ['state', (url: URL) => url.searchParams.delete('state')],
    ['state', (url: URL) => url.searchParams.append('state', url.searchParams.get('state') ?? '')],
    ['iss', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
    ['code', (url: URL) => url.searchParams.set('code', 'x')],
    ['code', (url: URL) => url.searchParams.delete('code')],
  ])('is refused with a wrong, missing or repeated %s', async (_, change) => {
    const url = new URL(await backOf(browser), ORIGIN);
    change(url);
    expect((await browser.go(url.pathname + url.search)).headers.location).toBe('/sign-in?problem=failed');
    expect(browser.cookies.size).toBe(0);
  });

  test('is refused after ten minutes', async () => {
    const back = await backOf(browser);
    world.ahead = 601;
    expect((await browser.go(back)).headers.location).toBe('/sign-in?problem=expired');
  });

  test('A14: the session has another text than any before it', async () => {
    await browser.signIn();
    const before = browser.cookies.get('__Host-Http-session');
    await browser.signIn();
    expect(browser.cookies.get('__Host-Http-session')).not.toBe(before);
  });

  test('A18: two cookies of one name open nothing', async () => {
    await browser.signIn();
    const value = browser.cookies.get('__Host-Http-session');
    const cookie = `__Host-Http-session=${value}; __Host-Http-session=${value}`;
    expect((await browser.page('GET', '/bff/session', { headers: { cookie } })).status).toBe(401);
  });
});

describe('40: what is stored and logged', () => {
  test('opens nothing: no text of a cookie, no token of the provider', async () => {
    const back = await browser.throughProvider(await browser.go('/auth/login?provider=main'));
    const login = browser.cookies.get('__Host-Http-login') ?? '';
    const begun = JSON.stringify(await world.table.items());
    await browser.go(back);
    const session = browser.cookies.get('__Host-Http-session')?.split('.')[1] ?? '';
    const code = new URL(back, ORIGIN).searchParams.get('code') ?? '';
    const stored = JSON.stringify(await world.table.items());
    expect([login, session, code].every((text) => text.length > 40)).toBe(true);
    for (const secret of [login, session, code, 'secret-of-the-portal', 'eyJ']) {
      expect([begun, stored, world.logText()].filter((text) => text.includes(secret))).toEqual([]);
    }
    expect(stored).toContain('"sealed"');
  });

  test('a log line names session, provider and reason, and nobody by name', async () => {
    await world.nextIs({ ...OTTO, refuse: true });
    await browser.signIn();
    await world.nextIs({ ...OTTO, name: 'Otto Normal' });
    await browser.signIn();
    const fields = world.logs.filter(({ evt }) => evt === 'portal.request').map((entry) => entry.fields);
    expect(fields).toMatchObject([
      { kind: 'login', status: 303 },
      { kind: 'callback', reason: 'denied', provider: 'main' },
      { kind: 'login' },
      { kind: 'callback', session: expect.stringMatching(/^[0-9A-Za-z]{16}$/) },
    ]);
    expect(world.logText()).not.toMatch(/otto|example\.com/i);
  });
});
