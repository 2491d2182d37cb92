import { createAuthorizer } from '../../../lambdas/authorizer/authorizer';
import type { AuthorizerConfig, IssuerConfig } from '../../../lambdas/authorizer/config';
import type { AuthorizerEvent } from '../../../lambdas/authorizer/event/request';
import type { BoundedResponse } from '../../../lambdas/lib/http-request';
import {
  accessToken,
  authorizerConfig,
  bearerEvent,
  type Claims,
  compiled,
  ecKey,
  ISSUER,
  issuerConfig,
  NOW,
  rsaKey,
  signed,
  testPorts,
} from './support/access-tokens';
import { goodAnswer, introspectedIssuer, json, SECRET } from './support/introspection';
import { dpopProofFor, jktOf } from './support/proofs';
import { scoped } from './support/routing';

const TOKEN = 'oat_0123456789abcdef';
const KEY = rsaKey('r1');
const SENDER = ecKey('sender');
const ROUTES = [scoped('GET /v1/sales', 'sales:read')];

function setUp(issuers: readonly IssuerConfig[] = [introspectedIssuer()], changes: Partial<AuthorizerConfig> = {}) {
  const sent: string[] = [];
  const target = { sent, answer: (_token: string): BoundedResponse => json(goodAnswer()) };
  const ports = Object.assign(testPorts(), {
    readSecret: async () => SECRET,
    send: async ({ body }: { readonly body?: string }) => {
      const token = new URLSearchParams(body).get('token') ?? '';
      sent.push(token);
      return target.answer(token);
    },
  });
  const authorize = createAuthorizer({ ...authorizerConfig(issuers), ...changes }, ports);
  const outcomeOf = (event: AuthorizerEvent) =>
    authorize(event).then(
      () => ports.decisions.at(-1)?.reason,
      (error: Error) => `${error.message === 'Unauthorized' ? 401 : 500} ${ports.decisions.at(-1)?.reason}`,
    );
  return Object.assign(target, {
    ports,
    authorize,
    outcome: (token: string) => outcomeOf(bearerEvent(token)),
    outcomeOf,
  });
}

test('an active token is allowed, and the server is asked once', async () => {
  const target = setUp();
  expect(await target.outcome(TOKEN)).toBe('ok');
  expect(await target.outcome(TOKEN)).toBe('ok');
  expect(target.sent).toEqual([TOKEN]);
});

test('the policy ends with the token, and its scopes decide', async () => {
  const target = setUp();
  const result = await target.authorize(bearerEvent(TOKEN));
  expect(JSON.stringify(result)).toContain(new Date((NOW + 605) * 1000).toISOString().slice(0, 19));
  target.answer = () => json(goodAnswer({ scope: 'sales:write' }));
  expect(await target.outcome('oat_another_token')).toBe('scope_denied');
});

test('an inactive token is 401, a server that is down 500', async () => {
  const target = setUp();
  target.answer = () => json({ active: false });
  expect(await target.outcome(TOKEN)).toBe('401 inactive');
  target.answer = () => json('', { status: 503 });
  expect(await target.outcome('oat_another_token')).toBe('500 store_error');
});

test.each(['garbage', 'acme_test_garbage', `${TOKEN}=`, 'a.b.c'])('the token %s is 401 and not sent', async (token) => {
  const target = setUp();
  expect(await target.outcome(token)).toMatch(/^401 /);
  expect(target.sent).toEqual([]);
});

test('a mode that asks each time takes no remembered answer', async () => {
  const target = setUp(undefined, { apis: { sales: compiled(ROUTES, 'strict') } });
  expect(await target.outcome(TOKEN)).toBe('ok');
  target.answer = () => json({ active: false });
  expect(await target.outcome(TOKEN)).toBe('401 inactive');
});

test('a revocation here counts for introspected tokens too', async () => {
  const target = setUp();
  const entries = [{ kind: 'client', value: 'reports', until: NOW + 600 }];
  target.ports.items.set('revocations', { pk: 'revocations', entity: 'revocations', entries });
  expect(await target.outcome(TOKEN)).toBe('401 revoked');
});

