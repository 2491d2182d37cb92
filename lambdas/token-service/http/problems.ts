import type { ProblemBody } from './common-schemas';

/** Media type of problem details, RFC 9457. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** One fault of a request: where it is, and what is wrong, found and allowed. */
export interface RequestFault {
  /** Place in the body as a JSON pointer (RFC 6901). */
  readonly pointer?: string;
  /** Path or query parameter. */
  readonly parameter?: string;
  readonly detail: string;
}

/** Kinds of problem. The key is the last part of `type`, which never changes. */
const KINDS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'malformed-json': { status: 400, title: 'The request body is not JSON' },
  'scope-not-held': { status: 403, title: 'The caller may not grant these scopes' },
  'insufficient-scope': { status: 403, title: 'The caller lacks the scope of this operation' },
  'not-allowed': { status: 403, title: "The caller's role does not allow this" },
  'wider-than-caller': { status: 403, title: "The request is wider than the caller's own token" },
  'caller-refused': { status: 403, title: 'The token of the caller is not valid any more' },
  protected: { status: 403, title: 'The way back in cannot be revoked' },
  'not-found': { status: 404, title: 'The resource does not exist' },
  conflict: { status: 409, title: 'The request contradicts what is stored' },
  'overlap-running': { status: 409, title: 'Two secrets are accepted already' },
  'idempotency-key-reused': { status: 409, title: 'The Idempotency-Key belongs to another request' },
  'request-running': { status: 409, title: 'The same request is still running' },
  'precondition-failed': { status: 412, title: 'The object has another version' },
  'precondition-required': { status: 428, title: 'The request has to say which version it changes' },
  'unsupported-media-type': { status: 415, title: 'The request body has the wrong media type' },
  internal: { status: 500, title: 'The token service failed' },
} as const;

export type ProblemKind = keyof typeof KINDS;

/** An answer to the caller that is no success. Its text goes to the caller as it stands. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly kind: ProblemKind,
    readonly detail: string,
    readonly faults: readonly RequestFault[] = [],
    /** Response headers beside the content type. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
  }

  get status(): number {
    return KINDS[this.kind].status;
  }

  body(requestId: string | undefined): ProblemBody {
    const { status, title } = KINDS[this.kind];
    return {
      type: `urn:gatehouse:problem:${this.kind}`,
      title,
      status,
      detail: this.detail,
      ...(requestId === undefined ? {} : { requestId }),
      ...(this.faults.length === 0 ? {} : { errors: this.faults.map((fault) => ({ ...fault })) }),
    };
  }
}

/** Refuses a request for its content; the first fault is the detail. */
export function invalidRequest(faults: readonly RequestFault[]): ProblemError {
  return new ProblemError('invalid-request', faults[0]?.detail ?? 'the request is not valid', faults);
}

/** The problem that stands for every error whose text is not for the caller. */
export function internalProblem(): ProblemError {
  return new ProblemError('internal', 'the request was not completed; ask the operator, naming the request id');
}

export function problemResponse(problem: ProblemError, requestId: string | undefined): Response {
  return new Response(JSON.stringify(problem.body(requestId)), {
    status: problem.status,
    headers: { ...problem.headers, 'content-type': PROBLEM_MEDIA_TYPE },
  });
}

/** Place in a JSON document (RFC 6901), as the fragment of a URI. */
export function jsonPointer(path: readonly (string | number)[]): string {
  return `#${path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
}
