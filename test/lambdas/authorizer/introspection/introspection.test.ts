import { reasonOf } from '../../../../lambdas/authorizer/reasons';
import { type Claims, ISSUER, NOW, rsaKey, signed } from '../support/access-tokens';
import { goodAnswer, introspectedIssuer, introspectionHarness, json, SECRET } from '../support/introspection';

const TOKEN = 'oat_0123456789abcdef';
const OTHER = 'oat_fedcba9876543210';

describe('a request', () => {
  test('is a form with the token, authenticated by name and password', async () => {
    const target = introspectionHarness();
    await target.ask(TOKEN);
    expect(target.requests).toEqual([
      {
        url: new URL('https://issuer.example.com/introspect'),
        method: 'POST',
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          authorization: expect.stringMatching(/^Basic /),
        },
        body: `token=${TOKEN}&token_type_hint=access_token`,
        timeoutMs: 1500,
        maxBytes: 65_536,
        idempotent: true,
      },
    ]);
    // Each part is encoded as in a form, RFC 6749, 2.3.1.
    const credentials = target.requests[0]?.headers.authorization?.slice('Basic '.length) ?? '';
    expect(Buffer.from(credentials, 'base64').toString()).toBe(
      'gatehouse%3Aapi:client+secret%3A+100+%25+%C3%BCnsafe%26%3D%2B',
    );
    expect(target.secrets).toEqual(['acme/introspection']);
  });

  test('has name and password in the form where the server wants them there', async () => {
    const target = introspectionHarness(introspectedIssuer({ clientAuthentication: 'client_secret_post' }));
    await target.ask(TOKEN);
    const [request] = target.requests;
    expect(request?.headers).not.toHaveProperty('authorization');
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      token: TOKEN,
      token_type_hint: 'access_token',
      client_id: 'gatehouse:api',
      client_secret: SECRET,
    });
  });
});

describe('a token that the server does not issue', () => {
  test.each([
    ['another form', 'xat_0123456789abcdef'],
    ['a form that begins right', `${TOKEN}!`],
    ['too few characters', 'oat_0123'],
    ['too many characters', `oat_${'a'.repeat(41)}`],
    ['a newline', `${TOKEN}\n`],
    ['the form of an API token, with a slip of the pen', 'acme_test_0123456789abcdef'],
    ['a JWT', signed({ alg: 'RS256' }, { iss: ISSUER }, rsaKey('r').privateKey)],
    ['nothing', ''],
  ])('is not sent: %s', (_, token) => {
    const target = introspectionHarness();
    expect(target.introspect(token, false)).toBeUndefined();
    expect(target.requests).toEqual([]);
  });

  test('is not sent where the forms of two servers do not tell whose it is', () => {
    const other = introspectedIssuer({ tokenPattern: String.raw`\w{20}` }, { issuer: 'https://other.example/' });
    const target = introspectionHarness(introspectedIssuer(), other);
    expect(target.introspect(TOKEN, false)).toBeUndefined();
    expect(target.requests).toEqual([]);
  });

  test('an API token is not sent, even where the form of the server is as wide', () => {
    const target = introspectionHarness(introspectedIssuer({ tokenPattern: String.raw`\w{1,100}` }));
    expect(target.introspect('acme_test_0123456789abcdef', false)).toBeUndefined();
  });
});

describe('a JWT', () => {
  const key = rsaKey('r1');
  const jwtOf = (iss: unknown) => signed({ alg: 'RS256' }, { iss }, key.privateKey);
  const wide = { tokenPattern: String.raw`[\w.-]{1,2000}` };

  test('is sent to the issuer that it names, and to no other', async () => {
    const other = introspectedIssuer(
      { ...wide, jwts: true, endpoint: 'https://other.example/introspect' },
      { issuer: 'https://other.example/' },
    );
    const target = introspectionHarness(introspectedIssuer({ ...wide, jwts: true }), other);
    await target.ask(jwtOf(ISSUER));
    expect(target.requests.map(({ url }) => url.host)).toEqual(['issuer.example.com']);
    expect(target.introspect(jwtOf('https://evil.example/'), false)).toBeUndefined();
    expect(target.introspect(jwtOf([ISSUER]), false)).toBeUndefined();
  });

  test('is not sent where JWTs are verified here, however wide the form', () => {
    expect(introspectionHarness(introspectedIssuer(wide)).introspect(jwtOf(ISSUER), false)).toBeUndefined();
  });
});

