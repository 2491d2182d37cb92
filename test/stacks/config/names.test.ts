import { join } from 'node:path';
import { removeTemporaryAssets } from '../../../constructs/support/asset-zip';
import { configuredNames, doubledName } from '../../../stacks/config/names';
import type { GatehouseConfig } from '../../../stacks/config/types';
import { synthesize } from '../../../stacks/synth';
import { temporaryBundle, temporaryFolder } from '../../support/temporary-folder';
import { fixtureConfig, loadFixture } from '../fixture';
import { everyRotation } from '../rotation-settings';
import { readStack } from '../synthesized';
import { tokenServiceDocument } from '../token-service-document';

const mockBundle = temporaryBundle();
const mockDocument = tokenServiceDocument();
jest.mock('../../../constructs/support/bundles', () => ({
  kitBundle: () => mockBundle,
  isKitBundle: (folder: string) => folder === mockBundle,
  tokenServiceDocumentFile: () => mockDocument,
}));
afterAll(removeTemporaryAssets);

const BACKEND = { bundle: 'echo' };
const API = { openapi: 'a.json', backends: { echo: BACKEND } };

/** A configuration of these names, as it is after the schema was checked. */
function config(options: {
  apis: Record<string, readonly string[]>;
  environments?: readonly string[];
  tiers?: readonly string[];
  rotation?: GatehouseConfig['rotation'];
}): GatehouseConfig {
  const { apis, environments = ['prod'], tiers = ['free'], rotation } = options;
  return {
    prefix: 'acme',
    account: '123456789012',
    region: 'eu-west-1',
    tokens: { brand: 'acme' },
    scopes: {},
    tiers: Object.fromEntries(tiers.map((tier) => [tier, { rateLimit: 1, burstLimit: 1 }])),
    apis: Object.fromEntries(
      Object.entries(apis).map(([name, backends]) => [
        name,
        { ...API, backends: Object.fromEntries(backends.map((backend) => [backend, BACKEND])) },
      ]),
    ),
    environments: Object.fromEntries(environments.map((name) => [name, { tokenEnvironment: 'live' as const }])),
    ...(rotation === undefined ? {} : { rotation }),
  };
}

describe('two things of one name are refused, with both places', () => {
  test.each<[string, Parameters<typeof config>[0], string]>([
    [
      'b04: environments prod and prod-eu with the APIs shop and eu-shop',
      { apis: { shop: [], 'eu-shop': [] }, environments: ['prod', 'prod-eu'] },
      '/apis/eu-shop in /environments/prod and /apis/shop in /environments/prod-eu both yield the REST API "acme-prod-eu-shop", rename one',
    ],
    [
      'the API token with the backend service',
      { apis: { token: ['service'] } },
      'the token service of /environments/prod and /apis/token/backends/service in /environments/prod both yield the function "acme-prod-token-service", rename one',
    ],
    [
      'shop with eu-orders and shop-eu with orders',
      { apis: { shop: ['eu-orders'], 'shop-eu': ['orders'] } },
      '/apis/shop/backends/eu-orders in /environments/prod and /apis/shop-eu/backends/orders in /environments/prod both yield the function "acme-prod-shop-eu-orders", rename one',
    ],
    [
      'the API pepper with a backend like the rotation of the pepper',
      { apis: { pepper: ['rotation'] } },
      'the rotation of the pepper of /environments/prod and /apis/pepper/backends/rotation in /environments/prod both yield the function "acme-prod-pepper-rotation", rename one',
    ],
    [
      'an API and an environment that end alike, by the name of their stacks',
      { apis: { a: [], 'a-b': [] }, environments: ['c', 'b-c'] },
      '/apis/a-b in /environments/c and /apis/a in /environments/b-c both yield the stack "gateway-a-b-c", rename one',
    ],
    [
      'usage plans of an API with one tier and of another with another',
      { apis: { shop: [], 'shop-eu': [] }, tiers: ['eu-free', 'free'] },
      '/apis/shop with /tiers/eu-free in /environments/prod and /apis/shop-eu with /tiers/free in /environments/prod both yield the usage plan "acme-prod-shop-eu-free", rename one',
    ],
    [
      'a backend and the rotation of a usage key',
      { apis: { portal: ['usage-key-rotation'] }, rotation: { usageKeys: { applications: ['portal'] } } },
      'the rotation of /rotation/usageKeys/applications (portal) in /environments/prod and /apis/portal/backends/usage-key-rotation in /environments/prod both yield the function "acme-prod-portal-usage-key-rotation", rename one',
    ],
  ])('%s', (_, options, message) => {
    expect(doubledName(config(options))).toBe(message);
  });

  test('and names that only look alike are not', () => {
    const apis = { shop: ['orders'], orders: ['shop'], 'token-service': ['a'], tokens: ['b'], rotation: ['c'] };
    expect(doubledName(config({ apis, environments: ['dev', 'prod', 'prod-2', 'dev-tokens'] }))).toBeUndefined();
  });
});

