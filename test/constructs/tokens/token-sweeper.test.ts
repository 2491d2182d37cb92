import { ApiDefinition } from '../../../constructs/api';
import { Names } from '../../../constructs/support/names';
import { TokenService, TokenStore, TokenSweeper } from '../../../constructs/tokens';
import { AuditTrail } from '../../../constructs/trail';
import { packagedFile } from '../../support/package-files';
import { Template, testStack } from '../../support/template';
import { temporaryBundle } from '../../support/temporary-folder';

const bundle = temporaryBundle();
jest.mock('../../../constructs/support/bundles', () => ({
  ...jest.requireActual('../../../constructs/support/bundles'),
  kitBundle: () => bundle,
  isKitBundle: () => true,
}));

const location = { account: '123456789012', region: 'eu-central-1' };
const names = new Names('acme', 'prod');

function add(withTrail = true) {
  const stack = testStack();
  const tokenStore = new TokenStore(stack, 'Tokens', { ...location, names, brand: 'acme', tokenEnvironment: 'live' });
  const trail = withTrail ? new AuditTrail(stack, 'Trail', { ...location, names }) : undefined;
  const api = new ApiDefinition({
    id: 'shop',
    routes: { 'GET /v1/orders': { rule: { kind: 'scopes', anyOf: [['orders:read']] }, backend: 'shop' } },
    resultCacheSeconds: 45,
  });
  const service = new TokenService(stack, 'TokenService', {
    ...location,
    names,
    tokenStore,
    ...(trail === undefined ? {} : { trail }),
    scopes: { 'orders:read': 'Read orders' },
    apis: [api],
  });
  const sweeper = new TokenSweeper(stack, 'TokenSweeper', { ...location, names, tokenStore, service });
  const template = Template.fromStack(stack);
  const statements = Object.values(template.resources('aws_iam_role_policy'))
    .filter(({ role }) => JSON.stringify(role).includes('TokenSweeper'))
    .flatMap(({ policy }) => JSON.parse(String(policy)).Statement as { readonly Sid: string }[]);
  return { sweeper, template, byId: Object.fromEntries(statements.map((statement) => [statement.Sid, statement])) };
}

test('runs every minute, and only its rule may invoke it', () => {
  const { template } = add();
  const rules = Object.values(template.resources('aws_cloudwatch_event_rule'));
  expect(rules).toContainEqual(
    expect.objectContaining({ name: 'acme-prod-token-sweeper-schedule', schedule_expression: 'rate(1 minute)' }),
  );
  const permissions = Object.values(template.resources('aws_lambda_permission'));
  expect(permissions).toContainEqual(
    expect.objectContaining({
      principal: 'events.amazonaws.com',
      source_arn: 'arn:aws:events:eu-central-1:123456789012:rule/acme-prod-token-sweeper-schedule',
    }),
  );
});

test('finishes what the service changes, adds pieces of jobs and revocations alone, and reads no pepper', () => {
  const { byId } = add();
  const table = 'arn:aws:dynamodb:eu-central-1:123456789012:table/acme-prod-tokens';
  expect(byId.FinishChanges).toMatchObject({ Action: ['dynamodb:GetItem', 'dynamodb:UpdateItem'], Resource: table });
  expect(byId.AddPiecesAndRevocations).toMatchObject({
    Action: 'dynamodb:PutItem',
    Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['job#*', 'revocations'] } },
  });
  expect(byId.FindWork).toMatchObject({
    Resource: ['outbox-at', 'open-jobs', 'by-created', 'by-application', 'by-team'].map(
      (name) => `${table}/index/${name}`,
    ),
  });
  expect(byId).toHaveProperty('AppendToTrail');
  expect(byId).toHaveProperty('FlushAuthorizerResults');
  expect(JSON.stringify(byId)).not.toMatch(/secretsmanager|DeleteItem|Scan/);
});

test('has the settings of the service, and neither the pepper nor the path of the service', () => {
  const { sweeper } = add();
  const config = JSON.parse(packagedFile(sweeper.function, 'config.json'));
  expect(config).toMatchObject({ version: 1, table: 'acme-prod-tokens', trailTable: 'acme-prod-trail' });
  expect(config.resultCaches).toEqual([{ restApi: 'acme-prod-shop', stage: 'prod' }]);
  expect(Object.keys(config)).not.toEqual(expect.arrayContaining(['pepperSecret']));
  expect(config).not.toHaveProperty('basePath');
});

test('without a trail it appends nowhere', () => {
  expect(add(false).byId).not.toHaveProperty('AppendToTrail');
});

test('a change that waits, and a sweeper that is silent, are alarms', () => {
  const { template } = add();
  const alarms = Object.values(template.resources('aws_cloudwatch_metric_alarm'));
  expect(alarms).toContainEqual(
    expect.objectContaining({
      alarm_name: 'acme-prod-outbox-waiting',
      metric_name: 'OldestOutboxSeconds',
      dimensions: { Service: 'token-sweeper', Stage: 'prod' },
      treat_missing_data: 'breaching',
    }),
  );
});
