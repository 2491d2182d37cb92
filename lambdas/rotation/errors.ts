/** A failure of a rotation whose message is safe to log: it never holds a value. */
export abstract class RotationError extends Error {}

/** The event is none that this function serves. */
export class UnknownStepError extends RotationError {
  override readonly name = 'UnknownStepError';
}

/** The event names another secret than this function's. */
export class ForeignSecretError extends RotationError {
  override readonly name = 'ForeignSecretError';
}

/** The rotation came too early, or has no room. Nothing was written; the credential in use is untouched. */
export class RotationRefusedError extends RotationError {
  override readonly name = 'RotationRefusedError';
}

/** The pending version can never become current. Retrying it does not help; the next rotation starts anew. */
export class RotationAbandonedError extends RotationError {
  override readonly name = 'RotationAbandonedError';
}

/** Something was not there yet or did not answer: the same step may be tried again. */
export class RotationRetryableError extends RotationError {
  override readonly name = 'RotationRetryableError';
}

/** The reaper could not see what is in use, so it destroyed nothing. */
export class ReapRefusedError extends RotationError {
  override readonly name = 'ReapRefusedError';
}

/** The value of a version is no document of this kind. */
export class UnusableDocumentError extends RotationError {
  override readonly name = 'UnusableDocumentError';
}

/** An operator's command was refused. */
export class CommandRefusedError extends RotationError {
  override readonly name = 'CommandRefusedError';
}

/** Name of the exception that an AWS service answered with, by either of its clients. */
export function codeOf(error: unknown): string | undefined {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : undefined;
}

/** What may be logged and thrown about a failure: our own messages, of others the name only, because they may quote a request. */
export function describeFailure(error: unknown): string {
  return error instanceof RotationError ? error.message : (codeOf(error) ?? 'unknown error');
}

/** Name of how something failed: of our own errors their class, of others only that they failed. */
export function outcomeOf(error: unknown): string {
  return error instanceof RotationError ? error.name : 'failed';
}
