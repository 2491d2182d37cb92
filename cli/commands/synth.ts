import type { Command } from 'commander';
import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { configOption, findConfig, synthFolderOption } from '../options';
import { progress } from '../progress';

/** `gatehouse synth`: configuration → `cdk.tf.json` of every stack. */
export function registerSynth(program: Command): void {
  program
    .command('synth')
    .description('synthesize every stack of a configuration')
    .addOption(configOption())
    .addOption(synthFolderOption())
    .option('--sources', 'write the line that made each resource into sources.json, for the plan audit')
    .action((options: { config?: string; out: string; sources?: boolean }) => {
      const file = findConfig(options.config);
      progress(`synthesizing ${file}`);
      const stacks = synthesize(loadConfig(file), options.out, { sources: options.sources === true });
      console.log(`${file} → ${options.out}: ${stacks.length} stacks`);
      for (const stack of stacks) {
        console.log(`  ${stack}`);
      }
    });
}
