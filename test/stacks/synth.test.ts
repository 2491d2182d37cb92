import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { unzipSync } from 'fflate';
import { removeTemporaryAssets } from '../../constructs/support/asset-zip';
import type { RouteRule } from '../../lambdas/lib/access-rule';
import type { LoadedConfig } from '../../stacks/config';
import { synthesize } from '../../stacks/synth';
import { temporaryBundle, temporaryFolder } from '../support/temporary-folder';
import { fixtureConfig, loadFixture } from './fixture';
import { countResources, readStack, type SynthesizedStack } from './synthesized';
import { tokenServiceDocument } from './token-service-document';

const mockBundle = temporaryBundle();
const mockDocument = tokenServiceDocument();
jest.mock('../../constructs/support/bundles', () => ({
  kitBundle: () => mockBundle,
  isKitBundle: (folder: string) => folder === mockBundle,
  tokenServiceDocumentFile: () => mockDocument,
}));
afterAll(removeTemporaryAssets);

const ALL = [
  'platform-dev',
  'gateway-shop-dev',
  'gateway-depot-dev',
  'platform-prod',
  'gateway-shop-prod',
  'gateway-depot-prod',
];

function synthesizeTo(outdir: string, loaded: LoadedConfig = loadFixture()): readonly string[] {
  return synthesize(loaded, outdir);
}

/** Text of a file in the package of a function of a stack. */
function packaged(outdir: string, id: string, functionName: string, file: string): string {
  const found = Object.values(readStack(outdir, id).resource.aws_lambda_function ?? {}).find(
    (body) => body.function_name === functionName,
  );
  const zip = unzipSync(readFileSync(join(outdir, 'stacks', id, String(found?.filename))));
  return Buffer.from(zip[file] ?? []).toString('utf8');
}

const outdir = join(temporaryFolder(), 'nested', 'out');
let ids: readonly string[];
let stacks: Record<string, SynthesizedStack>;

beforeAll(() => {
  ids = synthesizeTo(outdir);
  stacks = Object.fromEntries(ids.map((id) => [id, readStack(outdir, id)]));
});

