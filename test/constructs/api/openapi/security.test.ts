import { OpenApiDocument } from '../../../../constructs/api/openapi/document';
import { SecurityReader } from '../../../../constructs/api/openapi/security';
import type { AccessRule } from '../../../../lambdas/lib/access-rule';

const SCHEMES = {
  token: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'x', scopes: { 'a:read': '', 'a:write': '' } } } },
  bearer: { type: 'http', scheme: 'bearer' },
  signature: { type: 'apiKey', in: 'header', name: 'Authorization', 'x-amazon-apigateway-authtype': 'awsSigv4' },
};

function ruleOf(operation: object, root: object = {}, securitySchemes: object = SCHEMES): AccessRule {
  const document = new OpenApiDocument({ openapi: '3.0.3', components: { securitySchemes }, ...root }, 'api.json');
  const place = { value: operation as Record<string, never>, pointer: '/paths/~1a/get' };
  return new SecurityReader(document).ruleOf(place, 'GET /a');
}

describe('SecurityReader', () => {
  test('a requirement is all-of, the list any-of', () => {
    expect(ruleOf({ security: [{ token: ['a:read', 'a:write'] }, { token: ['a:read'] }] })).toEqual({
      kind: 'scopes',
      anyOf: [['a:read', 'a:write'], ['a:read']],
    });
  });

  test('schemes within one requirement are all-of too', () => {
    expect(ruleOf({ security: [{ token: ['a:read'], bearer: ['b:read', 'a:read'] }] })).toEqual({
      kind: 'scopes',
      anyOf: [['a:read', 'b:read']],
    });
  });

  test('the security of the operation replaces that of the document', () => {
    const root = { security: [{ token: ['a:read'] }] };
    expect(ruleOf({}, root)).toEqual({ kind: 'scopes', anyOf: [['a:read']] });
    expect(ruleOf({ security: [{ signature: [] }] }, root)).toEqual({ kind: 'iam' });
  });

  test.each([[[]], [[{}]]])('%j with a reason is public', (security) => {
    expect(ruleOf({ security, 'x-gatehouse-public': ' for probes ' })).toEqual({
      kind: 'public',
      reason: 'for probes',
    });
  });

  test('a token without a scope, with the reason, is every valid credential', () => {
    const operation = { security: [{ token: [] }, { bearer: [] }], 'x-gatehouse-authenticated': ' tells who calls ' };
    expect(ruleOf(operation)).toEqual({ kind: 'authenticated', reason: 'tells who calls' });
  });

  test.each([
    ['scopes', [{ token: ['a:read'] }]],
    ['scopes in an alternative', [{ token: [] }, { bearer: ['a:read'] }]],
    ['no credential', []],
    ['optional security', [{ token: [] }, {}]],
    ['a signature of AWS', [{ signature: [] }]],
  ])('refuses to take every valid credential beside %s', (_what, security) => {
    expect(() => ruleOf({ security, 'x-gatehouse-authenticated': 'a reason' })).toThrow(
      'allowed beside it is "security" of tokens without a scope',
    );
  });

  test('refuses to take every valid credential without a reason, and as public', () => {
    const security = [{ token: [] }];
    expect(() => ruleOf({ security, 'x-gatehouse-authenticated': ' ' })).toThrow('without a reason');
    expect(() => ruleOf({ security, 'x-gatehouse-authenticated': 'a', 'x-gatehouse-public': 'b' })).toThrow(
      'is public and takes every valid credential',
    );
  });

  test.each([
    ['no security at all', {}, 'operation GET /a has no access rule'],
    ['public without a reason', { security: [] }, 'operation GET /a is public without a reason'],
    ['public with a blank reason', { security: [{}], 'x-gatehouse-public': ' ' }, 'public without a reason'],
    ['a reason that is no text', { security: [], 'x-gatehouse-public': true }, 'is true, expected a text'],
    [
      'a reason on a protected operation',
      { security: [{ token: ['a:read'] }], 'x-gatehouse-public': 'x' },
      'has a reason to be public',
    ],
    ['optional security', { security: [{}, { token: ['a:read'] }] }, 'makes its security optional'],
    ['no scope', { security: [{ token: [] }] }, 'requires a token without a scope'],
    ['an undeclared scope', { security: [{ token: ['a:raed'] }] }, 'scheme "token" declares a:read, a:write'],
    [
      'an unknown scheme',
      { security: [{ tokn: ['a:read'] }] },
      'requires the scheme "tokn", declared are ["token","bearer","signature"]',
    ],
    [
      'tokens or signatures',
      { security: [{ token: ['a:read'] }, { signature: [] }] },
      'takes tokens and AWS signatures',
    ],
    [
      'tokens and signatures',
      { security: [{ token: ['a:read'], signature: [] }] },
      'requires an AWS signature and a token',
    ],
  ])('refuses %s', (_what, operation, fault) => {
    expect(() => ruleOf(operation)).toThrow(fault);
  });

  test('names the pointer of the fault', () => {
    expect(() => ruleOf({ security: [{ token: ['a:raed'] }] })).toThrow('api.json#/paths/~1a/get/security/0/token/0: ');
  });

  test('refuses a scheme that is neither for tokens nor for signatures where it is required', () => {
    const schemes = { basic: { type: 'http', scheme: 'basic' } };
    expect(() => ruleOf({ security: [{ basic: [] }] }, {}, schemes)).toThrow(
      'api.json#/components/securitySchemes/basic: security scheme has the type "http"',
    );
  });

  test.each([
    ['basic', { type: 'http', scheme: 'basic' }],
    ['a key', { type: 'apiKey', in: 'query', name: 'key' }],
    ['mutual TLS', { type: 'mutualTLS' }],
    ['of another object', { $ref: '#/components/nowhere' }],
  ])('a scheme that is %s does not matter where no operation requires it', (_what, unused) => {
    const schemes = { ...SCHEMES, unused };
    expect(ruleOf({ security: [{ token: ['a:read'] }] }, {}, schemes)).toEqual({ kind: 'scopes', anyOf: [['a:read']] });
  });
});