test('an active token is a credential', async () => {
  expect(await introspectionHarness().ask(TOKEN)).toEqual({
    authMethod: 'access_token',
    tokenId: 'grant-1',
    principal: `access_token|${ISSUER}|user-1`,
    subject: 'user-1',
    application: 'reports',
    clientId: 'reports',
    environment: 'dev',
    issuer: ISSUER,
    scopes: ['sales:read'],
    issuedAt: NOW - 10,
    expiresAt: NOW + 600,
    refusedFrom: NOW + 605,
    cidrs: [],
    confirmation: undefined,
  });
});

test('the usage key, team and tier are those of the application', async () => {
  const target = introspectionHarness();
  target.ports.items.set('application#reports', {
    pk: 'application#reports',
    entity: 'application',
    team: 'web',
    tier: 'gold',
    usageKey: 'usage-key-value-0123456789',
  });
  expect(await target.ask(TOKEN)).toMatchObject({ team: 'web', tier: 'gold', usageKey: 'usage-key-value-0123456789' });
});

test.each<[string, Claims, Claims]>([
  ['no subject: the client acts for itself', { sub: undefined }, { subject: 'reports' }],
  ['no time of issue: every revocation by time includes it', { iat: undefined }, { issuedAt: 0 }],
  ['no scope', { scope: undefined }, { scopes: [] }],
  ["no issuer: the endpoint is the issuer's", { iss: undefined }, { issuer: ISSUER }],
  ['no id', { jti: undefined }, { tokenId: '-' }],
  ['the token as its id, which no log may show', { jti: TOKEN }, { tokenId: '-' }],
  ['a part of the token as its id', { jti: TOKEN.slice(4) }, { tokenId: '-' }],
  ['the token within its id', { jti: `id:${TOKEN}` }, { tokenId: '-' }],
  ['a list with one audience', { aud: ['https://api.example.com/'] }, {}],
  ['a type in lower case', { token_type: 'bearer' }, {}],
  ['a wildcard scope, which the issuer may not grant', { scope: 'sales:read *' }, { scopes: ['sales:read'] }],
  ['members of other names', { username: 'u', ext: { a: [1] } }, {}],
])('an answer may have %s', async (_, changes, expected) => {
  const target = introspectionHarness();
  target.answer = () => json(goodAnswer(changes));
  expect(await target.ask(TOKEN)).toMatchObject({ subject: 'user-1', ...expected });
});

test.each<[string, Claims, string]>([
  ['active false', { active: false }, 'inactive'],
  ['active as text', { active: 'true' }, 'inactive'],
  ['active as number', { active: 1 }, 'inactive'],
  ['active null', { active: null }, 'inactive'],
  ['no active', { active: undefined }, 'inactive'],
  ['another issuer', { iss: 'https://other.example/' }, 'issuer_mismatch'],
  ['the issuer without its slash', { iss: ISSUER.slice(0, -1) }, 'issuer_mismatch'],
  ['a list of issuers', { iss: [ISSUER] }, 'issuer_mismatch'],
  ['an issuer that is null', { iss: null }, 'issuer_mismatch'],
  ['another audience', { aud: 'https://other.example/' }, 'audience_mismatch'],
  ['no audience', { aud: undefined }, 'audience_mismatch'],
  ['an empty list of audiences', { aud: [] }, 'audience_mismatch'],
  ['several audiences', { aud: ['https://api.example.com/', 'https://b.example/'] }, 'audience_mismatch'],
  ['an audience as object', { aud: { a: 1 } }, 'audience_mismatch'],
  ['expiry past', { exp: NOW - 5 }, 'expired'],
  ['not yet valid', { nbf: NOW + 6 }, 'not_yet_valid'],
  ['issued in the future', { iat: NOW + 6 }, 'not_yet_valid'],
])('an answer with %s is 401', async (_, changes, refused) => {
  const target = introspectionHarness();
  target.answer = () => json(goodAnswer(changes));
  expect(await target.ask(TOKEN)).toEqual({ refused });
});

