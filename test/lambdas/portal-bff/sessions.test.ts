import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { TABLE } from '../token-service/support/token-table';
import { Browser } from './support/browser';
import { ANNA, OTTO, PortalWorld } from './support/world';

let world: PortalWorld;
beforeAll(async () => {
  world = await PortalWorld.start();
});
afterAll(() => world.close());
beforeEach(() => world.reset());

const enter = () => new Browser(world).enter();
const isIn = async (browser: Browser) => (await browser.page('GET', '/bff/session')).status === 200;
const ids = async (browser: Browser): Promise<string[]> =>
  (await browser.page('GET', '/bff/sessions')).body.sessions.map(({ id }: { id: string }) => id);

describe('41: a session ends', () => {
  test('after half an hour of silence, and not while it is used', async () => {
    const browser = await enter();
    world.ahead = 25 * 60;
    expect(await isIn(browser)).toBe(true);
    world.ahead = 50 * 60;
    expect(await isIn(browser)).toBe(true);
    world.ahead = 81 * 60;
    expect(await isIn(browser)).toBe(false);
  });

  test('after eight hours in any case', async () => {
    const browser = await enter();
    for (let minutes = 20; minutes < 480; minutes += 20) {
      world.ahead = minutes * 60;
      expect(await isIn(browser)).toBe(true);
    }
    world.ahead = 480 * 60;
    expect(await isIn(browser)).toBe(false);
  });

  test('for the oldest of a person that has too many, and for nobody else', async () => {
    await world.nextIs(OTTO);
    const otto = await enter();
    await world.nextIs(ANNA);
    const all = [];
    for (let count = 0; count < 4; count += 1) {
      world.ahead = count;
      all.push(await enter());
    }
    expect(await Promise.all(all.map(isIn))).toEqual([false, true, true, true]);
    expect(await isIn(otto)).toBe(true);
  });

  test('41: ten sign-ins at once leave as many as are allowed', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, enter).map((entered) => entered.catch(() => undefined)));
    const open = await Promise.all(all.map((browser) => browser !== undefined && isIn(browser)));
    expect(open.filter((is) => is)).toHaveLength(3);
  });
});

describe('44: my sessions', () => {
  test('are listed with their browser, the current one marked, without texts and hashes', async () => {
    const [first, second] = [await enter(), await enter()];
    const { body, text } = await second.page('GET', '/bff/sessions');
    const currents = body.sessions.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
    expect(currents.filter(Boolean)).toHaveLength(1);
    expect(body.sessions).toHaveLength(2);
    expect(body.sessions[0]).toEqual({
      id: expect.stringMatching(/^[0-9A-Za-z]{16}$/),
      isCurrent: expect.any(Boolean),
      startedAt: expect.any(Number),
      seenAt: expect.any(Number),
      endsAt: expect.any(Number),
      userAgent: 'Firefox',
    });
    expect(text).not.toContain(first.cookies.get('__Host-Http-session')?.split('.')[1]);
    expect(text).not.toMatch(/sealed|hash/);
  });

  test('one of them ends at once', async () => {
    const [first, second] = [await enter(), await enter()];
    const { body } = await first.page('GET', '/bff/session');
    expect((await second.page('DELETE', `/bff/sessions/${body.session.id}`)).body.ended).toEqual([body.session.id]);
    expect([await isIn(first), await isIn(second)]).toEqual([false, true]);
  });

  test('all others end at once', async () => {
    const [first, second, third] = [await enter(), await enter(), await enter()];
    await second.page('DELETE', '/bff/sessions');
    expect(await Promise.all([first, second, third].map(isIn))).toEqual([false, true, false]);
  });

  test('those of another person do not exist', async () => {
    const anna = await enter();
    const [id] = await ids(anna);
    await world.nextIs(OTTO);
    const otto = await enter();
    expect((await otto.page('DELETE', `/bff/sessions/${id}`)).status).toBe(404);
    expect(await ids(otto)).not.toContain(id);
    expect(await isIn(anna)).toBe(true);
  });

  test('are ended only by whoever signed in a moment ago', async () => {
    const [first, second] = [await enter(), await enter()];
    world.ahead = 11 * 60;
    const [id] = await ids(second);
    for (const path of ['/bff/sessions', `/bff/sessions/${id}`]) {
      expect((await second.page('DELETE', path)).body.type).toBe('urn:gatehouse:problem:step-up-required');
    }
    expect(await isIn(first)).toBe(true);
  });
});