test('JWTs of an issuer are verified here beside its opaque tokens', async () => {
  const target = setUp([introspectedIssuer({}, { jwks: { keys: [KEY.jwk] } })]);
  expect(await target.outcome(accessToken(KEY))).toBe('ok');
  expect(await target.outcome(accessToken(rsaKey('r1')))).toBe('401 bad_signature');
  expect(target.sent).toEqual([]);
  expect(await target.outcome(TOKEN)).toBe('ok');
  expect(target.sent).toEqual([TOKEN]);
});

test('JWTs are introspected where the issuer says so, though it has keys', async () => {
  const target = setUp([introspectedIssuer({ jwts: true }, { jwks: { keys: [KEY.jwk] } })]);
  target.answer = () => json({ active: false });
  const token = accessToken(KEY);
  expect(await target.outcome(token)).toBe('401 inactive');
  expect(target.sent).toEqual([token]);
});

test('JWTs of an issuer with opaque tokens only are refused and not sent', async () => {
  const target = setUp();
  expect(await target.outcome(accessToken(KEY))).toBe('401 issuer_mismatch');
  expect(target.sent).toEqual([]);
});

test('an issuer that signs its answers and its JWTs has its key set fetched once', async () => {
  const jwksUri = 'https://issuer.example.com/jwks';
  const target = setUp([introspectedIssuer({ signedAnswers: true }, { jwksUri })]);
  target.ports.keySet = async () => ({ keys: [KEY.jwk] });
  const answer = { iss: ISSUER, aud: 'gatehouse:api', iat: NOW, token_introspection: goodAnswer() };
  const signedAnswer = signed({ alg: 'RS256', kid: 'r1', typ: 'token-introspection+jwt' }, answer, KEY.privateKey);
  target.answer = () => json(signedAnswer, { headers: { 'content-type': 'application/token-introspection+jwt' } });
  expect(await target.outcome(TOKEN)).toBe('ok');
  expect(await target.outcome(accessToken(KEY))).toBe('ok');
  expect(target.ports.fetches).toEqual([jwksUri]);
});

test('an issuer is named once, whether it is introspected or not', () => {
  expect(() => setUp([introspectedIssuer(), issuerConfig([KEY])])).toThrow('an issuer is given twice');
});

describe('a token that is bound to a key', () => {
  const dpop = { algorithms: ['ES256'], maxAgeSeconds: 60, leewaySeconds: 5 } as const;
  const bound = () => {
    const target = setUp([introspectedIssuer({}, { senderConstraints: ['dpop'] })], { dpop });
    target.answer = () => json(goodAnswer({ token_type: 'DPoP', cnf: { jkt: jktOf(SENDER) } }));
    return target;
  };
  const eventWith = (authorization: string, proof?: string): AuthorizerEvent => {
    const context: Claims = { ...bearerEvent(TOKEN).requestContext, domainName: 'api.example.com', path: '/v1/sales' };
    return {
      ...bearerEvent(TOKEN),
      headers: { Authorization: authorization, ...(proof !== undefined && { DPoP: proof }) },
      multiValueHeaders: null,
      requestContext: context,
    };
  };

  test('is accepted with a proof, also from the remembered answer', async () => {
    const target = bound();
    for (let request = 0; request < 2; request++) {
      expect(await target.outcomeOf(eventWith(`DPoP ${TOKEN}`, dpopProofFor(TOKEN, SENDER)))).toBe('ok');
    }
    expect(target.sent).toEqual([TOKEN]);
  });

  test('is 401 as plain Bearer, with the proof of another, and without one', async () => {
    const target = bound();
    for (const event of [
      eventWith(`Bearer ${TOKEN}`),
      eventWith(`DPoP ${TOKEN}`, dpopProofFor(TOKEN, ecKey('other'))),
      eventWith(`DPoP ${TOKEN}`),
    ]) {
      expect(await target.outcomeOf(event)).toBe('401 sender_constraint');
    }
  });
});
