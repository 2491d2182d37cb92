import { type AuditReport, auditConfiguration } from '../../audit';
import { ApiDefinition } from '../../constructs/api';
import { TokenAuthorizer, type TokenAuthorizerProps } from '../../constructs/authorizer';
import { Names } from '../../constructs/support/names';
import { TokenStore } from '../../constructs/tokens/token-store';
import { apiOf, type Facts, gateway as makeGateway, SCOPED } from '../constructs/gateway/fixture';
import { Template, testStack } from '../support/template';
import { temporaryBundle } from '../support/temporary-folder';

const bundle = temporaryBundle();
jest.mock('../../constructs/support/bundles', () => ({ kitBundle: () => bundle, isKitBundle: () => true }));

const ROUTES = { 'GET /v1/x': SCOPED };
const ISSUER = { issuer: 'https://i.example/', audience: ['https://a.example'], jwksUri: 'https://i.example/jwks' };
const STRICT: Partial<TokenAuthorizerProps> = {
  issuers: [{ ...ISSUER, senderConstraints: ['dpop'] }],
  apis: [new ApiDefinition({ id: 'shop', routes: ROUTES, revocation: 'strict', senderConstraints: ['dpop'] })],
};

/**
 * The answers of AUTHZ-020 for an authorizer and a gateway that are made with different definitions: whoever makes them apart, and
 * says of the authorizer what is not so, gets no error of a construct.
 */
function answers(authorizer: Partial<TokenAuthorizerProps>, gateway: Facts): string[] {
  const stack = testStack();
  const names = new Names('acme', 'prod');
  const location = { account: '123456789012', region: 'eu-central-1' };
  const tokenStore = new TokenStore(stack, 'Tokens', { ...location, names, brand: 'acme', tokenEnvironment: 'live' });
  const guard = new TokenAuthorizer(stack, 'Authorizer', {
    ...location,
    names,
    tokenStore,
    issuers: [ISSUER],
    apis: [apiOf({ id: 'shop', routes: ROUTES })],
    ...authorizer,
  });
  const facts: Facts = { id: 'shop', routes: ROUTES, ...gateway };
  const { functionName, functionArn, invokeArn } = guard;
  makeGateway(stack, { ...facts, authorizer: { functionName, functionArn, invokeArn, apis: [apiOf(facts)] } });
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
  expect(answers({}, { id: 'shpo' })).toEqual([expect.stringContaining('does not know API "shpo"')]);
});

test('a gateway that keeps answers longer than the authorizer was told fails', () => {
  expect(answers({ apis: [apiOf({ id: 'shop', routes: ROUTES, resultCacheSeconds: 30 })] }, {})).toEqual([
    expect.stringMatching(/^fail: answers are kept for 60 s, longer than the 30 s/),
  ]);
});

test('those that agree pass', () => {
  expect(answers({}, {})).toEqual([expect.stringMatching(/^pass:/)]);
});
