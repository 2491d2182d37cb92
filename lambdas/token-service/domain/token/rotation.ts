import { hashApiToken } from '../../../lib/api-token';
import { generationEnd } from '../../../lib/generation-end';
import type { SecretGeneration, TokenRecord } from '../../../lib/token-record';
import type { RotateToken } from '../commands';
import { Fault, refuseAny } from '../fault';
import type { Repeatable } from '../idempotency/requests';
import { beyondCaller } from '../issuing/bounds';
import { countOf } from '../metrics';
import type { Origin } from '../origin';
import { epochSeconds, type TokenServicePorts } from '../ports';
import { dropKeptResults } from '../revocation/kept-results';
import type { Sources } from '../revocation/sources';
import { endsSecretSoon, sourceOfToken } from '../revocation/token-sources';
import type { TokenSettings } from '../settings';
import { refuseArchivedApplication } from '../teams/open-team';
import { type ChangedTokenView, isoTime, type RotatedTokenView, shownStatus, tokenView } from '../views';
import { newestFirst, overlapping, withGraceEnded, withNewestReplaced, withNewSecret } from './generations';
import type { Permission, TokenChanges } from './token-changes';

/** Overlap of a rotation that does not say, where the platform says none either, in seconds: a day. */
export const DEFAULT_OVERLAP_SECONDS = 86_400;

/** Gives tokens new secrets. A token keeps its id, its expiry and everything else. */
export class Rotation {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
    private readonly tokens: TokenChanges,
    private readonly sources: Sources,
  ) {}

  /**
   * Gives a token a new secret, which is in the table before it is in the answer. The secret before it is accepted for the overlap.
   *
   * @throws {Fault} when there is no such token, the caller may not do this, the token is not active, or two secrets are accepted already
   */
  async rotate(id: string, command: RotateToken, origin: Origin): Promise<RotatedTokenView> {
    refuseContradictions(command);
    const { overlapSeconds = this.settings.defaultOverlapSeconds ?? DEFAULT_OVERLAP_SECONDS } = command;
    const overlap = { seconds: overlapSeconds, startsAtFirstUse: command.startsAtFirstUse ?? false };
    const pepper = await this.ports.pepper();
    const made = this.ports.newToken(id);
    const { repeatable } = origin;
    const secret = {
      hash: hashApiToken(pepper.key, made.token),
      pepperId: pepper.id,
      ...(repeatable === undefined ? {} : { request: repeatable.key }),
    };
    const decide = async (found: TokenRecord, permission: Permission) => {
      const now = epochSeconds(this.ports);
      if (isRotatedBy(found, secret, repeatable)) {
        return undefined;
      }
      refuseUnlessActive(found, now);
      // What is archived gets no new secret; what it has goes on until it is revoked.
      refuseArchivedApplication(await this.ports.store.getApplication(found.application));
      refuseWiderSecret(permission, found);
      if (command.replaceNewest) {
        return withNewestReplaced(found, secret, now);
      }
      refuseThirdSecret(found, now);
      return withNewSecret(found, secret, overlap, now);
    };
    const follow = this.following('token.rotate', origin);
    const { token, before } = await this.tokens.change(id, 'token.rotate', origin, decide, follow);
    if (before === undefined) {
      // It was done before, and what follows may have broken off.
      await follow(token, undefined);
    }
    // A secret that an attempt before has made is lost: nobody knows it any more.
    const isShown = token.generations.some(({ hash }) => hash === secret.hash);
    if (repeatable !== undefined) {
      repeatable.wasDone = !isShown;
    }
    return { ...(isShown ? { token: made.token } : {}), ...this.view(token, before) };
  }

  /**
   * Ends the secret before the newest at once. When none is accepted any more, it changes nothing.
   *
   * @throws {Fault} when there is no such token, or the caller may not do this
   */
  async endGrace(id: string, origin: Origin): Promise<ChangedTokenView> {
    const decide = async (found: TokenRecord) =>
      found.status === 'revoked' ? undefined : withGraceEnded(found, epochSeconds(this.ports));
    const follow = this.following('token.end-grace', origin);
    const { token, before } = await this.tokens.change(id, 'token.end-grace', origin, decide, follow);
    if (before === undefined) {
      await this.sources.end([sourceOfToken(token)]);
    }
    return this.view(token, before);
  }

  /** What follows from a change: gateways drop what they keep, and what was derived by a secret that ends sooner ends. */
  private following(
    evt: string,
    origin: Origin,
  ): (token: TokenRecord, before: TokenRecord | undefined) => Promise<void> {
    return async (token, before) => {
      this.log(evt, token, origin);
      await dropKeptResults(this.ports, this.settings, origin.requestId);
      if (this.endsDerived(token, before)) {
        await this.sources.end([sourceOfToken(token)]);
      }
    };
  }

  /** Whether a change ends what was derived from the token, or did so when it was made. */
  private endsDerived(token: TokenRecord, before: TokenRecord | undefined): boolean {
    return before === undefined || endsSecretSoon(token, before, epochSeconds(this.ports));
  }

  private view(token: TokenRecord, before: TokenRecord | undefined): ChangedTokenView {
    const { recordSeconds, setSeconds } = this.settings.revocationBounds ?? {};
    const isInSet = this.sources.areKnown && this.endsDerived(token, before);
    const effectiveWithinSeconds = isInSet ? setSeconds : recordSeconds;
    return {
      ...tokenView(token, epochSeconds(this.ports)),
      ...(effectiveWithinSeconds === undefined ? {} : { effectiveWithinSeconds }),
    };
  }

  private log(evt: string, { id, application, generations }: TokenRecord, { caller, requestId }: Origin): void {
    const secretGeneration = Math.max(...generations.map(({ number }) => number));
    this.ports.log({
      level: 'info',
      evt,
      fields: { tokenId: id, application, secretGeneration, actor: caller.principal, requestId },
      ...(evt === 'token.rotate' ? { metrics: countOf('TokensRotated', this.settings) } : {}),
    });
  }
}

