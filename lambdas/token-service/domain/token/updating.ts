import type { TokenRecord } from '../../../lib/token-record';
import { readNetwork } from '../cidr';
import type { UpdateToken } from '../commands';
import { Fault, type FaultDetail, refuseAny } from '../fault';
import { beyondCaller } from '../issuing/bounds';
import { scopeFaults } from '../issuing/request-checks';
import type { Origin } from '../origin';
import { type BrokenRule, blockingRules, brokenRules, type Policy, policyOf } from '../policy/policy';
import { epochSeconds, type ItemChanges, type TokenServicePorts } from '../ports';
import { dropKeptResults } from '../revocation/kept-results';
import type { Sources } from '../revocation/sources';
import { isNarrower, sourceOfToken } from '../revocation/token-sources';
import type { TokenSettings } from '../settings';
import { existingTeam } from '../teams/open-team';
import { type ChangedTokenView, isoTime, shownStatus, tokenView } from '../views';
import type { Permission, TokenChanges } from './token-changes';

/** Members by which a token is judged: what gateways keep may be older. */
const JUDGED = ['scopes', 'cidrs', 'expiresAt', 'notBefore', 'status', 'blocked'] as const;

/** Changes what a token may do and what is said of it, and pauses it. Neither its secrets nor anything that is not named is touched. */
export class Updating {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
    private readonly tokens: TokenChanges,
    private readonly sources: Sources,
  ) {}

  /**
   * Changes the members that a command names, of the version that the caller has seen.
   *
   * @throws {Fault} when there is no such token, it has another version, the caller may not do this, the token is revoked or expired, or a
   * member is not valid, wider than the caller, or against the policy of the team
   */
  async update(id: string, version: number, command: UpdateToken, origin: Origin): Promise<ChangedTokenView> {
    const decide = async (found: TokenRecord, permission: Permission) => {
      refuseOtherVersion(found, version);
      const now = epochSeconds(this.ports);
      refuseEnded(found, now);
      const changes = changesOf(found, command);
      if (Object.keys(changes).length === 0) {
        return undefined;
      }
      const wanted = { ...found, ...changes } as TokenRecord;
      refuseAny('command-not-valid', [
        ...scopeFaults(changes.scopes ?? [], this.settings.scopes),
        ...timeFaults(command, wanted, now),
      ]);
      refuseWider(permission, found, changes);
      const policy = await this.policyOf(found);
      refuseAny('command-not-valid', ruleFaults(policy, wanted, changes, now));
      return { changes: { ...changes, ...stillBlocked(found, policy, wanted, now) } };
    };
    const { token, before } = await this.tokens.change(id, 'token.update', origin, decide, this.following(origin));
    return this.view(token, before !== undefined && isNarrower(token, before));
  }

  /**
   * Pauses a token: every API refuses it until it is enabled. When it is paused already, nothing changes.
   *
   * @throws {Fault} when there is no such token, the caller may not do this, or the token is revoked
   */
  disable(id: string, origin: Origin): Promise<ChangedTokenView> {
    return this.setStatus(id, 'disabled', 'token.disable', origin);
  }

  /**
   * Ends the pause of a token. Its times and its policy hold as before: what has expired stays expired, what is blocked stays blocked.
   *
   * @throws {Fault} when there is no such token, the caller may not do this, or the token is revoked
   */
  enable(id: string, origin: Origin): Promise<ChangedTokenView> {
    return this.setStatus(id, 'active', 'token.enable', origin);
  }

  private async setStatus(
    id: string,
    status: 'active' | 'disabled',
    action: 'token.disable' | 'token.enable',
    origin: Origin,
  ): Promise<ChangedTokenView> {
    const decide = async (found: TokenRecord) => {
      if (found.status === 'revoked') {
        throw new Fault('not-in-this-state', 'the token is revoked for good; issue another');
      }
      return found.status === status ? undefined : { changes: { status } };
    };
    const { token, before } = await this.tokens.change(id, action, origin, decide, this.following(origin));
    if (status === 'disabled' && before === undefined) {
      // What follows may have broken off the first time.
      await this.sources.end([sourceOfToken(token)]);
    }
    return this.view(token, status === 'disabled');
  }

  private async policyOf({ team }: TokenRecord): Promise<Policy> {
    const stored = team === undefined ? undefined : await existingTeam(this.ports.teams, team, false);
    return policyOf(this.settings, stored?.policy);
  }

  /** What follows from a change: gateways drop what they keep, and what was derived from a token that may do less ends. */
  private following(origin: Origin): (token: TokenRecord, before: TokenRecord) => Promise<void> {
    return async (token, before) => {
      const { id, application } = token;
      const changed = Object.keys(token).filter(
        (name) =>
          JSON.stringify(token[name as keyof TokenRecord]) !== JSON.stringify(before[name as keyof TokenRecord]),
      );
      this.ports.log({
        level: 'info',
        evt: 'token.update',
        fields: {
          tokenId: id,
          application,
          status: token.status,
          actor: origin.caller.principal,
          requestId: origin.requestId,
        },
      });
      if (JUDGED.some((name) => changed.includes(name) || (name in before && !(name in token)))) {
        await dropKeptResults(this.ports, this.settings, origin.requestId);
      }
      if (isNarrower(token, before)) {
        await this.sources.end([sourceOfToken(token)]);
      }
    };
  }

  /** @param isNarrower whether the change ended what was derived from the token */
  private view(token: TokenRecord, isNarrower: boolean): ChangedTokenView {
    const { recordSeconds, setSeconds } = this.settings.revocationBounds ?? {};
    const effectiveWithinSeconds = isNarrower && this.sources.areKnown ? setSeconds : recordSeconds;
    return {
      ...tokenView(token, epochSeconds(this.ports)),
      ...(effectiveWithinSeconds === undefined ? {} : { effectiveWithinSeconds }),
    };
  }
}

