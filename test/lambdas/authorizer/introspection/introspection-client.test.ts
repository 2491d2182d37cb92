import { reasonOf } from '../../../../lambdas/authorizer/reasons';
import { AUDIENCE, type Claims, ecKey, ISSUER, NOW, rsaKey, signed } from '../support/access-tokens';
import { goodAnswer, INTROSPECTION, introspectedIssuer, introspectionHarness, json } from '../support/introspection';

const TOKEN = 'oat_0123456789abcdef';
const KEY = rsaKey('r1');
const OTHER = rsaKey('r1');
const TYPE = 'application/token-introspection+jwt';

const REFUSED = json({ error: 'invalid_client' }, { status: 401 });

describe('a client secret that was rotated', () => {
  const passwordOf = (header = '') => Buffer.from(header.slice('Basic '.length), 'base64').toString().split(':')[1];

  test('is read again when the server refuses the old one, and the request is not lost', async () => {
    const target = introspectionHarness();
    target.secret = () => 'old';
    await target.ask(TOKEN);
    target.secret = () => 'new';
    target.answer = () =>
      passwordOf(target.requests.at(-1)?.headers.authorization) === 'new' ? json(goodAnswer()) : REFUSED;
    expect(await target.ask(TOKEN, true)).toMatchObject({ application: 'reports' });
    expect(target.requests.map(({ headers }) => passwordOf(headers.authorization))).toEqual(['old', 'old', 'new']);
    // From then on the new one is used at once.
    await target.ask(TOKEN, true);
    expect(target.requests).toHaveLength(4);
  });

  test('a refusal of the same secret is 500 after one request', async () => {
    const target = introspectionHarness();
    target.answer = () => REFUSED;
    expect(reasonOf(await target.ask(TOKEN).catch((error: unknown) => error))).toBe('store_error');
    expect(target.requests).toHaveLength(1);
    expect(target.secrets).toHaveLength(2);
  });

  test('a flood of refusals reads the secret once in 30 seconds', async () => {
    const target = introspectionHarness();
    target.answer = () => REFUSED;
    for (let index = 0; index < 20; index++) {
      await target.ask(`oat_flood_token_${index}`).catch(() => undefined);
    }
    expect(target.secrets).toHaveLength(2);
  });
});

describe('signed answers', () => {
  const issuer = introspectedIssuer({ signedAnswers: true }, { jwks: { keys: [KEY.jwk] } });

  const answerWith = (changes: { header?: Claims; claims?: Claims; answer?: unknown } = {}, key = KEY) => {
    const header = { alg: 'RS256', kid: 'r1', typ: 'token-introspection+jwt', ...changes.header };
    const payload = {
      iss: ISSUER,
      aud: INTROSPECTION.clientId,
      iat: NOW,
      token_introspection: 'answer' in changes ? changes.answer : goodAnswer(),
      ...changes.claims,
    };
    return signed(header, payload, key.privateKey, 'RS256');
  };

  async function outcome(text: string, contentType = TYPE) {
    const target = introspectionHarness(issuer);
    target.answer = () => json(text, { headers: { 'content-type': contentType } });
    const found: unknown = await target.ask(TOKEN).catch((error: unknown) => reasonOf(error));
    expect(target.requests[0]?.headers.accept).toBe(TYPE);
    return found;
  }

  test.each<[string, Parameters<typeof answerWith>[0]]>([
    ['as the standard has it', {}],
    ['with the media type in full', { header: { typ: TYPE } }],
    ['for several clients', { claims: { aud: ['other', INTROSPECTION.clientId] } }],
    ['for the API', { claims: { aud: AUDIENCE } }],
    ['of a minute ago', { claims: { iat: NOW - 60 } }],
  ])('an answer %s is taken', async (_, changes) => {
    expect(await outcome(answerWith(changes))).toMatchObject({ application: 'reports', subject: 'user-1' });
  });

  test('an answer may say that a token is inactive', async () => {
    expect(await outcome(answerWith({ answer: { active: false } }))).toEqual({ refused: 'inactive' });
  });

  test.each<[string, Parameters<typeof answerWith>[0]]>([
    ['typ JWT', { header: { typ: 'JWT' } }],
    ['typ at+jwt', { header: { typ: 'at+jwt' } }],
    ['no typ', { header: { typ: undefined } }],
    ['alg none', { header: { alg: 'none' } }],
    ['an unknown key', { header: { kid: 'r2' } }],
    ['no kid', { header: { kid: undefined } }],
    ['crit', { header: { crit: ['x'], x: 1 } }],
    ['another issuer', { claims: { iss: 'https://other.example/' } }],
    ['no issuer', { claims: { iss: undefined } }],
    ['another client', { claims: { aud: 'other' } }],
    ['no client', { claims: { aud: undefined } }],
    ['no time', { claims: { iat: undefined } }],
    ['a time in the future', { claims: { iat: NOW + 6 } }],
    ['an old time', { claims: { iat: NOW - 66 } }],
    ['no answer in it', { answer: undefined }],
    ['an answer that is no object', { answer: 'active' }],
    ['a list as answer', { answer: [goodAnswer()] }],
    ['null as answer', { answer: null }],
  ])('an answer with %s is 500', async (_, changes) => {
    expect(await outcome(answerWith(changes))).toBe('store_error');
  });

  test('an answer that is signed by somebody else is 500', async () => {
    expect(await outcome(answerWith({}, OTHER))).toBe('store_error');
    expect(await outcome(`${answerWith().slice(0, -4)}AAAA`)).toBe('store_error');
    expect(await outcome(answerWith().replace(/[^.]+$/, ''))).toBe('store_error');
  });

  test('a plain answer in place of a signed one is 500, whatever type it states', async () => {
    expect(await outcome(JSON.stringify(goodAnswer()), 'application/json')).toBe('store_error');
    expect(await outcome(JSON.stringify(goodAnswer()))).toBe('store_error');
    expect(await outcome(answerWith(), 'application/json')).toBe('store_error');
  });

  test('an access token of the issuer is no answer', async () => {
    const claims = goodAnswer({ aud: INTROSPECTION.clientId, iat: NOW, token_introspection: goodAnswer() });
    const token = signed({ alg: 'RS256', kid: 'r1', typ: 'at+jwt' }, claims, KEY.privateKey);
    expect(await outcome(token)).toBe('store_error');
  });

  test('the algorithm is one of the issuer', async () => {
    const key = ecKey('e1');
    const target = introspectionHarness(
      introspectedIssuer({ signedAnswers: true }, { jwks: { keys: [key.jwk] }, algorithms: ['RS256'] }),
    );
    const text = signed(
      { alg: 'ES256', kid: 'e1', typ: 'token-introspection+jwt' },
      { iss: ISSUER, aud: INTROSPECTION.clientId, iat: NOW, token_introspection: goodAnswer() },
      key.privateKey,
      'ES256',
    );
    target.answer = () => json(text, { headers: { 'content-type': TYPE } });
    expect(reasonOf(await target.ask(TOKEN).catch((error: unknown) => error))).toBe('store_error');
  });

  test('an issuer without keys is refused at the start', () => {
    expect(() => introspectionHarness(introspectedIssuer({ signedAnswers: true }))).toThrow('no list of keys');
  });
});
