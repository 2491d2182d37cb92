import { z } from '@hono/zod-openapi';
import { ProblemError } from './problems';

/** Not checked by the schema: that it is missing is a problem of its own (RFC 6585, 3). */
export const IfMatch = z.object({
  'if-match': z.string().max(64).optional().openapi({
    description: 'The ETag of the object as the caller has seen it; required.',
  }),
});

/** Strong entity tag of an object by its version (RFC 9110, 8.8.3). */
export function entityTag({ version }: { readonly version: number }): string {
  return `"${version}"`;
}

/**
 * The version that `If-Match` names.
 *
 * @param kind what is to be changed
 * @throws {ProblemError} when the header is missing, or is not one entity tag of a version
 */
export function versionOf(ifMatch: string | undefined, kind: 'token' | 'client'): number {
  if (ifMatch === undefined) {
    throw new ProblemError(
      'precondition-required',
      `If-Match is missing, expected the ETag of the ${kind} as it was read`,
    );
  }
  const [, version] = /^"([1-9][0-9]{0,9})"$/.exec(ifMatch.trim()) ?? [];
  if (version === undefined) {
    // A gateway or a cache that compresses makes a weak tag of it, which never matches (RFC 9110, 13.1.1).
    throw new ProblemError('precondition-failed', `If-Match is no ETag of a ${kind}, expected one as "3"`);
  }
  return Number(version);
}