describe('every stack of the configuration', () => {
  test('is written, the platform of an environment before its gateways', () => {
    expect(ids).toEqual(ALL);
    expect(readdirSync(join(outdir, 'stacks')).sort()).toEqual([...ALL].sort());
    expect(Object.keys(JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8')).stacks).sort()).toEqual(
      [...ALL].sort(),
    );
  });

  test('declares the provider range of the kit', () => {
    for (const stack of Object.values(stacks)) {
      expect(stack.terraform.required_providers.aws.version).toBe('>= 5.100.0, < 7.0.0');
    }
  });

  test('works in the account and region of its environment only', () => {
    const placed = ALL.map((id) => [
      id,
      stacks[id]?.provider.aws[0]?.region,
      stacks[id]?.provider.aws[0]?.allowed_account_ids,
    ]);
    expect(placed).toEqual(
      ALL.map((id) =>
        id.endsWith('-dev') ? [id, 'eu-west-1', ['123456789012']] : [id, 'eu-central-1', ['210987654321']],
      ),
    );
  });

  test('tags what it makes with application, environment and tool', () => {
    expect(stacks['gateway-shop-prod']?.provider.aws[0]?.default_tags).toEqual([
      { tags: { application: 'acme', environment: 'prod', 'managed-by': 'gatehouse' } },
    ]);
  });

  test('keeps its state in its own folder', () => {
    for (const id of ALL) {
      expect(stacks[id]?.terraform.backend).toEqual({ local: { path: `${id}.tfstate` } });
    }
  });

  test('refers to no other stack, data source or module', () => {
    for (const stack of Object.values(stacks)) {
      expect(Object.keys(stack).sort()).toEqual(['//', 'output', 'provider', 'resource', 'terraform']);
    }
  });

  test('holds no absolute path', () => {
    for (const id of ALL) {
      const text = readFileSync(join(outdir, 'stacks', id, 'cdk.tf.json'), 'utf8');
      expect(text).not.toContain(process.cwd());
      expect(text).not.toContain(outdir);
      expect(text).not.toContain(mockBundle);
    }
  });
});

describe('platform', () => {
  let dev: SynthesizedStack;
  let prod: SynthesizedStack;

  beforeAll(() => {
    dev = readStack(outdir, 'platform-dev');
    prod = readStack(outdir, 'platform-prod');
  });

  test('has keys, tables, six functions with role, policies and log, a queue for what cannot be counted, a trail with a bucket for its seals, and a pepper that is rotated and watched', () => {
    expect(countResources(prod)).toEqual({
      aws_cloudwatch_event_rule: 5,
      aws_cloudwatch_event_target: 5,
      aws_cloudwatch_log_group: 6,
      aws_cloudwatch_metric_alarm: 12,
      aws_dynamodb_table: 4,
      aws_iam_role: 6,
      aws_iam_role_policy: 12,
      aws_kms_alias: 3,
      aws_kms_key: 3,
      aws_lambda_function: 6,
      aws_lambda_function_event_invoke_config: 1,
      aws_lambda_permission: 6,
      aws_s3_bucket: 1,
      aws_s3_bucket_object_lock_configuration: 1,
      aws_s3_bucket_ownership_controls: 1,
      aws_s3_bucket_policy: 1,
      aws_s3_bucket_public_access_block: 1,
      aws_s3_bucket_server_side_encryption_configuration: 1,
      aws_s3_bucket_versioning: 1,
      aws_secretsmanager_secret: 1,
      aws_secretsmanager_secret_policy: 1,
      aws_secretsmanager_secret_rotation: 1,
      aws_sqs_queue: 1,
      terraform_data: 1,
    });
  });

  test('encrypts the logs of its functions with its key, and keeps them as long as configured', () => {
    const [key] = Object.keys(dev.resource.aws_kms_key ?? {});
    for (const log of Object.values(dev.resource.aws_cloudwatch_log_group ?? {})) {
      expect(log).toMatchObject({ kms_key_id: `\${aws_kms_key.${key}.arn}`, retention_in_days: 7 });
    }
    for (const log of Object.values(prod.resource.aws_cloudwatch_log_group ?? {})) {
      expect(log.retention_in_days).toBe(365);
    }
  });

  test('is protected unless the environment says otherwise', () => {
    const protection = (stack: SynthesizedStack) =>
      Object.values(stack.resource.aws_dynamodb_table ?? {}).map((table) => table.deletion_protection_enabled);
    expect([protection(dev), protection(prod)]).toEqual([
      [false, false, false, false],
      [true, true, true, true],
    ]);
  });

  test('tells the authorizer the routes of every API, those of the token service included', () => {
    const { apis } = JSON.parse(packaged(outdir, 'platform-prod', 'acme-prod-authorizer', 'config.json'));
    const keys = (api: string) => apis[api].routes.map(({ key }: { key: string }) => key);
    expect(keys('depot')).toEqual(['GET /v1/carts/{cart}', 'PUT /v1/carts/{cart}', 'GET /v1/status']);
    expect(keys('shop')).toEqual(['GET /v1/carts/{cart}', 'PUT /v1/carts/{cart}', 'GET /v1/status', 'GET /v1/tokens']);
  });

  test('tells the authorizer that every API meters by usage keys', () => {
    const { apis } = JSON.parse(packaged(outdir, 'platform-prod', 'acme-prod-authorizer', 'config.json'));
    expect(apis).toMatchObject({ shop: { usageKeys: true }, depot: { usageKeys: true } });
  });

  test('tells the authorizer the issuers and the token environment', () => {
    const config = JSON.parse(packaged(outdir, 'platform-dev', 'acme-dev-authorizer', 'config.json'));
    expect(config.apiTokens).toMatchObject({ brand: 'acme', tokenEnvironments: ['test'], table: 'acme-dev-tokens' });
    expect(config.issuers).toHaveLength(1);
    expect(config.region).toBe('eu-west-1');
  });

  test('tells the token service where it is mounted, its tiers and its limits', () => {
    expect(JSON.parse(packaged(outdir, 'platform-prod', 'acme-prod-token-service', 'config.json'))).toMatchObject({
      basePath: '/v1',
      tokenEnvironment: 'live',
      tiers: ['free', 'partner'],
      namePrefix: 'acme-prod',
      defaultLifetimeSeconds: 7 * 86400,
      maxLifetimeSeconds: 30 * 86400,
    });
  });

  test('puts out names only', () => {
    expect(Object.fromEntries(Object.entries(prod.output).map(([name, { value }]) => [name, value]))).toEqual({
      authorizer_function: 'acme-prod-authorizer',
      pepper_secret: 'acme-prod-pepper',
      token_service_function: 'acme-prod-token-service',
      token_table: 'acme-prod-tokens',
      trail_bucket: 'acme-prod-trail-210987654321-eu-central-1',
      trail_table: 'acme-prod-trail',
    });
  });
});

test('issuers of an environment replace those of the configuration', () => {
  const issuers = [{ issuer: 'https://test.example/', audience: ['a'], jwksUri: 'https://test.example/jwks' }];
  const outdir = join(temporaryFolder(), 'out');
  synthesizeTo(outdir, loadFixture({ environments: { dev: { tokenEnvironment: 'test', issuers } } }));
  const config = JSON.parse(packaged(outdir, 'platform-dev', 'acme-dev-authorizer', 'config.json'));
  expect(config.issuers.map(({ issuer }: { issuer: string }) => issuer)).toEqual(['https://test.example/']);
});

test.each([[[3600, 43_200]], [[43_200, 3600]], [[600, 43_200, 3600]]])(
  'revocations are kept for the longest life among the issuers: %j',
  (lives) => {
    const issuers = lives.map((maxLifetimeSeconds, index) => ({
      issuer: `https://test${index}.example/`,
      audience: ['a'],
      jwksUri: 'https://test.example/jwks',
      maxLifetimeSeconds,
      leewaySeconds: 45,
    }));
    const outdir = join(temporaryFolder(), 'out');
    synthesizeTo(outdir, loadFixture({ environments: { dev: { tokenEnvironment: 'test', issuers } } }));
    const config = JSON.parse(packaged(outdir, 'platform-dev', 'acme-dev-token-service', 'config.json'));
    expect(config.maxAccessTokenSeconds).toBe(43_245);
  },
);

test('warnings of constructs are told, and name no place of this machine', () => {
  const loaded = loadFixture();
  const file = join(loaded.folder, 'openapi.json');
  const document = JSON.parse(readFileSync(file, 'utf8'));
  const { put: post } = document.paths['/v1/carts/{cart}'];
  document.paths['/v1/carts/merge'] = { post };
  writeFileSync(file, JSON.stringify(document));
  const outdir = join(temporaryFolder(), 'out');
  const warnings: string[] = [];
  synthesize(loaded, outdir, { onWarning: (warning) => warnings.push(warning) });
  const warning =
    'platform-dev/Authorizer: API shop: the path alone selects a resource, so requests are not answered where a more special path has other methods only: GET /v1/carts/merge (not by GET /v1/carts/{cart}), PUT /v1/carts/merge (not by PUT /v1/carts/{cart})';
  expect(warnings).toContain(warning);
  expect(readFileSync(join(outdir, 'manifest.json'), 'utf8')).not.toContain(resolve(__dirname, '../..'));
});

test('a gateway that keeps no results offers the scheme DPoP where an issuer binds tokens to keys', () => {
  const [issuer] = fixtureConfig.issuers;
  const outdir = join(temporaryFolder(), 'out');
  const apis = { ...fixtureConfig.apis, depot: { ...fixtureConfig.apis.depot, resultCacheSeconds: 0 } };
  const dpop = { algorithms: ['ES256'] };
  synthesizeTo(outdir, loadFixture({ apis, dpop, issuers: [{ ...issuer, senderConstraints: ['dpop'] }] }));
  const challenge = (id: string) =>
    Object.values(readStack(outdir, id).resource.aws_api_gateway_gateway_response ?? {}).find(
      ({ response_type: type }) => type === 'UNAUTHORIZED',
    )?.response_parameters;
  expect(challenge('gateway-depot-dev')).toMatchObject({
    'gatewayresponse.header.WWW-Authenticate': `'Bearer realm="acme-dev-depot", DPoP algs="ES256"'`,
  });
  expect(challenge('gateway-shop-dev')).toMatchObject({
    'gatewayresponse.header.WWW-Authenticate': `'Bearer realm="acme-dev-shop"'`,
  });
});

describe('an API with networks and rules that are not enforced', () => {
  const withShop = (changes: object, files: Record<string, string> = {}) => {
    const loaded = loadFixture({ apis: { shop: { ...fixtureConfig.apis.shop, ...changes } } });
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(loaded.folder, name), text);
    }
    return loaded;
  };
  const stricter = () => {
    const document = JSON.parse(readFileSync(join(loadFixture().folder, 'openapi.json'), 'utf8'));
    document.paths['/v1/carts/{cart}'].get.security = [{ token: ['cart:write'] }];
    return document;
  };

  test('tells the authorizer of both', () => {
    const outdir = join(temporaryFolder(), 'out');
    const changes = { cidrs: ['192.0.2.7/24'], shadowOpenapi: 'next.json' };
    synthesizeTo(outdir, withShop(changes, { 'next.json': JSON.stringify(stricter()) }));
    const { apis } = JSON.parse(packaged(outdir, 'platform-dev', 'acme-dev-authorizer', 'config.json'));
    expect(apis.shop.cidrs).toEqual(['192.0.2.0/24']);
    const shadow: RouteRule[] = apis.shop.shadow;
    expect(shadow.map(({ method, path }) => `${method} ${path}`)).toEqual(
      apis.shop.routes.map(({ key }: { key: string }) => key),
    );
    expect(shadow[0]?.rule).toEqual({ kind: 'scopes', anyOf: [['cart:write']] });
    expect(apis.shop.routes[0].anyOf).toEqual([['cart:read']]);
  });

  test('refuses a document that is not there, and a scope that is not declared', () => {
    const outdir = join(temporaryFolder(), 'out');
    expect(() => synthesizeTo(outdir, withShop({ shadowOpenapi: 'next.json' }))).toThrow(
      '/apis/shop/shadowOpenapi: cannot read the OpenAPI document',
    );
    const unknown = JSON.stringify(stricter()).replaceAll('cart:write', 'cart:destroy');
    expect(() => synthesizeTo(outdir, withShop({ shadowOpenapi: 'next.json' }, { 'next.json': unknown }))).toThrow(
      'next.json#/paths/~1v1~1carts~1{cart}/get/security/0/token/0: route GET /v1/carts/{cart} requires the scope "cart:destroy"',
    );
    expect(existsSync(outdir)).toBe(false);
  });
});

