import { randomUUID } from 'node:crypto';
import {
  DescribeSecretCommand,
  InvalidRequestException,
  RotateSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { CliError } from './errors';
import { callAws, refusedByAws } from './platform';
import { rotationStatus, type StatusClients } from './secret-status';

/** How a rotation ended, as far as it was waited for. */
export type RotationOutcome = 'rotated' | 'started' | 'abandoned' | 'unfinished';

export interface RotateOptions {
  readonly secret: string;
  /** Waits until the new version is current. */
  readonly wait: boolean;
  /** Time to wait, in seconds. */
  readonly timeoutSeconds: number;
  /** Told what happens. */
  readonly progress: (line: string) => void;
  /** Time between two looks, in milliseconds. @default 1000 */
  readonly pollMs?: number;
}

/** Time within which a label that was set is seen everywhere (Secrets Manager is eventually consistent). */
const VISIBLE_MS = 10_000;

/** How often a rotation is begun while one before it is just ending, and how long between, in milliseconds. */
const ATTEMPTS = 10;
const RETRY_MS = 200;

/** Labels of a secret's versions. */
interface Labels {
  readonly current: string | undefined;
  readonly pending: string | undefined;
}

/**
 * Has Secrets Manager rotate a secret now. One that is under way already is waited for instead, and where that comes to
 * nothing, as the test of a new configuration does, a new one is begun.
 *
 * Needs `secretsmanager:RotateSecret` and `DescribeSecret` on the secret.
 *
 * @throws {CliError} when Secrets Manager refuses
 */
export async function rotateNow(client: SecretsManagerClient, options: RotateOptions): Promise<RotationOutcome> {
  const { secret, wait, timeoutSeconds, progress } = options;
  const until = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const begun = await begin(client, secret);
    progress(
      begun.own
        ? `${secret}: rotation to version ${begun.token} started`
        : `${secret}: version ${begun.token} is pending from before; Secrets Manager goes on with it`,
    );
    if (!wait) return 'started';
    const outcome = await waitFor(client, begun.token, until, options);
    if (begun.own || outcome !== 'abandoned') return outcome;
  }
}

/**
 * Asks the rotation function whether the last rotation is long enough ago. Where it cannot be asked Secrets Manager decides:
 * the function then postpones what is too early.
 *
 * Needs `lambda:InvokeFunction` on the rotation function.
 *
 * @throws {CliError} with the reason, when it is too early
 */
export async function refuseTooEarly(clients: StatusClients, secret: string): Promise<void> {
  const status = await rotationStatus(clients, secret);
  const { tooEarly } = status ?? {};
  if (tooEarly === undefined) return;
  const when = tooEarly.until === undefined ? '' : `; it may from ${tooEarly.until}`;
  throw new CliError(`${secret} was not rotated, because it is too early: ${tooEarly.reason}${when}`);
}

/** Why a rotation came to nothing, as the rotation function has it on record; `undefined` when it does not say. */
export async function reasonOf(clients: StatusClients, secret: string): Promise<string | undefined> {
  const status = await rotationStatus(clients, secret);
  return status?.postponed?.reason ?? status?.problems.find((problem) => problem.startsWith('the rotation of '));
}

/** Begins a rotation, or names the version of one that is not complete and that Secrets Manager tries again. */
async function begin(
  client: SecretsManagerClient,
  secret: string,
  attempt = 1,
): Promise<{ token: string; own: boolean }> {
  const token = randomUUID();
  await labelsOf(client, secret);
  try {
    await client.send(new RotateSecretCommand({ SecretId: secret, ClientRequestToken: token }));
    return { token, own: true };
  } catch (error) {
    if (!(error instanceof InvalidRequestException)) throw refusedByAws(`rotate ${secret}`, error);
    const { current, pending } = await labelsOf(client, secret);
    if (pending !== undefined && pending !== current) return { token: pending, own: false };
    // It has ended since, as the test of a new configuration does: nothing is in the way any more.
    if (attempt >= ATTEMPTS || !/previous rotation/i.test(error.message)) throw refusedByAws(`rotate ${secret}`, error);
    await new Promise((next) => setTimeout(next, RETRY_MS));
    return begin(client, secret, attempt + 1);
  }
}

/** Looks at the labels: Secrets Manager tells of failures in events only, and tries again by itself for a while. */
async function waitFor(
  client: SecretsManagerClient,
  token: string,
  until: number,
  { secret, timeoutSeconds, progress, pollMs = 1000 }: RotateOptions,
): Promise<RotationOutcome> {
  const visibleBy = Date.now() + VISIBLE_MS;
  let promoted = false;
  let seen = false;
  for (;;) {
    const { current, pending } = await labelsOf(client, secret);
    if (current === token && !promoted) {
      promoted = true;
      progress(`${secret}: version ${token} is current`);
    }
    // The label goes when Secrets Manager has finished, or stays on the version that is current.
    if (promoted && (pending === undefined || pending === token)) return 'rotated';
    seen ||= pending === token;
    if (!promoted && pending !== token && (seen || Date.now() > visibleBy)) {
      progress(`${secret}: version ${token} was given up, the version in use stays (see the rotation function's log)`);
      return 'abandoned';
    }
    if (Date.now() >= until) {
      progress(`${secret}: version ${token} is not finished after ${timeoutSeconds} s, the version in use works on`);
      return 'unfinished';
    }
    await new Promise((next) => setTimeout(next, pollMs));
  }
}

async function labelsOf(client: SecretsManagerClient, secret: string): Promise<Labels> {
  const described = await callAws(`describe the secret ${secret}`, () =>
    client.send(new DescribeSecretCommand({ SecretId: secret })),
  );
  if (described.RotationEnabled !== true) {
    throw new CliError(`${secret} is not rotated: apply the platform's stack first`);
  }
  const holder = (label: string) =>
    Object.entries(described.VersionIdsToStages ?? {}).find(([, labels]) => labels.includes(label))?.[0];
  return { current: holder('AWSCURRENT'), pending: holder('AWSPENDING') };
}
