import { auditConfiguration, auditPath } from '../../../audit';
import type { JsonObject } from '../../../audit/json';
import { gateway, PUBLIC, SCOPED } from '../../constructs/gateway/fixture';
import { testStack } from '../../support/template';
import { temporaryBundle } from '../../support/temporary-folder';
import { accessRules, fixture, type PlannedResource, planOf, refer, reportOf } from '../support';

const bundle = temporaryBundle();
jest.mock('../../../constructs/support/bundles', () => ({ kitBundle: () => bundle, isKitBundle: () => true }));

const PUBLIC_ROOT = { 'GET /': { kind: 'public', reason: 'status page' } };
const SCOPED_ROOT = { 'GET /': { kind: 'scopes', anyOf: [['a:read']] } };

/** An API of the id `api` with one open route, as a gateway of HCL has it. */
function openGateway(name: string): PlannedResource[] {
  const api = refer(`aws_api_gateway_rest_api.${name}.id`, `aws_api_gateway_rest_api.${name}`);
  return [
    {
      type: 'aws_api_gateway_rest_api',
      name,
      after: { name },
      unknown: { id: true, root_resource_id: true },
    },
    {
      type: 'aws_api_gateway_stage',
      name,
      after: { stage_name: 'live', variables: { gatehouseApi: 'api' } },
      unknown: { rest_api_id: true },
      expressions: { rest_api_id: api },
    },
    {
      type: 'aws_api_gateway_method',
      name,
      after: { http_method: 'GET', authorization: 'NONE' },
      unknown: { rest_api_id: true, resource_id: true },
      expressions: {
        rest_api_id: api,
        resource_id: refer(`aws_api_gateway_rest_api.${name}.root_resource_id`, `aws_api_gateway_rest_api.${name}`),
      },
    },
  ];
}

function verdicts(plan: JsonObject): string[] {
  return reportOf(plan)
    .findings.filter(({ rule }) => rule === 'AUTHZ-001')
    .map(({ address, verdict }) => `${address.replace(/^.*\./, '')} ${verdict}`);
}

const two = (...tables: PlannedResource[]) => planOf([...openGateway('a'), ...openGateway('b'), ...tables]);

describe('two gateways of one API id', () => {
  test('share the one table of the id', () => {
    expect(verdicts(two(accessRules(PUBLIC_ROOT)))).toEqual(['a pass', 'b pass']);
  });

  test('have the rule that all tables of the id say', () => {
    expect(verdicts(two(accessRules(PUBLIC_ROOT), accessRules(PUBLIC_ROOT, { name: 'again' })))).toEqual([
      'a pass',
      'b pass',
    ]);
  });

  test('are unknown where the tables differ and nothing tells whose they are', () => {
    expect(verdicts(two(accessRules(PUBLIC_ROOT), accessRules(SCOPED_ROOT, { name: 'again' })))).toEqual([
      'a unknown',
      'b unknown',
    ]);
  });

  test('do not take every valid credential by a table that may be the other one', () => {
    const root = { 'GET /': { kind: 'authenticated', reason: 'tells who calls' } };
    expect(verdicts(two(accessRules(root), accessRules({}, { name: 'again' })))).toEqual(['a unknown', 'b unknown']);
    expect(verdicts(two(accessRules(root), accessRules(root, { name: 'again' })))).toEqual(['a fail', 'b fail']);
  });

  test('are not opened by a table that may be the other one', () => {
    expect(verdicts(two(accessRules(PUBLIC_ROOT), accessRules({}, { name: 'again' })))).toEqual([
      'a unknown',
      'b unknown',
    ]);
  });

  test('fail where no table lists the route', () => {
    expect(verdicts(two(accessRules({}), accessRules({}, { name: 'again' })))).toEqual(['a fail', 'b fail']);
  });

  test('a rule that neither carries is told once, at its table', () => {
    const plan = two(accessRules({ ...PUBLIC_ROOT, 'GET /gone': { kind: 'iam' } }));

    expect(reportOf(plan).notJudged).toEqual([
      { stack: 'stack', subject: 'terraform_data.rules', reason: expect.stringContaining('GET /gone') },
    ]);
  });

  test('in modules have the table of their module', () => {
    const { findings } = auditPath(fixture('one-id'));

    expect(
      findings.filter(({ rule }) => rule === 'AUTHZ-001').map(({ address, verdict }) => `${address} ${verdict}`),
    ).toEqual(['module.closed.aws_api_gateway_method.status fail', 'module.open.aws_api_gateway_method.status pass']);
  });

  test('composed of constructs have the table of their own construct', () => {
    const stack = testStack();
    gateway(stack, { routes: { 'GET /things': PUBLIC, 'GET /more': SCOPED } }, 'One');
    gateway(stack, { gatewayName: 'acme-dev-other', routes: { 'GET /things': SCOPED, 'GET /more': SCOPED } }, 'Two');
    stack.prepareStack();
    const { findings, matrix } = auditConfiguration(stack.toTerraform() as object, 'stack');
    const judged = findings.filter(({ rule }) => rule === 'AUTHZ-001');

    expect(judged.map(({ verdict }) => verdict)).toEqual(judged.map(() => 'pass'));
    expect(matrix.map(({ api, path, accessRule }) => `${api} ${path} ${accessRule}`)).toEqual([
      'acme-dev-api /more scopes',
      'acme-dev-api /things public (a reason)',
      'acme-dev-other /more scopes',
      'acme-dev-other /things scopes',
    ]);
  });
});

test('a table that fits two APIs by its name leaves the answer open', () => {
  const named = (name: string): PlannedResource => ({
    type: 'aws_api_gateway_rest_api',
    name,
    after: { name: `${name}-api` },
    unknown: { id: true },
  });
  const [, , method] = openGateway('a');
  const plan = planOf([named('a'), named('b'), ...(method === undefined ? [] : [method]), accessRules(PUBLIC_ROOT)]);

  expect(verdicts(plan)).toEqual(['a unknown']);
});