/** The members that differ from what is stored. */
function changesOf(token: TokenRecord, command: UpdateToken): ItemChanges<TokenRecord> {
  const { name, description, tags, scopes, cidrs, expiresAt, notBefore } = command;
  const wanted: Record<string, unknown> = {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description: description ?? undefined }),
    ...(tags === undefined ? {} : { tags: tags ?? undefined }),
    ...(scopes === undefined ? {} : { scopes: [...new Set(scopes)] }),
    ...(cidrs === undefined ? {} : { cidrs: [...new Set(cidrs.flatMap((text) => readNetwork(text) ?? []))] }),
    ...(expiresAt === undefined ? {} : { expiresAt: secondsOf(expiresAt) }),
    ...(notBefore === undefined ? {} : { notBefore: notBefore === null ? undefined : secondsOf(notBefore) }),
  };
  const stored = token as unknown as Readonly<Record<string, unknown>>;
  const changed = Object.entries(wanted).filter(([member, value]) => !isSame(stored[member], value));
  return Object.fromEntries(changed) as ItemChanges<TokenRecord>;
}

/** The order of scopes, networks and tags says nothing. */
function isSame(stored: unknown, wanted: unknown): boolean {
  return JSON.stringify(ordered(stored)) === JSON.stringify(ordered(wanted));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) {
    return [...value].sort();
  }
  return typeof value === 'object' && value !== null ? Object.entries(value).sort() : value;
}

/** @throws {Fault} when somebody changed the token since the caller saw it */
function refuseOtherVersion({ version }: TokenRecord, seen: number): void {
  if (version !== seen) {
    throw new Fault(
      'other-version',
      `the token has the version ${version}, the request is about version ${seen}: read the token again and decide anew`,
    );
  }
}

/** No change revives a token. */
function refuseEnded(token: TokenRecord, now: number): void {
  const status = shownStatus(token, now);
  if (status === 'revoked' || status === 'expired') {
    const why = status === 'revoked' ? 'is revoked for good' : `expired at ${isoTime(token.expiresAt)}`;
    throw new Fault('not-in-this-state', `the token ${why}; issue another`);
  }
}

