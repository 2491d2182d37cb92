import { type ClientRecord, MOST_CLIENT_KEYS } from '../../../lib/client-record';
import { withSecrets } from '../../../lib/token-record';
import type { Action } from '../authority/actions';
import { readNetwork } from '../cidr';
import { Fault, type FaultDetail, refuseAny } from '../fault';
import type { Origin } from '../origin';
import { epochSeconds, type ItemChanges, type TokenServicePorts } from '../ports';
import type { TokenSettings } from '../settings';
import { withoutAbsent } from '../views';
import { type ClientChanges, refuseWiderClient } from './client-changes';
import { clientFaults, hasSecretMethod, policyFaults } from './client-checks';
import type { AddClientKey, UpdateClient } from './client-commands';
import { unique } from './client-registration';
import { type ChangedClientView, changedClientView } from './client-views';
import { isFault, isSameKey, readPublicKey } from './public-keys';

/** Members by which a client proves who it is. */
const PROVING = ['authMethods', 'certificate'] as const;

/** Changes what a client may do and how it proves who it is, pauses and removes it. Its secrets are not touched but by removal. */
export class ClientUpdating {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
    private readonly clients: ClientChanges,
  ) {}

  /**
   * Changes the members that a command names, of the version that the caller has seen.
   *
   * @throws {Fault} when there is no such client, it has another version, the caller may not do this, the client is removed, or a member is not
   * valid, wider than the caller, or against the policy of the team
   */
  async update(id: string, version: number, command: UpdateClient, origin: Origin): Promise<ChangedClientView> {
    const { client } = await this.clients.change(id, 'client.update', origin, async (found, { authority, policy }) => {
      if (found.version !== version) {
        throw new Fault(
          'other-version',
          `the client has the version ${found.version}, the request is about version ${version}: read the client again and decide anew`,
        );
      }
      const changes = changesOf(found, command);
      if (Object.keys(changes).length === 0) {
        return undefined;
      }
      const wanted = { ...found, ...changes } as ClientRecord;
      refuseAny('command-not-valid', [
        ...clientFaults(wanted, this.settings).filter((fault) => concerns(fault, changes)),
        ...policyFaults(policy, wanted).filter((fault) => concerns(fault, changes)),
      ]);
      if (PROVING.some((name) => name in changes)) {
        refuseWiderClient(authority, wanted);
      }
      // What a change adds the caller has to hold; what it leaves as it is needs no more than the right to change the client.
      const added = wanted.scopes.filter((scope) => !found.scopes.includes(scope) && !authority.mayGrant(scope));
      if (added.length > 0) {
        throw new Fault('scope-not-held', `the caller does not hold ${added.join(', ')}, so it cannot grant that`);
      }
      // A secret that no method takes any more would come back to life with the method.
      return hasSecretMethod(wanted) || found.generations.length === 0 ? changes : { ...changes, ...withSecrets([]) };
    });
    return changedClientView(client, this.settings);
  }

  /**
   * Gives a client another public key. A key that it has changes nothing.
   *
   * @throws {Fault} when there is no such client, the caller may not do this, the key is not good, or the client has no place for it
   */
  async addKey(id: string, { jwk }: AddClientKey, origin: Origin): Promise<ChangedClientView> {
    const { client } = await this.clients.change(id, 'client.add-key', origin, async (found, { authority }) => {
      refuseWiderClient(authority, found);
      const key = readPublicKey(jwk, ['jwk'], epochSeconds(this.ports));
      if (isFault(key)) {
        throw new Fault('command-not-valid', key.text, [key]);
      }
      if (found.keys.some((other) => other.kid === key.kid && isSameKey(other, key))) {
        return undefined;
      }
      if (found.keys.some((other) => other.kid === key.kid || isSameKey(other, key))) {
        throw new Fault(
          'not-in-this-state',
          `the client has a key of the name ${key.kid}, or this key by another name; remove that one first`,
        );
      }
      if (found.keys.length >= MOST_CLIENT_KEYS) {
        throw new Fault(
          'not-in-this-state',
          `the client has ${found.keys.length} keys, allowed are ${MOST_CLIENT_KEYS}; remove one first`,
        );
      }
      return { keys: [...found.keys, key] };
    });
    return changedClientView(client, this.settings);
  }

  /**
   * Takes a public key away.
   *
   * @throws {Fault} when there is no such client or key, or the caller may not do this
   */
  async removeKey(id: string, kid: string, origin: Origin): Promise<ChangedClientView> {
    const { client } = await this.clients.change(id, 'client.remove-key', origin, async (found) => {
      const keys = found.keys.filter((key) => key.kid !== kid);
      if (keys.length < found.keys.length) {
        return { keys };
      }
      if (origin.repeatable?.isTakenUp) {
        return undefined;
      }
      throw new Fault('no-such-key', 'the client has no key of this name');
    });
    return changedClientView(client, this.settings);
  }

  /**
   * Pauses a client: it gets no token until it is enabled, and those that it has are refused. When it is paused already, nothing changes.
   *
   * @throws {Fault} when there is no such client, the caller may not do this, or the client is removed
   */
  disable(id: string, origin: Origin): Promise<ChangedClientView> {
    return this.setStatus(id, 'client.disable', { status: 'disabled' }, origin);
  }

  /**
   * Ends the pause of a client. What it got before stays refused.
   *
   * @throws {Fault} when there is no such client, the caller may not do this, or the client is removed
   */
  enable(id: string, origin: Origin): Promise<ChangedClientView> {
    return this.setStatus(id, 'client.enable', { status: 'active' }, origin);
  }

  /**
   * Removes a client for good, with everything by which it proved who it was. Its record stays, so that lists and the trail name it.
   *
   * @throws {Fault} when there is no such client, or the caller may not do this
   */
  remove(id: string, origin: Origin): Promise<ChangedClientView> {
    const removedAt = epochSeconds(this.ports);
    const credentials = { ...withSecrets([]), keys: [], certificate: undefined };
    return this.setStatus(id, 'client.remove', { status: 'removed', removedAt, ...credentials }, origin);
  }

  private async setStatus(
    id: string,
    action: Action,
    changes: ItemChanges<ClientRecord> & Pick<ClientRecord, 'status'>,
    origin: Origin,
  ): Promise<ChangedClientView> {
    const { client } = await this.clients.change(id, action, origin, async ({ status }) =>
      status === changes.status ? undefined : changes,
    );
    return changedClientView(client, this.settings);
  }
}

