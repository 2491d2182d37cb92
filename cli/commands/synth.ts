import type { Command } from 'commander';
import type { SynthOptions } from '../actions/synth';
import { configOption, synthFolderOption } from '../options';

/** `gatehouse synth`: configuration → `cdk.tf.json` of every stack. */
export function registerSynth(program: Command): void {
  program
    .command('synth')
    .description('synthesize every stack of a configuration')
    .addOption(configOption())
    .addOption(synthFolderOption())
    .option('--sources', 'write the line that made each resource into sources.json, for the plan audit')
    .addHelpText(
      'after',
      '\nOf the folder only what gatehouse wrote is replaced or deleted. Exit codes: 0 written; 64 wrong usage or configuration;' +
        '\n73 the folder cannot be written, or holds something and was not written by gatehouse: nothing is written.',
    )
    .action((options: SynthOptions) => {
      const { synth } = require('../actions/synth') as typeof import('../actions/synth');
      synth(options);
    });
}
