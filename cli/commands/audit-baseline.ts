import type { Command } from 'commander';
import type { BaselineOptions } from '../actions/audit-baseline';
import { addJudgingOptions } from '../audit-options';

const HELP = `
The first run writes every open finding. Later runs take out what is resolved, and refuse (exit code 3, nothing is
written) when there is a new finding. What a plan does to a stateful resource never enters a baseline.`;

/** `gatehouse audit baseline`: writes the baseline, and shrinks it. */
export function registerBaseline(audit: Command): void {
  const command = audit
    .command('baseline')
    .description('write the findings that are there today into a baseline, or take out what is resolved')
    .argument('<path>', 'as for audit')
    .requiredOption('--file <file>', 'the baseline')
    .addHelpText('after', HELP)
    .action((path: string, options: BaselineOptions) => {
      const { shrinkBaseline } = require('../actions/audit-baseline') as typeof import('../actions/audit-baseline');
      shrinkBaseline(path, options);
    });
  addJudgingOptions(command, 'without baseline');
}