function refuseContradictions({ replaceNewest, overlapSeconds, startsAtFirstUse }: RotateToken): void {
  const given = { overlapSeconds, startsAtFirstUse };
  const names = replaceNewest ? (['overlapSeconds', 'startsAtFirstUse'] as const) : [];
  refuseAny(
    'command-not-valid',
    names
      .filter((name) => given[name] !== undefined)
      .map((name) => ({
        path: [name],
        text: `${name} is ${given[name]}, expected none with replaceNewest: the secret before the newest keeps its end`,
      })),
  );
}

/**
 * Whether the token has its secret already: the write was done and its answer was lost, or an attempt before has done it.
 *
 * @throws {Fault} when an attempt before may have done it, and the token has got another secret since
 */
function isRotatedBy(
  token: TokenRecord,
  { hash }: Pick<SecretGeneration, 'hash'>,
  repeatable: Repeatable | undefined,
): boolean {
  if (token.generations.some((generation) => generation.hash === hash || isOf(generation, repeatable))) {
    return true;
  }
  const [newest] = newestFirst(token);
  if (repeatable?.isTakenUp && newest !== undefined && newest.number > 1 && newest.createdAt >= repeatable.since) {
    throw new Fault(
      'not-in-this-state',
      `the token has got the secret of generation ${newest.number} since this request came for the first time; read the token, and rotate it with another Idempotency-Key if that is still wanted`,
    );
  }
  return false;
}

function isOf({ request }: SecretGeneration, repeatable: Repeatable | undefined): boolean {
  return repeatable !== undefined && request === repeatable.key;
}

/** What a rotation cannot mend: it revives nothing. */
function refuseUnlessActive(token: TokenRecord, now: number): void {
  const status = shownStatus(token, now);
  const whys = {
    revoked: 'the token is revoked for good; issue another',
    expired: `the token expired at ${isoTime(token.expiresAt)}; issue another`,
    disabled: 'the token is disabled; enable it first',
    blocked: 'the token is blocked, because it does not meet the policy of its team; change it so that it does first',
  };
  if (status !== 'active' && status !== 'not-yet-valid') {
    throw new Fault('not-in-this-state', whys[status]);
  }
}

function refuseThirdSecret(token: TokenRecord, now: number): void {
  const older = overlapping(token, now);
  if (older !== undefined) {
    const until = isoTime(generationEnd(token, older));
    throw new Fault(
      'overlap-running',
      `the secret of generation ${older.number} is accepted until ${until} at the latest; end it with end-grace, or send replaceNewest if the newest secret was lost`,
    );
  }
}

/** Whoever rotates gets the secret, and so everything that the token may do: what it may not issue it may not rotate. */
function refuseWiderSecret({ authority, ground }: Permission, token: TokenRecord): void {
  if (authority.isOwn(token)) {
    const [newest] = newestFirst(token);
    if (authority.caller.secretGeneration !== newest?.number) {
      throw new Fault(
        'wider-than-caller',
        'the caller has an older secret of the token, only the newest may rotate it',
      );
    }
    return;
  }
  const excess = token.scopes.filter((scope) => !authority.mayGrant(scope));
  if (excess.length > 0) {
    throw new Fault(
      'scope-not-held',
      `the token holds ${excess.join(', ')}, which the caller does not, so it cannot rotate it`,
    );
  }
  if (!ground.standsByItself) {
    refuseAny('wider-than-caller', beyondCaller(authority, token));
  }
}
