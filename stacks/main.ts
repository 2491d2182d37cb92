import { resolve } from 'node:path';
import { OpenApiError } from '../constructs/api/openapi/faults';
import { ConstructError } from '../constructs/support/errors';
import { ConfigError, loadConfig } from './config';
import { OutputFolderError } from './output-folder-error';
import { synthesize } from './synth';

/** Exit codes of the synthesis (sysexits.h: usage, internal software error, an output file that cannot be made). */
const EXIT_USAGE = 64;
const EXIT_INTERNAL = 70;
const EXIT_UNWRITABLE = 73;

/**
 * Synthesizes the stacks of the configuration named by `GATEHOUSE_CONFIG` (`gatehouse.config.json` in the working folder)
 * into `CDKTF_OUTDIR` (`cdktf.out`); what `app` of cdktf.json runs.
 */
function main(): void {
  const configFile = resolve(process.env.GATEHOUSE_CONFIG ?? 'gatehouse.config.json');
  const outdir = resolve(process.env.CDKTF_OUTDIR ?? 'cdktf.out');
  try {
    synthesize(loadConfig(configFile), outdir);
  } catch (error) {
    const expected = error instanceof ConfigError || error instanceof ConstructError || error instanceof OpenApiError;
    // A document may have many faults, a line each.
    console.error(`gatehouse: ${error instanceof OpenApiError ? error.message : oneLine(error)}`);
    process.exitCode = expected ? EXIT_USAGE : error instanceof OutputFolderError ? EXIT_UNWRITABLE : EXIT_INTERNAL;
  }
}

function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s*\n\s*/g, ' ');
}

main();