/** The members that differ from what is stored. */
function changesOf(client: ClientRecord, command: UpdateClient): ItemChanges<ClientRecord> {
  const { cidrs, certificate, ...others } = command;
  const wanted: Readonly<Record<string, unknown>> = {
    ...others,
    ...(cidrs === undefined ? {} : { cidrs: cidrs.flatMap((text) => readNetwork(text) ?? []) }),
    ...(certificate === undefined ? {} : { certificate: certificate && withoutAbsent(certificate) }),
  };
  const stored = client as unknown as Readonly<Record<string, unknown>>;
  const changed = Object.entries(wanted).flatMap(([name, value]) => {
    if (value === undefined) {
      return [];
    }
    const next = value === null ? undefined : Array.isArray(value) ? unique(value) : value;
    return isSame(stored[name], next) ? [] : [[name, next] as const];
  });
  return Object.fromEntries(changed) as ItemChanges<ClientRecord>;
}

/** The order of scopes, networks and methods says nothing. */
function isSame(stored: unknown, wanted: unknown): boolean {
  const ordered = (value: unknown) => (Array.isArray(value) ? [...value].sort() : value);
  return JSON.stringify(ordered(stored)) === JSON.stringify(ordered(wanted));
}

/** A rule that was broken before, by members that a change leaves alone, is not its business. What a certificate may be its method says. */
function concerns({ path: [member] }: FaultDetail, changes: ItemChanges<ClientRecord>): boolean {
  return member in changes || (PROVING.some((name) => name === member) && PROVING.some((name) => name in changes));
}
