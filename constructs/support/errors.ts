import type { IConstruct } from 'constructs';

/**
 * Misuse of a construct, thrown in its constructor.
 *
 * The message says what is wrong, the value got and what is allowed, in lower case and without a full stop; the path of
 * the construct is put in front. A message never contains a secret.
 */
export class ConstructError extends Error {
  override readonly name = 'ConstructError';

  /** Path of the construct in its tree. */
  readonly constructPath: string;

  constructor(message: string, scope: IConstruct) {
    const path = scope.node.path === '' ? scope.node.id : scope.node.path;
    super(`${path}: ${message}`);
    this.constructPath = path;
  }
}