describe('gateway', () => {
  let shop: SynthesizedStack;

  beforeAll(() => {
    shop = readStack(outdir, 'gateway-shop-prod');
  });

  const all = (type: string): Record<string, unknown>[] => Object.values(shop.resource[type] ?? {});

  test('makes a function of each backend, with its settings', () => {
    expect(all('aws_lambda_function').map((body) => body.function_name)).toEqual([
      'acme-prod-shop-cart',
      'acme-prod-shop-status',
    ]);
    expect(all('aws_lambda_function')[0]).toMatchObject({
      memory_size: 512,
      environment: { variables: { GREETING: 'hello $${name}' } },
    });
  });

  test('calls authorizer and token service of the platform by literal ARNs', () => {
    const arn = (name: string) =>
      `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:210987654321:function:${name}/invocations`;
    expect(all('aws_api_gateway_authorizer')).toEqual([
      expect.objectContaining({ authorizer_uri: arn('acme-prod-authorizer'), authorizer_result_ttl_in_seconds: 30 }),
    ]);
    expect(all('aws_api_gateway_integration').filter(({ uri }) => uri === arn('acme-prod-token-service'))).toHaveLength(
      1,
    );
  });

  test('the authorizer finds its routes by the stage variable', () => {
    expect(all('aws_api_gateway_stage')).toEqual([
      expect.objectContaining({ stage_name: 'prod', variables: expect.objectContaining({ gatehouseApi: 'shop' }) }),
    ]);
  });

  test('a usage key is required where a token is, but not by the token service', () => {
    const required = Object.fromEntries(
      Object.entries(shop.resource.aws_api_gateway_method ?? {})
        .filter(([, body]) => body.http_method !== 'OPTIONS')
        .map(([id, body]) => [String(body.operation_name ?? id), body.api_key_required]),
    );
    expect(Object.values(required).filter((value) => value === true)).toHaveLength(2);
  });

  test('lets its cross-origin application in', () => {
    expect(all('aws_api_gateway_method').filter((body) => body.http_method === 'OPTIONS').length).toBeGreaterThan(0);
    const depot = Object.values(readStack(outdir, 'gateway-depot-prod').resource.aws_api_gateway_method ?? {});
    expect(depot.filter((body) => body.http_method === 'OPTIONS')).toEqual([]);
  });

  test('has a usage plan of each tier, without a key', () => {
    expect(all('aws_api_gateway_usage_plan').map(({ name }) => name)).toEqual([
      'acme-prod-shop-free',
      'acme-prod-shop-partner',
    ]);
    expect(shop.resource.aws_api_gateway_api_key).toBeUndefined();
  });

  test('has a dashboard, and alarms that notify the topic of its region', () => {
    expect(all('aws_cloudwatch_dashboard').map((body) => body.dashboard_name)).toEqual(['acme-prod-shop-eu-central-1']);
    const topics = ['arn:aws:sns:eu-central-1:123456789012:alarms'];
    expect(all('aws_cloudwatch_metric_alarm').map((body) => body.alarm_actions)).toEqual([
      topics,
      topics,
      topics,
      topics,
    ]);
  });

  test('loses no resource to another of the same id', () => {
    expect(countResources(shop)).toEqual({
      aws_api_gateway_authorizer: 1,
      aws_api_gateway_deployment: 1,
      aws_api_gateway_gateway_response: 11,
      // Four routes, and a preflight for each of their three paths.
      aws_api_gateway_integration: 7,
      aws_api_gateway_integration_response: 3,
      aws_api_gateway_method: 7,
      aws_api_gateway_method_response: 3,
      aws_api_gateway_method_settings: 1,
      aws_api_gateway_model: 1,
      aws_api_gateway_request_validator: 1,
      aws_api_gateway_resource: 5,
      aws_api_gateway_rest_api: 1,
      aws_api_gateway_stage: 1,
      aws_api_gateway_usage_plan: 2,
      aws_cloudwatch_dashboard: 1,
      aws_cloudwatch_log_group: 3,
      aws_cloudwatch_log_subscription_filter: 1,
      aws_cloudwatch_metric_alarm: 4,
      aws_iam_role: 2,
      aws_iam_role_policy: 2,
      aws_lambda_function: 2,
      // The authorizer, two backends, the token service.
      aws_lambda_permission: 4,
      terraform_data: 1,
    });
  });

  test('puts out its address', () => {
    const [stage] = Object.keys(shop.resource.aws_api_gateway_stage ?? {});
    expect(shop.output.invoke_url?.value).toBe(`\${aws_api_gateway_stage.${stage}.invoke_url}`);
  });
});

test('state in S3 is encrypted, with a key per stack', () => {
  const outdir = join(temporaryFolder(), 'out');
  synthesizeTo(outdir, loadFixture({ stateBackend: { type: 's3', bucket: 'states', region: 'eu-west-1' } }));
  expect(readStack(outdir, 'gateway-shop-prod').terraform.backend).toEqual({
    s3: { bucket: 'states', region: 'eu-west-1', key: 'gatehouse/gateway-shop-prod.tfstate', encrypt: true },
  });
});