/** Attributes by which AWS knows a resource, of the types that the stacks make; each names its kind here. */
const NAMED: Readonly<Record<string, readonly [attribute: string, kind: string | undefined]>> = {
  aws_api_gateway_rest_api: ['name', 'REST API'],
  aws_api_gateway_usage_plan: ['name', 'usage plan'],
  aws_cloudwatch_dashboard: ['dashboard_name', 'dashboard'],
  aws_cloudwatch_event_rule: ['name', 'event rule'],
  aws_cloudwatch_metric_alarm: ['alarm_name', 'alarm'],
  aws_dynamodb_table: ['name', 'table'],
  aws_kms_alias: ['name', 'key alias'],
  aws_lambda_function: ['function_name', 'function'],
  aws_secretsmanager_secret: ['name', 'secret'],
  aws_sqs_queue: ['name', 'queue'],
  aws_athena_workgroup: ['name', 'access lines'],
  aws_kinesis_firehose_delivery_stream: ['name', 'access lines'],
  // Of the same name as their function.
  aws_iam_role: ['name', 'function'],
};
/** Named within something else, or by what is in the list already. */
const INSIDE = [
  'aws_api_gateway_authorizer',
  'aws_api_gateway_model',
  'aws_api_gateway_request_validator',
  'aws_athena_named_query',
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_log_subscription_filter',
  'aws_glue_catalog_database',
  'aws_glue_catalog_table',
  'aws_iam_role_policy',
];

test('every name in the synthesized stacks is among those that are compared', () => {
  const rotation = everyRotation({
    api: 'shop',
    application: 'portal',
    upstream: 'http://localhost:1',
    tokenUrl: 'http://localhost:1/token',
  });
  const loaded = loadFixture({ rotation, usage: { lines: {} } });
  const outdir = join(temporaryFolder(), 'out');
  const stacks = synthesize(loaded, outdir, { onWarning: () => undefined });
  const known = new Set(configuredNames(loaded.config).map(({ kind, name }) => `${kind} ${name}`));
  const missing = stacks.filter((id) => !known.has(`stack ${id}`)).map((id) => `stack ${id}`);
  let compared = 0;
  for (const id of stacks) {
    for (const [type, resources] of Object.entries(readStack(outdir, id).resource)) {
      for (const body of Object.values(resources)) {
        const [attribute, kind] = NAMED[type] ?? ['name', undefined];
        const name = body[attribute];
        if (typeof name !== 'string' || INSIDE.includes(type) || name.startsWith('$')) continue;
        compared += 1;
        if (kind === undefined || !known.has(`${kind} ${name}`)) missing.push(`${type} ${name}`);
      }
    }
  }
  expect(missing).toEqual([]);
  expect(compared).toBeGreaterThan(80);
});

test('the fixture and its names differ', () => {
  expect(doubledName(fixtureConfig as unknown as GatehouseConfig)).toBeUndefined();
});
