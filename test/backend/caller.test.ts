import { type Caller, CallerError, readCaller } from '../../backend';
import { contextOf } from '../../lambdas/authorizer/answer/context';

const ISSUER = 'urn:gatehouse:platform:dev';
const PRINCIPAL = `api_token|${ISSUER}|4fTq9LmZ0aRb7XcD`;

const CONTEXT = {
  tokenId: '4fTq9LmZ0aRb7XcD',
  principal: PRINCIPAL,
  issuer: ISSUER,
  application: 'homepage',
  team: 'web',
  environment: 'dev',
  scopes: 'sales:read activity:*',
  tier: 'gold',
  issuedAt: '1800000000',
  expiresAt: '1800003600',
  authMethod: 'api_token',
  secretGeneration: '2',
};

const CALLER: Caller = {
  tokenId: '4fTq9LmZ0aRb7XcD',
  principal: PRINCIPAL,
  issuer: ISSUER,
  subject: '4fTq9LmZ0aRb7XcD',
  application: 'homepage',
  team: 'web',
  environment: 'dev',
  scopes: ['sales:read', 'activity:*'],
  tier: 'gold',
  issuedAt: 1_800_000_000,
  expiresAt: 1_800_003_600,
  authMethod: 'api_token',
  secretGeneration: 2,
};

const rest = (authorizer: unknown) => ({ httpMethod: 'GET', requestContext: { authorizer } });
const http = (lambda: unknown) => ({ version: '2.0', requestContext: { authorizer: { lambda } } });

/** The context without one value, or with another. */
const changed = (changes: Record<string, unknown>) => ({ ...CONTEXT, ...changes });

describe('readCaller', () => {
  test('reads the context of a REST API, with what API Gateway adds to it', () => {
    expect(readCaller(rest({ ...CONTEXT, principalId: 'homepage', integrationLatency: 3 }))).toEqual(CALLER);
  });

  test('reads when an older secret ends', () => {
    expect(readCaller(rest(changed({ graceUntil: '1800000060' })))).toEqual({ ...CALLER, graceUntil: 1_800_000_060 });
    expect(() => readCaller(rest(changed({ graceUntil: 'soon' })))).toThrow('a graceUntil that is no number');
  });

  test('reads the context of an HTTP API, payload format 2.0', () => {
    expect(readCaller(http(CONTEXT))).toEqual(CALLER);
  });

  test('reads the context of an HTTP API, payload format 1.0', () => {
    expect(readCaller({ version: '1.0', ...rest(CONTEXT) })).toEqual(CALLER);
  });

  test('reads what the authorizer writes', () => {
    const context = contextOf({ ...CALLER, refusedFrom: 1_800_003_600, cidrs: [] });
    expect(readCaller(rest(context))).toEqual(CALLER);
  });

  test('leaves out what the token does not have', () => {
    const { team: _, tier: __, secretGeneration: ___, application: ____, ...context } = CONTEXT;
    const principal = PRINCIPAL.replace('api_token', 'access_token');
    const caller = readCaller(rest({ ...context, authMethod: 'access_token', principal }));
    expect(Object.keys(caller).sort()).toEqual(
      [
        'tokenId',
        'principal',
        'issuer',
        'subject',
        'environment',
        'scopes',
        'issuedAt',
        'expiresAt',
        'authMethod',
      ].sort(),
    );
  });

  test('a token without scopes has none', () => {
    expect(readCaller(rest(changed({ scopes: '' }))).scopes).toEqual([]);
  });

  test.each<[string, unknown]>([
    ['no event', undefined],
    ['no request context', {}],
    ['no authorizer', rest(undefined)],
    ['an authorizer of null', rest(null)],
    ['an authorizer that is text', rest('homepage')],
    [
      'the context of a JWT authorizer',
      { version: '2.0', requestContext: { authorizer: { jwt: { claims: CONTEXT } } } },
    ],
    ['a flat context where it should be nested', { version: '2.0', ...rest(CONTEXT) }],
    ['a nested context where it should be flat', rest({ lambda: CONTEXT })],
    ['a context in the prototype', rest(Object.create(CONTEXT))],
    ['a context of another authorizer', rest({ principalId: 'user', scopes: '*' })],
    ...(
      ['tokenId', 'principal', 'issuer', 'environment', 'scopes', 'issuedAt', 'expiresAt', 'authMethod'] as const
    ).flatMap((name): [string, unknown][] => [
      [`no ${name}`, rest(changed({ [name]: undefined }))],
      [`a ${name} that is no text`, rest(changed({ [name]: ['*'] }))],
    ]),
    ['an empty principal', rest(changed({ principal: '' }))],
    ['a principal that is a subject alone', rest(changed({ principal: 'homepage' }))],
    ['a principal of another method', rest(changed({ principal: PRINCIPAL.replace('api_token', 'access_token') }))],
    ['a principal of another issuer', rest(changed({ issuer: 'https://issuer.example.com/' }))],
    ['a principal without a subject', rest(changed({ principal: `api_token|${ISSUER}|` }))],
    ['an expiry that is no number', rest(changed({ expiresAt: 'never' }))],
    ['an expiry with a sign', rest(changed({ expiresAt: '-1' }))],
    ['an unknown method', rest(changed({ authMethod: 'none' }))],
    ['a team that is no text', rest(changed({ team: { name: 'web' } }))],
    ['a generation that is no number', rest(changed({ secretGeneration: 'two' }))],
  ])('refuses %s', (_, event) => {
    expect(() => readCaller(event)).toThrow(CallerError);
  });

  test('says what is missing and quotes no value', () => {
    const refuse = () => readCaller(rest(changed({ expiresAt: 'acme_test_secret' })));
    expect(refuse).toThrow(new CallerError('the authorizer context has a expiresAt that is no number'));
  });
});