describe('43: a session is over with the next request', () => {
  /** Changes what the item of each person says. */
  const changePeople = async (change: object) => {
    for (const person of (await world.table.items()).filter(({ entity }) => entity === 'person')) {
      await world.table.client.send(new PutCommand({ TableName: TABLE, Item: { ...person, ...change } }));
    }
  };

  test('when its person is disabled, and nobody signs in as that person', async () => {
    const browser = await enter();
    await changePeople({ isDisabled: true });
    expect(await isIn(browser)).toBe(false);
    const again = new Browser(world);
    expect((await again.signIn()).headers.location).toBe('/sign-in?problem=disabled');
  });

  test('when the list of its person does not name it, though its own item is there', async () => {
    const browser = await enter();
    const before = await world.table.items();
    const [id] = await ids(browser);
    await browser.page('DELETE', `/bff/sessions/${id}`);
    for (const item of before.filter(({ entity }) => entity === 'session')) {
      await world.table.client.send(new PutCommand({ TableName: TABLE, Item: item }));
    }
    expect(await isIn(browser)).toBe(false);
  });

  test('a session of one person is none under the id of another', async () => {
    const anna = await enter();
    await world.nextIs(OTTO);
    const otto = await enter();
    const [, text] = anna.cookies.get('__Host-Http-session')?.split('.') ?? [];
    const [person] = otto.cookies.get('__Host-Http-session')?.split('.') ?? [];
    otto.cookies.set('__Host-Http-session', `${person}.${text}`);
    expect(await isIn(otto)).toBe(false);
  });
});

describe('45: the provider is asked again', () => {
  test('after a quarter of an hour of use; when it refuses, the session ends', async () => {
    const browser = await enter();
    await world.closeAccounts();
    world.ahead = 14 * 60;
    expect(await isIn(browser)).toBe(true);
    world.ahead = 16 * 60;
    expect(await isIn(browser)).toBe(false);
    expect(world.logText()).toContain('portal.session_refused');
  });

  test('and gives new tokens, by which it is asked the next time', async () => {
    const browser = await enter();
    for (const minutes of [16, 32, 48]) {
      world.ahead = minutes * 60;
      expect(await isIn(browser)).toBe(true);
    }
    expect(world.logText()).not.toMatch(/provider_silent|session_refused/);
  });

  test('by one of several requests', async () => {
    const browser = await enter();
    world.ahead = 16 * 60;
    expect(await Promise.all(Array.from({ length: 8 }, () => isIn(browser)))).not.toContain(false);
    world.ahead = 32 * 60;
    expect(await isIn(browser)).toBe(true);
  });

  test('a silent one leaves the session, and is asked again a minute later', async () => {
    const browser = await enter();
    const { main } = world.config.providers;
    if (!main) throw new Error('a provider is configured');
    const { providers } = world.config;
    world.configure({ providers: { ...providers, main: { ...main, issuer: 'http://127.0.0.1:1' } } });
    world.ahead = 16 * 60;
    expect(await isIn(browser)).toBe(true);
    expect(world.logText()).toContain('portal.provider_silent');
    await world.closeAccounts();
    world.configure({ providers });
    world.ahead = 16 * 60 + 30;
    expect(await isIn(browser)).toBe(true);
    world.ahead = 17 * 60 + 1;
    expect(await isIn(browser)).toBe(false);
  });
});

describe('46: signing out', () => {
  test('ends the session here, revokes at the provider and leads to it', async () => {
    const browser = await enter();
    const copy = new Browser(world);
    copy.cookies.set('__Host-Http-session', browser.cookies.get('__Host-Http-session') ?? '');
    const { body, headers, cookies } = await browser.page('POST', '/bff/logout');
    const url = new URL(body.location);
    expect(url.origin).toBe(world.issuer);
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe('https://portal.example.com/signed-out');
    expect(headers['clear-site-data']).toBe('"cache", "storage"');
    expect(cookies).toEqual(['__Host-Http-session=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0']);
    expect(await isIn(copy)).toBe(false);
  });

  test('holds when the provider is silent', async () => {
    const browser = await enter();
    const { main } = world.config.providers;
    if (!main) throw new Error('a provider is configured');
    world.configure({ providers: { main: { ...main, issuer: 'http://127.0.0.1:1' } } });
    expect((await browser.page('POST', '/bff/logout')).body.location).toBe('/signed-out');
    expect(await isIn(browser)).toBe(false);
  });
});

test('a request without session is told so, and loses a cookie that opens none', async () => {
  const nobody = new Browser(world);
  expect((await nobody.page('GET', '/bff/session')).body.type).toBe('urn:gatehouse:problem:signed-out');
  nobody.cookies.set('__Host-Http-session', `${'a'.repeat(22)}.${'b'.repeat(43)}`);
  expect((await nobody.page('GET', '/bff/session')).status).toBe(401);
  expect(nobody.cookies.size).toBe(0);
});

test('a table that cannot be reached ends no session, and opens none', async () => {
  const browser = await enter();
  const down = async () => {
    throw new Error('down');
  };
  world.overrides = {
    store: {
      find: down,
      list: down,
      readPerson: down,
      writePerson: down,
      put: down,
      update: down,
      remove: down,
      putLogin: down,
      takeLogin: down,
    },
  };
  world.configure({});
  expect((await browser.page('GET', '/bff/session')).body.type).toBe('urn:gatehouse:problem:unavailable');
  expect((await new Browser(world).go('/auth/login?provider=main')).headers.location).toBe(
    '/sign-in?problem=unavailable',
  );
  world.overrides = {};
  world.configure({});
  expect(await isIn(browser)).toBe(true);
});
