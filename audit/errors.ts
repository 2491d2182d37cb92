/**
 * Exit codes of the plan audit. `stateful`: a resource that holds data or credentials is destroyed, replaced or given up;
 * `waiver`: a waiver or the baseline is in trouble; `unknown` only where that counts (`strict`).
 */
export const EXIT_CODES = { ok: 0, findings: 1, stateful: 2, waiver: 3, unknown: 4, planUnusable: 5 } as const;

/** An error of the plan audit that ends it; `exitCode` is what the command line returns. */
export class AuditError extends Error {
  override readonly name: string = 'AuditError';

  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/**
 * What was given is not a plan that can be judged: not JSON, truncated, a state file, an unknown format, an errored or incomplete
 * plan, or a plan whose routes cannot be read. The message names the file and never quotes its content, which may be secret.
 */
export class PlanUnusableError extends AuditError {
  override readonly name = 'PlanUnusableError';

  constructor(
    readonly file: string,
    reason: string,
  ) {
    super(`${file}: ${reason}`, EXIT_CODES.planUnusable);
  }
}
