import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { removeTemporaryAssets } from '../../constructs/support/asset-zip';
import { createAuthorizer } from '../../lambdas/authorizer/authorizer';
import type { AuthorizerConfig } from '../../lambdas/authorizer/config';
import { synthesize } from '../../stacks/synth';
import { accessToken, bearerEvent, testPorts } from '../lambdas/authorizer/support/access-tokens';
import { ENGINES } from '../lambdas/authorizer/support/engines';
import { ISSUER_KEYS } from '../lambdas/authorizer/support/forged-tokens';
import { PROVIDERS, providerToken } from '../lambdas/authorizer/support/providers';
import { temporaryBundle, temporaryFolder } from '../support/temporary-folder';
import { loadFixture } from './fixture';
import { readStack } from './synthesized';
import { tokenServiceDocument } from './token-service-document';

// Case idp-tokens: one configuration file with an issuer of every provider, as far as the authorizer's decision.

const mockBundle = temporaryBundle();
const mockDocument = tokenServiceDocument();
jest.mock('../../constructs/support/bundles', () => ({
  kitBundle: () => mockBundle,
  isKitBundle: (folder: string) => folder === mockBundle,
  tokenServiceDocumentFile: () => mockDocument,
}));
afterAll(removeTemporaryAssets);

const OPENAPI = {
  openapi: '3.0.3',
  info: { title: 'Sales', version: '1' },
  'x-gatehouse-backend': 'cart',
  components: {
    securitySchemes: {
      oauth: {
        type: 'oauth2',
        flows: { clientCredentials: { tokenUrl: 'https://x.example/t', scopes: { 'sales:read': 'Read sales' } } },
      },
    },
  },
  paths: {
    '/v1/sales': {
      get: {
        operationId: 'listSales',
        security: [{ oauth: ['sales:read'] }],
        'x-gatehouse-api-key': false,
        responses: { 200: { description: 'ok' } },
      },
    },
  },
};

const jwks = { keys: [ISSUER_KEYS.r1.jwk] };
const standard = { issuer: 'https://issuer.example.com/', audience: ['https://api.example.com/'], jwks };

/** What synthesis packages for the authorizer of environment `dev`. */
function packagedConfig(): AuthorizerConfig {
  const loaded = loadFixture({
    scopes: { 'sales:read': 'Read sales' },
    apis: { sales: { openapi: 'openapi.json', backends: { cart: { bundle: 'bundles/cart' } } } },
    environments: { dev: { tokenEnvironment: 'test' } },
    issuers: [standard, ...PROVIDERS.map(({ options }) => ({ ...options, jwks }))],
  });
  writeFileSync(join(loaded.folder, 'openapi.json'), JSON.stringify(OPENAPI));
  const outdir = join(temporaryFolder(), 'out');
  synthesize(loaded, outdir);
  const [authorizer] = Object.values(readStack(outdir, 'platform-dev').resource.aws_lambda_function ?? {}).filter(
    ({ function_name: name }) => name === 'acme-dev-authorizer',
  );
  const zip = unzipSync(readFileSync(join(outdir, 'stacks', 'platform-dev', String(authorizer?.filename))));
  return JSON.parse(Buffer.from(zip['config.json'] ?? []).toString('utf8'));
}

let config: AuthorizerConfig;
beforeAll(() => {
  config = packagedConfig();
});

describe.each(ENGINES)('idp-tokens: one configuration with every provider, engine %s', (_engine, engine) => {
  async function reasonFor(token: string) {
    const ports = testPorts(engine);
    await createAuthorizer(config, ports)(bearerEvent(token)).catch(() => undefined);
    return ports.decisions.map(({ reason }) => reason);
  }

  it.each(PROVIDERS.map((provider) => [provider.name, provider] as const))(
    '%s: access tokens are accepted, ID tokens and those of another issuer are not',
    async (_name, provider) => {
      expect(await reasonFor(providerToken(provider, provider.person))).toEqual(['ok']);
      expect(await reasonFor(providerToken(provider, provider.machine))).toEqual(['ok']);
      expect(await reasonFor(providerToken(provider, provider.idToken))).toEqual(['bad_claims']);
      expect(await reasonFor(providerToken(provider, { ...provider.machine, iss: provider.otherIssuer }))).toEqual([
        'issuer_mismatch',
      ]);
    },
  );

  it('RFC 9068: is as strict as ever beside them', async () => {
    expect(await reasonFor(accessToken(ISSUER_KEYS.r1))).toEqual(['ok']);
    expect(await reasonFor(accessToken(ISSUER_KEYS.r1, { header: { typ: 'JWT' } }))).toEqual(['bad_claims']);
    expect(await reasonFor(accessToken(ISSUER_KEYS.r1, { claims: { jti: undefined } }))).toEqual(['bad_claims']);
  });
});
