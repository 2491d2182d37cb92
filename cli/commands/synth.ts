import type { Command } from 'commander';
import { configOption, synthFolderOption } from '../options';

export interface SynthOptions {
  readonly config?: string;
  readonly out: string;
  readonly sources?: boolean;
}

/** `gatehouse synth`: configuration → `cdk.tf.json` of every stack. */
export function registerSynth(program: Command): void {
  program
    .command('synth')
    .description('synthesize every stack of a configuration')
    .addOption(configOption())
    .addOption(synthFolderOption())
    .option('--sources', 'write the line that made each resource into sources.json, for the plan audit')
    .action((options: SynthOptions) => {
      const { synth } = require('../actions/synth') as typeof import('../actions/synth');
      synth(options);
    });
}
