import { join } from 'node:path';
import { ApiGatewayMethod } from '@cdktf/provider-aws/lib/api-gateway-method';
import { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformStack } from 'cdktf';
import { RULES } from '../../audit';
import { addPlanAudit, addPlanAuditToAll, type PlanAuditValidationProps } from '../../stacks';
import { temporaryFolder } from '../e2e/support';

const folder = temporaryFolder();
afterAll(() => folder.remove());
const AUTHZ = RULES.filter(({ id }) => id === 'AUTHZ-001');

function appWith(authorization: string, name: string): { app: App; stack: TerraformStack } {
  const app = new App({ outdir: join(folder.path, name) });
  const stack = new TerraformStack(app, 'orders');
  new AwsProvider(stack, 'Aws', { region: 'eu-west-1' });
  const api = new ApiGatewayRestApi(stack, 'Api', { name: 'orders' });
  new ApiGatewayMethod(stack, 'List', {
    restApiId: api.id,
    resourceId: api.rootResourceId,
    httpMethod: 'GET',
    authorization,
  });
  return { app, stack };
}

function faults(authorization: string, props: PlanAuditValidationProps = {}): string[] {
  const { stack } = appWith(authorization, 'validate');
  addPlanAudit(stack, { rules: AUTHZ, ...props });
  return stack.node.validate();
}

describe('the plan audit as a validation of cdktf', () => {
  test('makes the synthesis fail on a route without a rule, and names its construct', () => {
    const { app, stack } = appWith('NONE', 'open');
    addPlanAudit(stack, { rules: AUTHZ });

    expect(() => app.synth()).toThrow(/AUTHZ-001 \(fail, critical\) orders\/List: GET \//);
  });

  test('lets a guarded route pass', () => {
    expect(faults('AWS_IAM')).toEqual([]);
  });

  test('what only a plan tells is no fault, but under strict', () => {
    const unknown = { ...(AUTHZ[0] as (typeof AUTHZ)[number]), id: 'TEST-001', check: unknownOf };

    expect(faults('AWS_IAM', { rules: [unknown] })).toEqual([]);
    expect(faults('AWS_IAM', { rules: [unknown], strict: true })).toEqual([
      'TEST-001 (unknown, critical) a.b: only a plan tells',
    ]);
  });

  test('is asked for every stack of an app', () => {
    const { app } = appWith('NONE', 'all');
    addPlanAuditToAll(app, { rules: AUTHZ });

    expect(() => app.synth()).toThrow('AUTHZ-001');
  });
});

function unknownOf() {
  return [{ verdict: 'unknown' as const, stack: 'orders', address: 'a.b', message: 'only a plan tells' }];
}
