import { type AuditReport, auditConfiguration } from '../../audit';
import { TokenAuthorizer, type TokenAuthorizerProps } from '../../constructs/authorizer';
import type { RestGatewayProps } from '../../constructs/gateway';
import { Names } from '../../constructs/support/names';
import { TokenStore } from '../../constructs/tokens/token-store';
import type { RouteRule } from '../../lambdas/lib/access-rule';
import { gateway as makeGateway, SCOPED } from '../constructs/gateway/fixture';
import { Template, testStack } from '../support/template';
import { temporaryBundle } from '../support/temporary-folder';

const bundle = temporaryBundle();
jest.mock('../../constructs/support/bundles', () => ({ kitBundle: () => bundle, isKitBundle: () => true }));

const RULE: RouteRule = { method: 'GET', path: '/v1/x', rule: { kind: 'scopes', anyOf: [['x:read']] } };
const ISSUER = { issuer: 'https://i.example/', audience: ['https://a.example'], jwksUri: 'https://i.example/jwks' };
const STRICT: Partial<TokenAuthorizerProps> = {
  issuers: [{ ...ISSUER, senderConstraints: ['dpop'] }],
  apis: { shop: { routes: [RULE], resultCacheSeconds: 0, revocation: 'strict' } },
};

/** The answers of AUTHZ-020 for an authorizer and a gateway that are composed by hand. */
function answers(authorizer: Partial<TokenAuthorizerProps>, gateway: Partial<RestGatewayProps>): string[] {
  const stack = testStack();
  const names = new Names('acme', 'prod');
  const location = { account: '123456789012', region: 'eu-central-1' };
  const store = new TokenStore(stack, 'Tokens', { ...location, names });
  const guard = new TokenAuthorizer(stack, 'Authorizer', {
    ...location,
    names,
    apiTokens: { store, brand: 'acme', tokenEnvironments: ['live'] },
    issuers: [ISSUER],
    apis: { shop: { routes: [RULE], resultCacheSeconds: 60 } },
    ...authorizer,
  });
  makeGateway(stack, { routes: { 'GET /v1/x': SCOPED }, authorizer: { function: guard }, apiId: 'shop', ...gateway });
  const report: AuditReport = auditConfiguration(Template.fromStack(stack).json, 'stack');
  return report.findings
    .filter(({ rule, address }) => rule === 'AUTHZ-020' && address.startsWith('aws_api_gateway_authorizer.'))
    .map(({ verdict, message }) => `${verdict}: ${message}`);
}

test('strict revocation and DPoP behind a gateway with its default time fail', () => {
  expect(answers(STRICT, {})).toEqual([
    'fail: answers are kept for 60 s, longer than the 0 s that the authorizer relies on for API shop (strict revocation, dpop)',
  ]);
});

test('an API that the authorizer does not know fails', () => {
  expect(answers({}, { apiId: 'shpo' })).toEqual([expect.stringContaining('does not know API "shpo"')]);
});

test('a gateway that keeps answers longer than the authorizer was told fails', () => {
  expect(answers({ apis: { shop: { routes: [RULE], resultCacheSeconds: 30 } } }, {})).toEqual([
    expect.stringMatching(/^fail: answers are kept for 60 s, longer than the 30 s/),
  ]);
});

test('those that agree pass', () => {
  expect(answers({}, {})).toEqual([expect.stringMatching(/^pass:/)]);
});
