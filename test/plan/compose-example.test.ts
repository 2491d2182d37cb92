import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findTerraform } from '../../cli/terraform/discover';
import { ComposeExample } from '../support/compose-example';

const reason = findTerraform() === undefined ? ' (skipped: neither terraform nor tofu is on PATH)' : '';
const whereTerraformIs = reason === '' ? describe : describe.skip;

interface Plan {
  readonly errored: boolean;
  readonly resource_changes: readonly { readonly type: string; readonly change: { readonly actions: string[] } }[];
}

whereTerraformIs(`the plans of the example of a stack of one’s own${reason}`, () => {
  test('real Terraform plans both environments, and the plan audit finds nothing', () => {
    const example = new ComposeExample();
    const { status, stdout } = example.run('plan');
    expect(stdout).toMatch(/\nFindings: none\n\n\d+ pass, 0 fail, 0 unknown\n$/);
    expect(status).toBe(0);
    for (const stack of ['shop-dev', 'shop-prod']) {
      const file = join(example.folder, `cdktf.out/plans/${stack}.plan.json`);
      const { errored, resource_changes: changes } = JSON.parse(readFileSync(file, 'utf8')) as Plan;
      expect(errored).toBe(false);
      expect(new Set(changes.flatMap(({ change }) => change.actions))).toEqual(new Set(['create']));
      expect(changes.filter(({ type }) => type === 'aws_lambda_function')).toHaveLength(5);
      expect(changes.filter(({ type }) => type === 'aws_api_gateway_usage_plan')).toHaveLength(2);
    }
  }, 600_000);
});
