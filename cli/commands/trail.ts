import { type Command, Option } from 'commander';
import type { ExportOptions } from '../actions/trail-export';
import type { VerifyTrailOptions } from '../actions/trail-verify';
import { configOption, endpointOption, stateOption } from '../options';
import type { PlatformOptions } from '../platform';

/** `gatehouse trail`: verify the audit trail, online or from an export; write a whole export; print the public key. */
export function registerTrail(program: Command): void {
  const trail = program.command('trail').description('verify and export the audit trail of a platform').exitOverride();

  platformOptions(
    trail.command('verify').description('find every record of the trail that was changed, moved or taken away'),
  )
    .option('--export <file>', 'verify this export, offline; - reads it from the standard input')
    .option(
      '--public-key <file>',
      'PEM file of the key that signs the seals (with --export required; else read from KMS)',
    )
    .option(
      '--checkpoint <file>',
      'what was verified last: the trail has to go on from there; written when nothing is wrong',
    )
    .option('--late-minutes <minutes>', 'how long an entry may have waited for its seal', wholeNumber, 60)
    .addOption(new Option('--json', 'print JSON, whatever the standard output is'))
    .addHelpText(
      'after',
      '\nOnline it compares bucket and table, and reads both in whole: dynamodb:GetItem and Query, s3:ListBucket and GetObject,' +
        '\nkms:GetPublicKey and Decrypt. Offline it needs the export and the public key (gatehouse trail key) only.' +
        '\nExit codes: 0 nothing is wrong; 1 something is, each with its record, or AWS refused; 64 wrong usage, or no export.',
    )
    .exitOverride()
    .action((options: VerifyTrailOptions) => {
      const { verifyTrail } = require('../actions/trail-verify') as typeof import('../actions/trail-verify');
      return verifyTrail(options);
    });

  platformOptions(
    trail.command('export').description('write the whole sealed trail as an export, to be verified offline'),
  )
    .requiredOption('--out <file>', 'file to write; - writes to the standard output')
    .addHelpText(
      'after',
      '\nIt reads the bucket only. Exit codes: 0 written; 1 AWS refused; 64 wrong usage; 73 the file cannot be written.',
    )
    .exitOverride()
    .action((options: ExportOptions) => {
      const { exportTrail } = require('../actions/trail-export') as typeof import('../actions/trail-export');
      return exportTrail(options);
    });

  platformOptions(trail.command('key').description('print the public key that verifies the seals, as PEM'))
    .addHelpText('after', '\nExit codes: 0 printed; 1 AWS refused; 64 wrong usage.')
    .exitOverride()
    .action((options: PlatformOptions) => {
      const { printTrailKey } = require('../actions/trail-key') as typeof import('../actions/trail-key');
      return printTrailKey(options);
    });
}

function platformOptions(command: Command): Command {
  return command
    .addOption(configOption())
    .option('-e, --environment <name>', 'environment of the configuration (default: the sandbox)')
    .addOption(endpointOption())
    .addOption(stateOption());
}

function wholeNumber(text: string): number {
  return /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
}
