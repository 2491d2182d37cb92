import { ProblemError } from './problems';

/** Strong entity tag of an object by its version (RFC 9110, 8.8.3). */
export function entityTag({ version }: { readonly version: number }): string {
  return `"${version}"`;
}

/**
 * The version that `If-Match` names.
 *
 * @throws {ProblemError} when the header is missing, or is not one entity tag of a version
 */
export function versionOf(ifMatch: string | undefined): number {
  if (ifMatch === undefined) {
    throw new ProblemError(
      'precondition-required',
      'If-Match is missing, expected the ETag of the token as it was read',
    );
  }
  const [, version] = /^"([1-9][0-9]{0,9})"$/.exec(ifMatch.trim()) ?? [];
  if (version === undefined) {
    // A gateway or a cache that compresses makes a weak tag of it, which never matches (RFC 9110, 13.1.1).
    throw new ProblemError('precondition-failed', 'If-Match is no ETag of a token, expected one as "3"');
  }
  return Number(version);
}
