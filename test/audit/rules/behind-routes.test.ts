import type { JsonObject } from '../../../audit/json';
import type { AuditReport } from '../../../audit/report/report';
import { baseOf, CHANGES, planOf, reportOf } from './estate-plans';

/** The plan of the estate in which one resource is as a function makes it. */
function edited(address: string, edit: (change: JsonObject) => JsonObject, expressions?: JsonObject): AuditReport {
  const base = structuredClone(baseOf('estate'));
  const entry = (base.resource_changes as JsonObject[]).find((one) => one.address === address);
  if (entry === undefined) {
    throw new Error(`the estate has no ${address}`);
  }
  entry.change = edit(entry.change as JsonObject);
  const root = (base.configuration as JsonObject).root_module as JsonObject;
  for (const resource of root.resources as JsonObject[]) {
    if (resource.address === address) {
      resource.expressions = { ...(resource.expressions as JsonObject), ...expressions };
    }
  }
  return reportOf(base, 'estate');
}

const AUTHORIZER = 'aws_api_gateway_authorizer.tokens';
const after = (change: JsonObject, values: JsonObject, unknown: JsonObject = {}): JsonObject => ({
  ...change,
  actions: ['update'],
  after: { ...(change.after as JsonObject), ...values },
  after_unknown: unknown,
});
const of = ({ findings }: AuditReport, address: string) =>
  findings
    .filter(
      (finding) => finding.address === address && finding.rule.startsWith('CHANGE-') && finding.verdict !== 'pass',
    )
    .map(({ rule, verdict, message }) => `${rule} ${verdict}: ${message}`);

test('an attribute that the table does not know is an unclassified change, and no route of it is the same', () => {
  const report = edited(AUTHORIZER, (change) => after(change, { brand_new: 'x' }));
  expect(of(report, AUTHORIZER)).toEqual([expect.stringMatching(/^CHANGE-005 fail: brand_new changes/)]);
  expect(report.changes).toMatchObject([{ attribute: 'brand_new', change: 'unclassified' }]);
  expect(report.matrix.filter(({ path }) => path === '/orders').map(({ change }) => change)).toEqual([
    'changed',
    'changed',
  ]);
});

test('what is known only after apply cannot be judged, and is never the same', () => {
  const report = edited(AUTHORIZER, (change) => after(change, { authorizer_uri: null }, { authorizer_uri: true }), {
    authorizer_uri: { references: ['var.authorizer'] },
  });
  expect(of(report, AUTHORIZER)).toEqual([expect.stringMatching(/^CHANGE-001 unknown: authorizer_uri/)]);
  expect(report.matrix.find(({ path }) => path === '/orders')?.change).toBe('unknown');
});

test('what is made anew at the same place is no other', () => {
  const report = edited(AUTHORIZER, (change) => after(change, { authorizer_uri: null }, { authorizer_uri: true }), {
    authorizer_uri: { references: ['aws_lambda_alias.authorizer.invoke_arn', 'aws_lambda_alias.authorizer'] },
  });
  expect(of(report, AUTHORIZER)).toEqual([]);
});

test('a change names the routes that it stands behind, and its values', () => {
  const swapped = CHANGES.find(({ name }) => name === 'authorizer swapped for another function');
  const report = reportOf(planOf(swapped as NonNullable<typeof swapped>), 'estate');
  expect(of(report, AUTHORIZER)).toEqual([
    expect.stringMatching(
      /changes who decides about requests: .*→.*debug.*; it stands behind GET \/orders, POST \/orders$/,
    ),
  ]);
  expect(report.changes).toMatchObject([
    {
      address: AUTHORIZER,
      attribute: 'authorizer_uri',
      change: 'changed',
      area: 'request',
      routes: ['GET /orders', 'POST /orders'],
    },
  ]);
});

test('a value that Terraform marks as sensitive is in no row', () => {
  const address = 'aws_ssm_parameter.issuer';
  const report = edited(address, (change) => ({
    ...after(change, { value: 'https://hidden.example/secret' }),
    before_sensitive: { value: true },
    after_sensitive: { value: true },
  }));
  expect(report.changes).toMatchObject([{ address, attribute: 'value', values: null }]);
  expect(JSON.stringify(report)).not.toContain('hidden.example');
});

test('a method that is stronger and not deployed is changed, and not strengthened', () => {
  const address = 'aws_api_gateway_method.orders["GET"]';
  const open = (change: JsonObject) => ({
    ...change,
    actions: ['update'],
    before: { ...(change.before as JsonObject), authorization: 'NONE', authorizer_id: null },
  });
  const report = edited(address, open);
  expect(of(report, address)).toEqual([
    expect.stringMatching(/^CHANGE-008 fail: GET \/orders: authorization NONE → CUSTOM/),
  ]);
  const row = report.matrix.find(({ method, path }) => `${method} ${path}` === 'GET /orders');
  expect(row?.change).toBe('changed');
  expect(row?.changes).toContain('not served yet: the deployment of the stage stays as it is');
});

test.each([
  [
    'rate rule that only counts',
    'aws_wafv2_web_acl.edge',
    /rule\.action changes what the web ACL stops: rate: block → count/,
  ],
  ['clients of any certificate', 'aws_api_gateway_domain_name.shop', /whose client certificates are taken/],
])('%s: the routes behind it are not the same', (name, address, message) => {
  const change = CHANGES.find((one) => one.name === name);
  const report = reportOf(planOf(change as NonNullable<typeof change>), 'estate');
  expect(of(report, address)).toEqual([expect.stringMatching(message)]);
  expect(report.matrix.filter(({ path }) => path === '/orders').map((row) => row.change)).toEqual([
    'changed',
    'changed',
  ]);
});

test('a change of what answers a route is told, though no table is about its type', () => {
  const address = 'aws_sfn_state_machine.flow';
  const place = { mode: 'managed', type: 'aws_sfn_state_machine', name: 'flow', address };
  const base = structuredClone(baseOf('estate'));
  const change = (definition: string) => ({
    arn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:flow',
    definition,
  });
  (base.resource_changes as JsonObject[]).push({
    ...place,
    change: {
      actions: ['update'],
      before: change('a'),
      after: { ...change('b'), tags: { team: 'x' } },
      after_unknown: {},
    },
  });
  const { resources } = (base.configuration as JsonObject).root_module as { resources: JsonObject[] };
  resources.push({ ...place, expressions: { definition: { constant_value: 'b' } } });
  for (const one of resources.filter((resource) => resource.address === 'aws_api_gateway_integration.orders')) {
    one.expressions = {
      ...(one.expressions as JsonObject),
      request_templates: { references: [`${address}.arn`, address] },
    };
  }
  const report = reportOf(base, 'estate');
  expect(of(report, address)).toEqual([expect.stringMatching(/^CHANGE-005 fail: definition changes.*GET \/orders/)]);
});
