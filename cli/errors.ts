/**
 * Exit codes of the command line; the plan audit adds its own (docs/plan-audit.md). From 64 on as sysexits.h has them: usage,
 * internal software error, and an output file that cannot be made or would be put among what is not the kit's.
 */
export const EXIT = { ok: 0, failed: 1, usage: 64, internal: 70, unwritable: 73 } as const;

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