test.each<[string, Claims, string]>([
  ['no token type, as for a refresh token', { token_type: undefined }, 'token_type'],
  ['another token type', { token_type: 'mac' }, 'token_type'],
  ['a token type that is no text', { token_type: ['Bearer'] }, 'token_type'],
  ['token type DPoP without a key', { token_type: 'DPoP' }, 'token_type'],
  ['a key that the issuer may not bind to', { cnf: { jkt: 'a'.repeat(43) } }, 'cnf'],
  ['no client', { client_id: undefined }, 'client_id'],
  ['a client that is no text', { client_id: 7 }, 'client_id'],
  ['a subject that is no text', { sub: {} }, 'sub'],
  ['no expiry', { exp: undefined }, 'exp'],
  ['expiry as text', { exp: String(NOW + 600) }, 'exp'],
  ['expiry null', { exp: null }, 'exp'],
  ['nbf as text', { nbf: '0' }, 'nbf'],
  ['iat as text', { iat: '0' }, 'iat'],
  ['a life that is too long', { exp: NOW + 3601 }, 'exp'],
  ['a life that is too long, and no time of issue', { iat: undefined, exp: NOW + 3601 }, 'exp'],
  ['a list of scopes', { scope: ['sales:read'] }, 'scope'],
  ['a scope with a control character', { scope: 'sales:read\u0007' }, 'scope'],
])('an answer with %s is 401, and its claim is named', async (_, changes, claim) => {
  const target = introspectionHarness();
  target.answer = () => json(goodAnswer(changes));
  expect(await target.ask(TOKEN)).toEqual({ refused: 'bad_claims', claim });
});

test('an inactive token needs nothing but that', async () => {
  const target = introspectionHarness();
  target.answer = () => json({ active: false });
  expect(await target.ask(TOKEN)).toEqual({ refused: 'inactive' });
});

describe('no answer is 500, and never a bad token', () => {
  test.each([
    ['status 401', json({ error: 'invalid_client' }, { status: 401 })],
    ['status 400', json({ error: 'invalid_request' }, { status: 400 })],
    ['status 500', json({ active: true }, { status: 500 })],
    ['status 204', json('', { status: 204 })],
    ['a redirect', json(goodAnswer(), { status: 302 })],
    ['no JSON', json('<html>active</html>')],
    ['nothing', json('')],
    ['a list', json([goodAnswer()])],
    ['true', json('true')],
    ['a text of HTML', json(goodAnswer(), { headers: { 'content-type': 'text/html' } })],
    ['no type', json(goodAnswer(), { headers: { 'content-type': undefined } })],
    ['a type that begins like JSON', json(goodAnswer(), { headers: { 'content-type': 'application/json-seq' } })],
    [
      'a signed answer that was not asked for',
      json('a.b.c', { headers: { 'content-type': 'application/token-introspection+jwt' } }),
    ],
    ['a member twice', json(JSON.stringify(goodAnswer()).replace('{', '{"active":false,'))],
    ['__proto__', json('{"__proto__":{"active":true}}')],
    ['bytes that are no UTF-8', json('', { body: Buffer.from([0x7b, 0xff, 0x7d]) })],
  ])('%s', async (_, response) => {
    const target = introspectionHarness();
    target.answer = () => response;
    const error: unknown = await target.ask(TOKEN).catch((reason: unknown) => reason);
    expect(reasonOf(error)).toBe('store_error');
    expect(causesOf(error)).not.toMatch(/oat_|unsafe/);
    // Not remembered: the server is asked again.
    target.answer = () => json(goodAnswer());
    expect(await target.ask(TOKEN)).toMatchObject({ application: 'reports' });
  });

  test('a failure of the transport', async () => {
    const target = introspectionHarness();
    target.answer = () => Promise.reject(new Error('no answer within 1500 ms'));
    expect(reasonOf(await target.ask(TOKEN).catch((error: unknown) => error))).toBe('store_error');
  });

  test('no client secret', async () => {
    const target = introspectionHarness();
    target.secret = () => Promise.reject(new Error('denied'));
    expect(reasonOf(await target.ask(TOKEN).catch((error: unknown) => error))).toBe('store_error');
    expect(target.requests).toEqual([]);
  });
});

