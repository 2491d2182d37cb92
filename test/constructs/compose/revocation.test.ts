import { TokenAuthorizer, type TokenAuthorizerProps } from '../../../constructs/authorizer';
import { Names } from '../../../constructs/support';
import { TokenService, TokenStore } from '../../../constructs/tokens';
import { packagedFile } from '../../support/package-files';
import { Template, testStack } from '../../support/template';
import { apiOf } from '../gateway/fixture';

const LOCATION = { account: '123456789012', region: 'eu-central-1' };
const names = new Names('acme', 'prod');

type Issuers = NonNullable<TokenAuthorizerProps['issuers']>;

function issuer(host: string, times: Partial<Issuers[number]> = {}): Issuers[number] {
  return { issuer: `https://${host}/`, audience: ['a'], jwksUri: `https://${host}/jwks`, ...times };
}

/** Configurations of an authorizer and a token service that were given the same issuers. */
function composed(issuers: Issuers) {
  const stack = testStack();
  const tokenStore = new TokenStore(stack, 'Tokens', { ...LOCATION, names, brand: 'acme', tokenEnvironment: 'live' });
  const common = { ...LOCATION, names, tokenStore, issuers };
  const read = (one: TokenAuthorizer | TokenService) => JSON.parse(packagedFile(one, 'config.json'));
  return {
    authorizer: read(new TokenAuthorizer(stack, 'Authorizer', { ...common, apis: [apiOf({})] })),
    service: read(new TokenService(stack, 'Service', { ...common, scopes: { 'x:read': '' } })),
  };
}

describe('a revocation outlives each token that it is about', () => {
  test.each<[string, Issuers]>([
    ['the defaults', [issuer('a')]],
    ['tokens of 30 days', [issuer('a', { maxLifetimeSeconds: 2_592_000 })]],
    ['the longest leeway', [issuer('a', { leewaySeconds: 300 })]],
    ['the longest first', [issuer('a', { maxLifetimeSeconds: 7200 }), issuer('b', { maxLifetimeSeconds: 60 })]],
    ['the longest last', [issuer('a', { maxLifetimeSeconds: 60 }), issuer('b', { maxLifetimeSeconds: 7200 })]],
    ['a short lifetime with a long leeway', [issuer('a', { maxLifetimeSeconds: 60, leewaySeconds: 300 }), issuer('b')]],
    ['no issuer', []],
  ])('%s', (_, issuers) => {
    const { authorizer, service } = composed(issuers);
    const accepted = authorizer.issuers as { issuer: string; maxLifetimeSeconds: number; leewaySeconds: number }[];
    const longest = Math.max(...accepted.map((one) => one.maxLifetimeSeconds + one.leewaySeconds));
    expect(service.maxAccessTokenSeconds).toBe(issuers.length === 0 ? 2_592_300 : longest);
    expect(service.issuers).toEqual(accepted.map((one) => one.issuer));
  });

  test('names of issuers and a lifetime of its own are nothing that the service takes', () => {
    const stack = testStack();
    const tokenStore = new TokenStore(stack, 'Tokens', { ...LOCATION, names, brand: 'acme', tokenEnvironment: 'live' });
    const common = { ...LOCATION, names, tokenStore, scopes: { 'x:read': '' }, issuers: [issuer('a')] };
    // @ts-expect-error the issuers say it
    const service = new TokenService(stack, 'Service', { ...common, maxAccessTokenSeconds: 60 });
    expect(JSON.parse(packagedFile(service, 'config.json')).maxAccessTokenSeconds).toBe(86_430);
    // @ts-expect-error a name says nothing of lifetimes
    expect(() => new TokenService(stack, 'Named', { ...common, issuers: ['https://a/'] })).toThrow();
  });
});

describe('an authorizer without a token store', () => {
  const stack = testStack();
  const authorizer = new TokenAuthorizer(stack, 'Authorizer', {
    ...LOCATION,
    names,
    apis: [apiOf({})],
    issuers: [issuer('a')],
  });

  test('warns that no access token can be revoked', () => {
    const messages = authorizer.node.metadata.map(({ data }) => String(data));
    expect(messages).toContainEqual(expect.stringContaining('access tokens cannot be revoked'));
  });

  test('says to the audit that no revocation reaches its APIs', () => {
    const { input } = Template.fromStack(stack).only('terraform_data');
    expect(input).toMatchObject({ apis: { api: { revocation: 'none' } } });
  });
});
