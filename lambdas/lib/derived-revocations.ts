import { isOfLineage, markOf } from './lineage';
import type { RevocationEntry, SourceCuts } from './revocation';
import { type Revocable, type RevocationSet, revocationSet } from './revocation-set';
import { applicationOfSources, sourceOf, sourcesOfApplication, sourcesOfType, typeOfSource } from './token-source';

/**
 * A set that refuses tokens of the platform's own issuer by what they were derived from, too.
 *
 * What says that a source has ended, or may do less, ends what was derived before. And a revocation of an API token, of its application or of one of its
 * ancestors ends what was derived from it before that revocation was made, whichever tokens it means: the token endpoint asks the set before it derives
 * anything, so that a source which is not meant has a new access token at once.
 *
 * An API token that such an access token issued ends with the source, too, unless a person issued it. It lives no longer than its issuer, so that the source
 * is noted for long enough.
 */
export function derivedRevocationSet(
  entries: readonly RevocationEntry[],
  sources: SourceCuts | undefined = {},
): RevocationSet {
  const all = revocationSet(entries);
  const before = new Map(Object.entries(sources));
  let newest = 0;
  for (const { kind, value, issuedBefore = Number.POSITIVE_INFINITY, createdAt } of entries) {
    newest = Math.max(newest, createdAt);
    if (kind === 'source') {
      before.set(value, Math.max(issuedBefore, before.get(value) ?? 0));
    }
  }

  /** Whether its source was ended, by itself or together with others. */
  function isCut(issuedAt: number, source: string, application: string | undefined): boolean {
    const type = typeOfSource(source);
    return [
      source,
      type && sourcesOfType(type),
      application === undefined ? undefined : sourcesOfApplication(application),
    ].some((name) => name !== undefined && issuedAt < (before.get(name) ?? 0));
  }

  let cutMarks: ReadonlyMap<string, number> | undefined;

  /** Whether something was ended that its source was derived from, by a name of a source or of an application. */
  function isLineageCut(issuedAt: number, lineage: readonly string[]): boolean {
    // Hashes of as many names as there are, which only tokens with a line pay for.
    cutMarks ??= marksOf(before);
    const marks = cutMarks;
    return lineage.some((mark) => issuedAt < (marks.get(mark) ?? 0));
  }

  /** Whether a revocation since means the API token that it was derived from, or something that this comes from. */
  function isMeantSince({ issuedAt, source, application, lineage = [] }: Revocable): boolean {
    return (
      issuedAt <= newest &&
      entries.some(
        (entry) =>
          issuedAt <= entry.createdAt &&
          ((entry.kind === 'token' && sourceOf('token', entry.value) === source) ||
            (entry.kind === 'client' && entry.issuer === undefined && entry.value === application) ||
            (entry.kind !== 'source' && isOfLineage(entry, lineage))),
      )
    );
  }

  return {
    refuses: (token) => {
      const { source, issuedAt, application, ancestors, lineage = [] } = token;
      return (
        all.refuses(token) ||
        // What people issue stands by itself; what a client's token issued ends with the client.
        ancestors?.some(
          (one) => one.source !== undefined && !one.person && isCut(one.issuedAt, one.source, one.application),
        ) ||
        (source !== undefined &&
          (isCut(issuedAt, source, application) ||
            (lineage.length > 0 && isLineageCut(issuedAt, lineage)) ||
            (typeOfSource(source) === 'token' && isMeantSince(token))))
      );
    },
  };
}

/** Marks of the names of sources that were ended, with the time before which what was derived is meant. */
function marksOf(cuts: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const marks = new Map<string, number>();
  for (const [name, time] of cuts) {
    // A lineage names applications as they are.
    const mark = markOf(applicationOfSources(name) ?? name);
    marks.set(mark, Math.max(time, marks.get(mark) ?? 0));
  }
  return marks;
}
