import type { Command } from 'commander';
import type { PlanOptions } from '../actions/plan';
import { synthFolderOption } from '../options';

/** `gatehouse plan`: real Terraform on every synthesized stack, offline, plan JSON beside them. */
export function registerPlan(program: Command): void {
  program
    .command('plan')
    .description('plan every synthesized stack with real Terraform, as a first deployment and without AWS')
    .addOption(synthFolderOption())
    .option('--stack <id...>', 'only these stacks')
    .action((options: PlanOptions) => {
      const { plan } = require('../actions/plan') as typeof import('../actions/plan');
      return plan(options);
    });
}
