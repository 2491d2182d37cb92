import { TerraformVariable } from 'cdktf';
import { TokenAuthorizer, type TokenAuthorizerProps } from '../../../constructs/authorizer';
import { Names } from '../../../constructs/support';
import { TokenService, type TokenServiceProps, TokenStore } from '../../../constructs/tokens';
import { packagedFile } from '../../support/package-files';
import { testStack } from '../../support/template';
import { apiOf } from '../gateway/fixture';

const LOCATION = { account: '123456789012', region: 'eu-central-1' };
const names = new Names('acme', 'prod');
const ISSUER = { issuer: 'https://i.example/', audience: ['a'], jwksUri: 'https://i.example/jwks' };
const stack = testStack();
const text = new TerraformVariable(stack, 'Text', { type: 'string' }).stringValue;
const number = new TerraformVariable(stack, 'Number', { type: 'number' }).numberValue;
const list = new TerraformVariable(stack, 'List', { type: 'list(string)' }).listValue;

function common(scope = testStack()) {
  const format = { brand: 'acme', tokenEnvironment: 'live' } as const;
  return { scope, tokenStore: new TokenStore(scope, 'Tokens', { ...LOCATION, names, ...format }) };
}

function authorizer(props: Partial<TokenAuthorizerProps>): TokenAuthorizer {
  const { scope, tokenStore } = common();
  return new TokenAuthorizer(scope, 'It', { ...LOCATION, names, apis: [apiOf({})], tokenStore, ...props });
}

function service(props: Partial<TokenServiceProps>): TokenService {
  const { scope, tokenStore } = common();
  return new TokenService(scope, 'It', { ...LOCATION, names, tokenStore, scopes: { 'x:read': '' }, ...props });
}

const FAULT =
  'in file "config.json" is known only when Terraform applies, allowed is a value that is known at synthesis';

test.each<[string, Partial<TokenAuthorizerProps>]>([
  ['issuers[0].audience[0]', { issuers: [{ ...ISSUER, audience: [text] }] }],
  ['issuers[0].audience[0]', { issuers: [{ ...ISSUER, audience: list }] }],
  ['issuers[0].issuer', { issuers: [{ ...ISSUER, issuer: `https://i.example/${text}` }] }],
  ['region', { region: text }],
  ['revocation.refreshSeconds', { revocationRefreshSeconds: number }],
  ['metricsNamespace', { metricsNamespace: text }],
])('an authorizer is not packaged with %s that is known late', (member, props) => {
  expect(() => authorizer(props)).toThrow(`test/It/Function: ${member} ${FAULT}`);
});

test('a variable of the environment may be known late', () => {
  const made = service({ environment: { STAGE_NAME: text } });
  expect(packagedFile(made, 'config.json')).not.toContain('TfToken');
});