function timeFaults({ expiresAt, notBefore }: UpdateToken, wanted: TokenRecord, now: number): FaultDetail[] {
  const faults: FaultDetail[] = [];
  if (expiresAt !== undefined && wanted.expiresAt <= now) {
    faults.push({ path: ['expiresAt'], text: `expiresAt is "${expiresAt}", expected a time to come` });
  }
  if (typeof notBefore === 'string' && (wanted.notBefore ?? now) < now) {
    faults.push({ path: ['notBefore'], text: `notBefore is "${notBefore}", expected no time in the past` });
  }
  const isChanged = expiresAt !== undefined || typeof notBefore === 'string';
  if (isChanged && wanted.notBefore !== undefined && wanted.notBefore >= wanted.expiresAt) {
    const member = typeof notBefore === 'string' ? 'notBefore' : 'expiresAt';
    faults.push({
      path: [member],
      text: `${member} leaves no time in which the token is valid, expected notBefore before expiresAt`,
    });
  }
  return faults;
}

/**
 * What a change adds, the caller has to hold. What it takes away or leaves as it is needs no more than the right to change the token.
 *
 * @throws {Fault} when the token would be wider than the caller
 */
function refuseWider(
  { authority, ground }: Permission,
  token: TokenRecord,
  { scopes = token.scopes, cidrs, expiresAt }: ItemChanges<TokenRecord>,
): void {
  const excess = scopes.filter((scope) => !token.scopes.includes(scope) && !authority.mayGrant(scope));
  if (excess.length > 0) {
    throw new Fault('scope-not-held', `the caller does not hold ${excess.join(', ')}, so it cannot grant that`);
  }
  // Whoever changes it: what ends a line is forgotten when the first of the line has expired.
  if (expiresAt !== undefined && expiresAt > token.expiresAt && hasBindingAncestor(token)) {
    const text = `expiresAt is "${isoTime(expiresAt)}", expected no later time than "${isoTime(token.expiresAt)}": the token was issued by another one, which it may not outlive`;
    throw new Fault('wider-than-caller', text, [{ path: ['expiresAt'], text }]);
  }
  if (!ground.standsByItself) {
    const later = expiresAt !== undefined && expiresAt > token.expiresAt;
    const faults = beyondCaller(authority, { expiresAt: expiresAt ?? token.expiresAt, cidrs: cidrs ?? token.cidrs });
    refuseAny(
      'wider-than-caller',
      faults.filter(({ path: [member] }) => (member === 'expiresAt' ? later : cidrs !== undefined)),
    );
  }
}

/** Members that the rules of a policy are about. */
function memberOf({ detail }: BrokenRule): string {
  return detail.path[0];
}

/** A change may not break a rule. A rule that was broken before, by members that it leaves alone, is not its business. */
function ruleFaults(
  policy: Policy,
  wanted: TokenRecord,
  changes: ItemChanges<TokenRecord>,
  now: number,
): FaultDetail[] {
  return brokenRules(policy, wanted, now).flatMap((broken) => (memberOf(broken) in changes ? [broken.detail] : []));
}

/** A token that was blocked is not when it meets its policy again. No change of something else blocks one. */
function stillBlocked(token: TokenRecord, policy: Policy, wanted: TokenRecord, now: number): ItemChanges<TokenRecord> {
  if (token.blocked === undefined) {
    return {};
  }
  const reasons = blockingRules(policy, wanted, now);
  return { blocked: reasons.length === 0 ? undefined : { ...token.blocked, reasons } };
}

function secondsOf(text: string): number {
  return Math.floor(Date.parse(text) / 1000);
}

/** Whether a token ends with one that issued it; what administrators and people issue stands by itself. */
function hasBindingAncestor({ ancestors = [] }: TokenRecord): boolean {
  return ancestors.some(({ administrator, person }) => !administrator && !person);
}