describe('memory', () => {
  const active = goodAnswer();

  test('an answer serves for the time that is configured', async () => {
    const target = introspectionHarness();
    for (const [later, requests] of [
      [0, 1],
      [29.999, 1],
      [30, 2],
    ] as const) {
      target.ports.now = NOW + later;
      await target.ask(TOKEN);
      expect(target.requests).toHaveLength(requests);
    }
  });

  test('an answer serves no longer than the token', async () => {
    const target = introspectionHarness();
    target.answer = () => json(goodAnswer({ exp: NOW + 10 }));
    await target.ask(TOKEN);
    target.ports.now = NOW + 9;
    await target.ask(TOKEN);
    expect(target.requests).toHaveLength(1);
    target.ports.now = NOW + 10;
    await target.ask(TOKEN);
    expect(target.requests).toHaveLength(2);
  });

  test('a refusal serves for five seconds', async () => {
    const target = introspectionHarness();
    target.answer = () => json({ active: false });
    await target.ask(TOKEN);
    target.ports.now = NOW + 4.999;
    await target.ask(TOKEN);
    expect(target.requests).toHaveLength(1);
    target.ports.now = NOW + 5;
    target.answer = () => json(active);
    expect(await target.ask(TOKEN)).toMatchObject({ application: 'reports' });
  });

  test('no answer serves where each request asks anew', async () => {
    const target = introspectionHarness();
    await target.ask(TOKEN, true);
    target.answer = () => json({ active: false });
    expect(await target.ask(TOKEN, true)).toEqual({ refused: 'inactive' });
    expect(target.requests).toHaveLength(2);
  });

  test('with 0 seconds no answer serves', async () => {
    const target = introspectionHarness(introspectedIssuer({ cacheSeconds: 0 }));
    await target.ask(TOKEN);
    target.answer = () => json({ active: false });
    await target.ask(TOKEN);
    await target.ask(TOKEN);
    expect(target.requests).toHaveLength(3);
  });

  test('the answer for one token never serves another', async () => {
    const target = introspectionHarness();
    target.answer = (form) =>
      json(form.get('token') === TOKEN ? goodAnswer({ sub: 'user-a' }) : goodAnswer({ sub: 'user-b', scope: '' }));
    const both = () => Promise.all([target.ask(TOKEN), target.ask(OTHER)]);
    for (let round = 0; round < 3; round++) {
      expect(await both()).toMatchObject([
        { subject: 'user-a', scopes: ['sales:read'] },
        { subject: 'user-b', scopes: [] },
      ]);
    }
    expect(target.requests).toHaveLength(2);
  });

  test('requests for one token at the same time share one call, and its failure', async () => {
    const target = introspectionHarness();
    expect(await Promise.all(Array.from({ length: 10 }, () => target.ask(TOKEN)))).toHaveLength(10);
    expect(target.requests).toHaveLength(1);
    target.answer = () => Promise.reject(new Error('down'));
    const answers = await Promise.allSettled(Array.from({ length: 10 }, () => target.ask(OTHER)));
    expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
    expect(target.requests).toHaveLength(2);
  });

  test('made-up tokens do not drive good ones out', async () => {
    const target = introspectionHarness();
    await target.ask(TOKEN);
    target.answer = () => json({ active: false });
    for (let index = 0; index < 3000; index++) {
      await target.ask(`oat_made_up_${index}`);
    }
    const before = target.requests.length;
    expect(await target.ask(TOKEN)).toMatchObject({ application: 'reports' });
    expect(target.requests).toHaveLength(before);
  });
});

test('an endpoint that is not https is refused at the start', () => {
  const http = introspectedIssuer({ endpoint: 'http://issuer.example.com/introspect' });
  expect(() => introspectionHarness(http)).toThrow('expected https');
});

/** An error with its causes, as a log shows it. */
function causesOf(error: unknown): string {
  const { message, cause } = error as Error;
  return `${message} ${cause === undefined ? '' : causesOf(cause)}`;
}
