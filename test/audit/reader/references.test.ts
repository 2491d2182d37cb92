import type { Expression } from '../../../audit/reader/configuration';
import { readPlan } from '../../../audit/reader/plan';
import { resolveReferences } from '../../../audit/reader/references';
import type { Stack } from '../../../audit/reader/stack';
import { planOf, readFixture, refer } from '../support';

function follow(stack: Stack, address: string, attribute: string) {
  const resource = stack.resources.find((item) => item.address === address);
  const expression: Expression | undefined = resource?.attributes.expression(attribute);
  if (resource === undefined || expression === undefined) {
    throw new Error(`${address} has no expression of ${attribute}`);
  }
  const { targets, unresolved } = resolveReferences(stack, resource, expression);
  return { targets: targets.map((target) => target.resource.address), unresolved };
}

describe('references in modules that real Terraform planned', () => {
  const stack = readPlan(readFixture('nested-module'), 's', 'plan.json');
  const routes = 'module.gateway["eu.west"].module.routes';

  test('through two modules to the instance of the same key', () => {
    expect(follow(stack, `${routes}.aws_api_gateway_method.route["report.csv"]`, 'rest_api_id').targets).toEqual([
      'aws_api_gateway_rest_api.shared["eu.west"]',
    ]);
  });

  test('each.value to the instance of the same key', () => {
    expect(follow(stack, `${routes}.aws_api_gateway_method.route["report.csv"]`, 'resource_id').targets).toEqual([
      `${routes}.aws_api_gateway_resource.route["report.csv"]`,
    ]);
  });

  test('a literal key to that instance', () => {
    expect(follow(stack, `${routes}.aws_api_gateway_method.counted[1]`, 'resource_id').targets).toEqual([
      `${routes}.aws_api_gateway_resource.route["report.csv"]`,
    ]);
  });
});

describe('other references', () => {
  const output = (references: string[]) => ({ expression: { references } });

  function stackWithModule(references: string[]): Stack {
    const plan = planOf([
      { type: 'aws_iam_role_policy', name: 'p', unknown: { role: true }, expressions: { role: refer(...references) } },
    ]);
    const root = {
      resources: [
        { mode: 'managed', type: 'aws_iam_role_policy', name: 'p', expressions: { role: refer(...references) } },
      ],
      module_calls: {
        m: {
          expressions: {},
          module: {
            resources: [{ mode: 'managed', type: 'aws_iam_role', name: 'r', expressions: {} }],
            outputs: { role: output(['aws_iam_role.r.name', 'aws_iam_role.r']), loop: output(['module.m.loop']) },
          },
        },
      },
    };
    const change = { actions: ['create'], before: null, after: { name: 'r' }, after_unknown: {} };
    const inner = {
      address: 'module.m.aws_iam_role.r',
      module_address: 'module.m',
      mode: 'managed',
      type: 'aws_iam_role',
      name: 'r',
      change,
    };
    const changes = plan.resource_changes;
    return readPlan(
      {
        ...plan,
        resource_changes: [...(Array.isArray(changes) ? changes : []), inner],
        configuration: { root_module: root },
      },
      's',
      'plan.json',
    );
  }

  test('a module output leads into the module', () => {
    expect(follow(stackWithModule(['module.m.role', 'module.m']), 'aws_iam_role_policy.p', 'role')).toEqual({
      targets: ['module.m.aws_iam_role.r'],
      unresolved: [],
    });
  });

  test('root variables, local values and missing resources lead nowhere, and are told', () => {
    const references = ['var.role', 'local.role', 'aws_iam_role.gone.name', 'module.m.loop', 'module.none.x'];

    expect(follow(stackWithModule(references), 'aws_iam_role_policy.p', 'role')).toEqual({
      targets: [],
      unresolved: expect.arrayContaining(['var.role', 'local.role', 'aws_iam_role.gone.name', 'module.none.x']),
    });
  });
});
