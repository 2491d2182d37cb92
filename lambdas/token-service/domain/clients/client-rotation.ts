import { hashApiToken } from '../../../lib/api-token';
import type { ClientRecord } from '../../../lib/client-record';
import type { SecretGeneration } from '../../../lib/token-record';
import { Fault, refuseAny } from '../fault';
import type { Repeatable } from '../idempotency/requests';
import type { Origin } from '../origin';
import { epochSeconds, type TokenServicePorts } from '../ports';
import type { TokenSettings } from '../settings';
import {
  newestFirst,
  overlapping,
  type SecretHolder,
  withGraceEnded,
  withNewestReplaced,
  withNewSecret,
} from '../token/generations';
import { DEFAULT_OVERLAP_SECONDS } from '../token/rotation';
import { isoTime } from '../views';
import { type ClientChanges, refuseWiderClient } from './client-changes';
import { hasSecretMethod } from './client-checks';
import type { RotateClient } from './client-commands';
import { type ChangedClientView, changedClientView, type RotatedClientView } from './client-views';

/** Gives clients new secrets, as tokens get them. A client keeps its id and everything else. */
export class ClientRotation {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
    private readonly clients: ClientChanges,
  ) {}

  /**
   * Gives a client a new secret, which is in the table before it is in the answer. The secret before it is accepted for the overlap.
   *
   * @throws {Fault} when there is no such client, the caller may not do this, the client is not active or authenticates by no secret, or two
   * secrets are accepted already
   */
  async rotate(id: string, command: RotateClient, origin: Origin): Promise<RotatedClientView> {
    const { overlapSeconds, replaceNewest } = command;
    if (replaceNewest && overlapSeconds !== undefined) {
      const text = `overlapSeconds is ${overlapSeconds}, expected none with replaceNewest: the secret before the newest keeps its end`;
      refuseAny('command-not-valid', [{ path: ['overlapSeconds'], text }]);
    }
    const seconds = overlapSeconds ?? this.settings.defaultOverlapSeconds ?? DEFAULT_OVERLAP_SECONDS;
    const pepper = await this.ports.pepper();
    const made = this.ports.newClientSecret(id);
    const { repeatable } = origin;
    const secret = {
      hash: hashApiToken(pepper.key, made.token),
      pepperId: pepper.id,
      ...(repeatable === undefined ? {} : { request: repeatable.key }),
    };
    const { client } = await this.clients.change(id, 'client.rotate', origin, async (found, { authority }) => {
      const now = epochSeconds(this.ports);
      if (isRotatedBy(found, secret.hash, repeatable)) {
        return undefined;
      }
      refuseUnlessActive(found);
      refuseWiderClient(authority, found);
      const holder = holderOf(found);
      if (replaceNewest) {
        return withNewestReplaced(holder, secret, now).changes;
      }
      refuseThirdSecret(holder, now);
      return withNewSecret(holder, secret, { seconds, startsAtFirstUse: false }, now).changes;
    });
    // A secret that an attempt before has made is lost: nobody knows it any more.
    const isShown = client.generations.some(({ hash }) => hash === secret.hash);
    if (repeatable !== undefined) {
      repeatable.wasDone = !isShown;
    }
    return { ...(isShown ? { secret: made.token } : {}), ...changedClientView(client, this.settings) };
  }

  /**
   * Ends the secret before the newest at once. When none is accepted any more, it changes nothing.
   *
   * @throws {Fault} when there is no such client, or the caller may not do this
   */
  async endGrace(id: string, origin: Origin): Promise<ChangedClientView> {
    const { client } = await this.clients.change(
      id,
      'client.end-grace',
      origin,
      async (found) => withGraceEnded(holderOf(found), epochSeconds(this.ports))?.changes,
    );
    return changedClientView(client, this.settings);
  }
}

/** Clients do not expire, and nothing notes the use of their secrets. */
function holderOf({ generations }: ClientRecord): SecretHolder {
  return { generations, expiresAt: Number.POSITIVE_INFINITY };
}

/**
 * Whether the client has its secret already: the write was done and its answer was lost, or an attempt before has done it.
 *
 * @throws {Fault} when an attempt before may have done it, and the client has got another secret since
 */
function isRotatedBy({ generations }: ClientRecord, hash: string, repeatable: Repeatable | undefined): boolean {
  const isOf = ({ request }: SecretGeneration) => repeatable !== undefined && request === repeatable.key;
  if (generations.some((generation) => generation.hash === hash || isOf(generation))) {
    return true;
  }
  const [newest] = newestFirst({ generations });
  if (repeatable?.isTakenUp && newest !== undefined && newest.number > 1 && newest.createdAt >= repeatable.since) {
    throw new Fault(
      'not-in-this-state',
      `the client has got the secret of generation ${newest.number} since this request came for the first time; read the client, and rotate it with another Idempotency-Key if that is still wanted`,
    );
  }
  return false;
}

function refuseUnlessActive(client: ClientRecord): void {
  if (client.status !== 'active') {
    throw new Fault('not-in-this-state', 'the client is disabled; enable it first');
  }
  if (!hasSecretMethod(client)) {
    throw new Fault(
      'not-in-this-state',
      `the client authenticates by ${client.authMethods.join(', ')} and has no secret; add client_secret_basic or client_secret_post to authMethods first`,
    );
  }
}

function refuseThirdSecret(holder: SecretHolder, now: number): void {
  const older = overlapping(holder, now);
  if (older !== undefined) {
    const until = older.graceUntil === undefined ? 'its end' : isoTime(older.graceUntil);
    throw new Fault(
      'overlap-running',
      `the secret of generation ${older.number} is accepted until ${until}; end it with end-grace, or send replaceNewest if the newest secret was lost`,
    );
  }
}
