import { awsRequest } from '../../lib/aws-request';
import { parsePepperDocument, pepperKeys } from '../../lib/pepper';
import { refreshedValue } from '../../lib/refreshed-value';
import type { CurrentPepper } from '../domain/ports';

/**
 * How long a pepper is used before it is read again, in milliseconds. Tokens may be hashed with the pepper before for
 * as long after a rotation, which readers accept as a retired one. The rotation reckons with this and the time of a
 * request (`writerCacheSeconds` of the pepper).
 */
const FRESH_MS = 60_000;

/** Where the pepper is. */
export interface PepperSecret {
  readonly region: string;
  /** Name or ARN of the secret. */
  readonly secret: string;
}

/**
 * Reads the current pepper from Secrets Manager, at most once a minute. A failed read is not remembered, and never
 * answered with an older pepper.
 */
export function secretsManagerPepper(options: PepperSecret, now: () => number): () => Promise<CurrentPepper> {
  const pepper = refreshedValue({ clock: now, read: () => readPepper(options), freshMs: FRESH_MS });
  return async () => pepper.get();
}

async function readPepper({ region, secret }: PepperSecret): Promise<CurrentPepper> {
  const answer = await awsRequest({
    service: 'secretsmanager',
    region,
    operation: 'GetSecretValue',
    // By its label: the resource policy of a rotated secret refuses whoever might mean another version.
    input: { SecretId: secret, VersionStage: 'AWSCURRENT' },
    idempotent: true,
  });
  return currentPepper(answer, secret);
}

function currentPepper(answer: unknown, secret: string): CurrentPepper {
  const text = (answer as { SecretString?: unknown }).SecretString;
  if (typeof text !== 'string') {
    throw new Error(`secret ${secret} has no text value, expected a pepper document`);
  }
  const document = parsePepperDocument(text);
  const { id } = document.payload.current;
  const others = new Map(pepperKeys(document));
  const key = others.get(id);
  if (!key) {
    throw new Error(`secret ${secret} has no key for its current pepper`);
  }
  others.delete(id);
  return { id, key, ...(others.size === 0 ? {} : { others }) };
}
