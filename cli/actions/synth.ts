import { synthesize } from '../../stacks';
import { loadConfig } from '../../stacks/config';
import { findConfig } from '../options';
import { progress } from '../progress';

export interface SynthOptions {
  readonly config?: string;
  readonly out: string;
  readonly sources?: boolean;
}

/** Synthesizes every stack of a configuration and names them. */
export function synth(options: SynthOptions): void {
  const file = findConfig(options.config);
  progress(`synthesizing ${file}`);
  const stacks = synthesize(loadConfig(file), options.out, { sources: options.sources === true });
  console.log(`${file} → ${options.out}: ${stacks.length} stacks`);
  for (const stack of stacks) {
    console.log(`  ${stack}`);
  }
}
