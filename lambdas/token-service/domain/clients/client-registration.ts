import { hashApiToken } from '../../../lib/api-token';
import { type ClientRecord, clientKey, clientsOf } from '../../../lib/client-record';
import { type ApplicationRecord, type SecretGeneration, withSecrets } from '../../../lib/token-record';
import type { Authority } from '../authority/authority';
import { authorityOf } from '../authority/authority-of';
import type { Changes } from '../changes';
import { readNetwork } from '../cidr';
import { Fault, refuseAny } from '../fault';
import { applicationFaults } from '../issuing/request-checks';
import { actorOf, type Origin } from '../origin';
import { epochSeconds, type TokenServicePorts } from '../ports';
import type { TokenSettings } from '../settings';
import { withoutAbsent } from '../views';
import { belongingOf, policyOfOpen, storedClient } from './client-changes';
import { clientFaults, hasSecretMethod, policyFaults } from './client-checks';
import type { CreateClient } from './client-commands';
import { clientState } from './client-state';
import { type ClientView, type CreatedClientView, clientView } from './client-views';
import { readPublicKeys } from './public-keys';

/** How often an id is drawn again because it is taken: once in 62^16 is already a fault of the generator. */
const DRAWS = 3;

/** Everything of a new client but its id and its secret. */
type ClientDraft = Omit<ClientRecord, 'pk' | 'id' | 'generations' | 'secrets'>;

/** Registers clients: judges the request against what the caller may do, and stores the record before a secret is shown. */
export class ClientRegistration {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
    private readonly changes: Changes,
  ) {}

  /**
   * Registers a client of an application. Clients do not expire, so that nobody makes one who could not leave behind what stands by itself.
   *
   * @throws {Fault} when the request is not valid, the application is archived or not the caller's to act for, or the client would be wider than
   * the caller or than the policy of its team allows
   */
  async create(command: CreateClient, origin: Origin): Promise<CreatedClientView> {
    const authority = await authorityOf(origin.caller, this.settings, this.ports);
    const before = await this.madeBefore(origin);
    if (before !== undefined) {
      return before;
    }
    refuseAny('command-not-valid', applicationFaults(command.application));
    const application = await this.applicationFor(command, authority);
    const draft = await this.draftOf(command, application, origin);
    const excess = draft.scopes.filter((scope) => !authority.mayGrant(scope));
    if (excess.length > 0) {
      throw new Fault('scope-not-held', `the caller does not hold ${excess.join(', ')}, so it cannot grant that`);
    }
    return this.store(draft, origin);
  }

  private async applicationFor({ application: name }: CreateClient, authority: Authority): Promise<ApplicationRecord> {
    const stored = await this.ports.store.getApplication(name);
    if (stored === undefined) {
      throw noSuchApplication();
    }
    try {
      await authority.require('client.create', belongingOf({ application: name }, stored));
    } catch (error) {
      throw error instanceof Fault && error.code === 'no-such-client' ? noSuchApplication() : error;
    }
    return stored;
  }

  /** @throws {Fault} with everything that is wrong with the request */
  private async draftOf(
    { keys: jwks = [], ...command }: CreateClient,
    application: ApplicationRecord,
    { caller }: Origin,
  ): Promise<ClientDraft> {
    const now = epochSeconds(this.ports);
    const { team } = belongingOf(command, application);
    const policy = await policyOfOpen(application, team, this.settings, this.ports);
    const { keys, faults } = readPublicKeys(jwks, now);
    const draft = withoutAbsent({
      entity: 'client',
      name: command.name,
      description: command.description,
      application: command.application,
      team,
      applicationOf: clientsOf(team),
      environment: this.settings.environment,
      status: 'active',
      authMethods: unique(command.authMethods ?? ['client_secret_basic']),
      grants: unique(command.grants ?? ['client_credentials']),
      scopes: unique(command.scopes),
      resources: command.resources && unique(command.resources),
      keys,
      certificate: command.certificate && withoutAbsent(command.certificate),
      dpopBoundAccessTokens: command.dpopBoundAccessTokens,
      cidrs: unique((command.cidrs ?? []).flatMap((text) => readNetwork(text) ?? [])),
      accessTokenSeconds: command.accessTokenSeconds,
      createdAt: now,
      createdBy: caller.principal,
      version: 1,
    } as const) as ClientDraft;
    refuseAny('command-not-valid', [...clientFaults(draft, this.settings), ...faults, ...policyFaults(policy, draft)]);
    return draft;
  }

  /** What an attempt before has made, whose secret nobody knows; `undefined` when there is nothing. */
  private async madeBefore({ repeatable }: Origin): Promise<ClientView | undefined> {
    const made = repeatable?.isTakenUp ? await storedClient(this.ports, repeatable.madeId) : undefined;
    if (repeatable !== undefined) {
      repeatable.wasDone = made !== undefined;
    }
    return made && clientView(made);
  }

  private async store(draft: ClientDraft, origin: Origin): Promise<CreatedClientView> {
    const pepper = await this.ports.pepper();
    for (let draw = 0; draw < DRAWS; draw++) {
      const { token: secret, id } = this.ports.newClientSecret(origin.repeatable?.madeId);
      const first: SecretGeneration = {
        number: 1,
        hash: hashApiToken(pepper.key, secret),
        pepperId: pepper.id,
        createdAt: draft.createdAt,
      };
      const hasSecret = hasSecretMethod(draft);
      const record: ClientRecord = { pk: clientKey(id), id, ...withSecrets(hasSecret ? [first] : []), ...draft };
      const { application, team } = record;
      const change = {
        ...actorOf(origin),
        action: 'client.create',
        object: { kind: 'client', id },
        application,
        team,
        after: clientState(record),
      } as const;
      const added = await this.changes.write(record.pk, change, async (entry) =>
        (await this.ports.items.add(record, entry)) ? record : undefined,
      );
      if (added !== undefined) {
        const fields = { clientId: id, application, actor: record.createdBy, requestId: origin.requestId };
        this.ports.log({ level: 'info', evt: 'client.create', fields });
        return { ...(hasSecret ? { secret } : {}), ...clientView(record) };
      }
    }
    throw new Error(`${DRAWS} new clients in a row had an id that is taken`);
  }
}

export function unique<T>(list: readonly T[]): readonly T[] {
  return [...new Set(list)];
}

function noSuchApplication(): Fault {
  const text = 'no application is registered by this name, or the caller has no role in its team';
  return new Fault('no-such-application', text, [{ path: ['application'], text }]);
}
