import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { auditPath, nextBaseline, renderBaseline } from '../../audit';
import { addJudgingOptions, type JudgingOptions, readFormerBaseline, readJudging, writeReport } from '../audit-options';

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
    .action((path: string, options: Omit<JudgingOptions, 'baseline'> & { file: string }) => {
      const former = existsSync(options.file) ? readFormerBaseline(options.file) : undefined;
      const next = nextBaseline(auditPath(path, readJudging(options)), former, options.file);
      writeReport(options.file, renderBaseline(next));
      const resolved = (former?.entries.length ?? next.entries.length) - next.entries.length;
      console.log(`${options.file}: ${next.entries.length} findings, ${resolved} resolved and taken out`);
    });
  addJudgingOptions(command, 'without baseline');
}
