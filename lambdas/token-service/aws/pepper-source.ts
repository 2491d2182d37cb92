import { awsRequest } from '../../lib/aws-request';
import { findPepper, parsePepperDocument } from '../../lib/pepper';
import type { CurrentPepper } from '../domain/ports';

/**
 * How long a pepper is used before it is read again, in milliseconds. Tokens may be hashed with the pepper before for
 * as long after a rotation, which readers accept as a retired one. The rotation reckons with this and the time of a
 * request (`writerCacheSeconds` of the pepper).
 */
const FRESH_MS = 60_000;

/**
 * Reads the current pepper from Secrets Manager, at most once a minute. A failed read is not remembered, and never
 * answered with an older pepper.
 */
export function secretsManagerPepper(
  options: { readonly region: string; readonly secret: string },
  now: () => number,
): () => Promise<CurrentPepper> {
  let known: { readonly pepper: CurrentPepper; readonly until: number } | undefined;
  return async () => {
    if (known && now() < known.until) {
      return known.pepper;
    }
    // Counted from before the read: what it brings may be as old as that.
    const readAt = now();
    const answer = await awsRequest({
      service: 'secretsmanager',
      region: options.region,
      operation: 'GetSecretValue',
      // By its label: the resource policy of a rotated secret refuses whoever might mean another version.
      input: { SecretId: options.secret, VersionStage: 'AWSCURRENT' },
      idempotent: true,
    });
    const pepper = currentPepper(answer, options.secret);
    known = { pepper, until: readAt + FRESH_MS };
    return pepper;
  };
}

function currentPepper(answer: unknown, secret: string): CurrentPepper {
  const text = (answer as { SecretString?: unknown }).SecretString;
  if (typeof text !== 'string') {
    throw new Error(`secret ${secret} has no text value, expected a pepper document`);
  }
  const document = parsePepperDocument(text);
  const { id } = document.payload.current;
  const key = findPepper(document, id);
  if (!key) {
    throw new Error(`secret ${secret} has no key for its current pepper`);
  }
  return { id, key };
}
