/**
 * Exit codes of the command line; the plan audit adds its own (docs/plan-audit.md). From 64 on as sysexits.h has them: usage,
 * data that was refused, something that is not there, a service that cannot be used, internal software error, an output file that cannot be
 * made or would be put among what is not the kit's, and a permission that is missing.
 */
export const EXIT = {
  ok: 0,
  failed: 1,
  /** Something was begun and goes on by itself. */
  unfinished: 2,
  usage: 64,
  refusedData: 65,
  missing: 66,
  unavailable: 69,
  internal: 70,
  unwritable: 73,
  notPermitted: 77,
} as const;

/** A failure that the user can act on: one line on stderr and an exit code. */
export class CliError extends Error {
  override readonly name = 'CliError';
  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
