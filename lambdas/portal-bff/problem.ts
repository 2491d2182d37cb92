/** Media type of problem details (RFC 9457). */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Kinds of problem. The key is the last part of `type`, which never changes. */
const KINDS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'signed-out': { status: 401, title: 'There is no session' },
  'request-refused': { status: 403, title: 'The request does not come from a page of the portal' },
  'step-up-required': { status: 403, title: 'This needs a new sign-in' },
  'not-allowed': { status: 403, title: 'The person may not do this' },
  'not-found': { status: 404, title: 'There is nothing at this address' },
  'method-not-allowed': { status: 405, title: 'The address knows other methods' },
  'too-large': { status: 413, title: 'The request is too large' },
  internal: { status: 500, title: 'The portal failed' },
  'bad-answer': { status: 502, title: 'An API gave an answer that cannot be passed on' },
  unavailable: { status: 503, title: 'Something that the portal needs is out of reach' },
} as const;

export type ProblemKind = keyof typeof KINDS;

/** An answer to the page that is no success. Its detail goes to the page as it stands; the cause to the log alone. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly kind: ProblemKind,
    readonly detail: string,
    options?: { readonly cause?: unknown; readonly headers?: Readonly<Record<string, string>> },
  ) {
    super(detail, { cause: options?.cause });
    this.headers = options?.headers ?? {};
  }

  /** Response headers beside the content type. */
  readonly headers: Readonly<Record<string, string>>;

  get status(): number {
    return KINDS[this.kind].status;
  }

  body(requestId: string): object {
    const { status, title } = KINDS[this.kind];
    return { type: `urn:gatehouse:problem:${this.kind}`, title, status, detail: this.detail, requestId };
  }
}

/** Something is out of reach: nothing is done, and nothing is concluded from its silence. */
export function unavailable(what: string, cause: unknown): ProblemError {
  return new ProblemError('unavailable', `${what} cannot be reached; try again in a moment`, { cause });
}

/** What the page is told of a failure. */
export function asProblem(cause: unknown): ProblemError {
  return cause instanceof ProblemError
    ? cause
    : new ProblemError('internal', 'the request was not completed; ask the operator, naming the request id', { cause });
}
