import { hashApiToken } from '../../../lib/api-token';
import { ADMINISTRATION_APPLICATION, type TokenRecord, tokenKey, withSecrets } from '../../../lib/token-record';
import type { Applications } from '../applications/applications';
import type { Authority } from '../authority/authority';
import { authorityOf, DIRECT_INVOCATION } from '../authority/authority-of';
import { DEFAULT_TEAM } from '../authority/roles';
import type { Changes } from '../changes';
import { readNetwork } from '../cidr';
import type { IssueToken } from '../commands';
import { Fault, type FaultDetail, refuseAny } from '../fault';
import { countOf } from '../metrics';
import { type Actor, actorOf, type Origin } from '../origin';
import { brokenRules, policyOf } from '../policy/policy';
import { risksOf } from '../policy/risks';
import { epochSeconds, type TokenServicePorts } from '../ports';
import type { CanaryToken, TokenSettings } from '../settings';
import { tokenState } from '../token-state';
import { type IssuedTokenView, type TokenView, tokenView, type ValidationView } from '../views';
import { widerThan } from './bounds';
import { lifetimeOf } from './lifetime';
import { Meter } from './metering';
import { ownershipOf } from './ownership';
import { applicationFaults, scopeFaults, tierFaults } from './request-checks';

/** How often a token is drawn again because its id is taken: once in 62^16 is already a fault of the generator. */
const DRAWS = 3;

/** Everything of a new token but its secret. */
type TokenDraft = Omit<
  TokenRecord,
  'pk' | 'entity' | 'id' | 'environment' | 'status' | 'createdAt' | 'generations' | 'version'
>;

/** Issues tokens: judges the request against what the caller may do, and stores the record before the token is shown. */
export class Issuing {
  private readonly meter: Meter;

  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
    private readonly applications: Applications,
    private readonly changes: Changes,
  ) {
    this.meter = new Meter(settings, applications);
  }

  /**
   * Issues a token. It is in the table before it is in the answer.
   *
   * @throws {Fault} when the request is not valid, asks for more than the caller holds, or contradicts the application's
   * tier or team
   */
  async issue(request: IssueToken, origin: Origin): Promise<IssuedTokenView | TokenView> {
    const { settings } = this;
    const { caller } = origin;
    const authority = await authorityOf(caller, settings, this.ports);
    const before = await this.issuedBefore(origin);
    if (before !== undefined) {
      return before;
    }
    const { ownership, lifetime, faults, excess, wider } = await this.judge(request, authority);
    const { ground } = ownership;
    refuseAny('command-not-valid', faults);
    if (excess.length > 0) {
      throw new Fault('scope-not-held', `the caller does not hold ${excess.join(', ')}, so it cannot grant that`);
    }
    refuseAny('wider-than-caller', wider);
    const ancestors = authority.line(ground.standsByItself);
    const { name, application, description, tags } = request;
    const metering = await this.meter.meteringOf(request, ownership, origin);
    return this.store(
      {
        name,
        application,
        ...(description === undefined ? {} : { description }),
        ...(tags === undefined ? {} : { tags }),
        ...metering,
        scopes: [...new Set(request.scopes)],
        cidrs: [...new Set((request.cidrs ?? []).flatMap((text) => readNetwork(text) ?? []))],
        createdBy: caller.principal,
        ...lifetime,
        ancestors,
      },
      actorOf(origin),
      origin.repeatable?.madeId,
    );
  }

  /**
   * Says everything that is wrong with a request for a token, and what is risky about it. Nothing is written.
   *
   * @throws {Fault} when the caller's token is not valid any more
   */
  async validate(request: IssueToken, { caller }: Origin): Promise<ValidationView> {
    const authority = await authorityOf(caller, this.settings, this.ports);
    const now = epochSeconds(this.ports);
    try {
      const { ownership, lifetime, faults, excess, wider } = await this.judge(request, authority);
      const all = [
        ...faults,
        ...excess.map(
          (scope): FaultDetail => ({
            path: ['scopes', request.scopes.indexOf(scope)],
            text: `the caller does not hold ${scope}, so it cannot grant that`,
          }),
        ),
        ...wider,
        ...this.meter.faultsOf(request, ownership),
        ...lineFaults(authority, ownership.ground.standsByItself),
      ];
      const lacksUsagePlan = this.settings.tiers.length > 0 && this.meter.tierOf(request, ownership) === undefined;
      const risks = risksOf({ ...request, ...lifetime, lacksUsagePlan }, now);
      return { isValid: all.length === 0, faults: all, risks };
    } catch (error) {
      // Whose the token would be is not known, so that nothing else can be judged.
      if (!(error instanceof Fault)) {
        throw error;
      }
      const faults =
        error.details.length > 0 ? error.details : [{ path: ['application'], text: error.message } as const];
      return { isValid: false, faults, risks: [] };
    }
  }

  private async judge(request: IssueToken, authority: Authority) {
    const { settings } = this;
    refuseAny('command-not-valid', applicationFaults(request.application));
    const ownership = await ownershipOf(request, authority, this.ports);
    const { ground, policy } = { ground: ownership.ground, policy: policyOf(settings, ownership.teamPolicy) };
    const now = epochSeconds(this.ports);
    const latest = ground.standsByItself ? undefined : authority.latestExpiry;
    const { lifetime, faults } = lifetimeOf(request, policy, now, latest);
    return {
      ownership,
      lifetime,
      faults: [
        ...scopeFaults(request.scopes, settings.scopes),
        ...tierFaults(request.tier, settings.tiers),
        ...faults,
        // The lifetime has been judged already, by the member that the request has.
        ...brokenRules(policy, { ...request, ...lifetime }, now).flatMap(({ rule, detail }) =>
          rule === 'max-lifetime' ? [] : [detail],
        ),
      ],
      excess: request.scopes.filter((scope) => !authority.mayGrant(scope)),
      wider: widerThan(authority, ground, { ...request, expiresAt: lifetime.expiresAt }),
    };
  }

  /**
   * Issues a token that may do everything, for the operator who sets a platform up.
   *
   * @param lifetimeSeconds already checked
   */
  issueAdministratorToken(name: string, lifetimeSeconds: number): Promise<IssuedTokenView> {
    return this.store(
      {
        name,
        application: ADMINISTRATION_APPLICATION,
        scopes: ['*'],
        cidrs: [],
        createdBy: DIRECT_INVOCATION,
        expiresAt: epochSeconds(this.ports) + lifetimeSeconds,
      },
      { actor: DIRECT_INVOCATION },
    );
  }

  /** Issues a token of a revocation canary. */
  async issueCanaryToken(
    application: string,
    { scopes, tier }: CanaryToken,
    lifetimeSeconds: number,
  ): Promise<IssuedTokenView> {
    const actor = { actor: DIRECT_INVOCATION };
    const registered = tier && (await this.applications.ensure({ application, tier, team: DEFAULT_TEAM }, actor));
    return this.store(
      {
        name: 'revocation canary',
        application,
        team: DEFAULT_TEAM,
        ...(registered ? { tier: registered.application.tier, usageKey: registered.application.usageKey } : {}),
        scopes,
        cidrs: [],
        createdBy: DIRECT_INVOCATION,
        expiresAt: epochSeconds(this.ports) + lifetimeSeconds,
      },
      actor,
    );
  }

  /** What an attempt before has issued, whose secret nobody knows; `undefined` when there is nothing. */
  private async issuedBefore({ repeatable }: Origin): Promise<TokenView | undefined> {
    const issued = repeatable?.isTakenUp ? await this.ports.store.getToken(repeatable.madeId) : undefined;
    if (repeatable !== undefined) {
      repeatable.wasDone = issued !== undefined;
    }
    return issued && tokenView(issued, epochSeconds(this.ports));
  }

  /** @param wantedId id that was drawn for the token before. @default - it is drawn here */
  private async store(draft: TokenDraft, actor: Actor, wantedId?: string): Promise<IssuedTokenView> {
    const pepper = await this.ports.pepper();
    const createdAt = epochSeconds(this.ports);
    for (let draw = 0; draw < DRAWS; draw++) {
      const { token, id } = this.ports.newToken(wantedId);
      const hash = hashApiToken(pepper.key, token);
      const record: TokenRecord = {
        pk: tokenKey(id),
        entity: 'token',
        id,
        environment: this.settings.environment,
        status: 'active',
        createdAt,
        ...withSecrets([{ number: 1, hash, pepperId: pepper.id, createdAt }]),
        version: 1,
        ...draft,
      };
      const { application, team } = record;
      const change = {
        ...actor,
        action: 'token.issue',
        object: { kind: 'token', id },
        application,
        team,
        after: tokenState(record),
      } as const;
      const added = await this.changes.write(record.pk, change, async (entry) =>
        (await this.ports.store.addToken(record, entry)) ? record : undefined,
      );
      if (added !== undefined) {
        this.log(record, actor.requestId);
        return { token, ...tokenView(record, epochSeconds(this.ports)) };
      }
    }
    throw new Error(`${DRAWS} new tokens in a row had an id that is taken`);
  }

  private log(record: TokenRecord, requestId: string | undefined): void {
    const { id, application, tier, createdBy, expiresAt } = record;
    this.ports.log({
      level: 'info',
      evt: 'token.issue',
      fields: { tokenId: id, application, tier, actor: createdBy, expiresAt, requestId },
      metrics: countOf('TokensIssued', this.settings),
    });
  }
}

/** What keeps a caller from issuing anything. */
function lineFaults(authority: Authority, standsByItself: boolean): FaultDetail[] {
  try {
    authority.line(standsByItself);
    return [];
  } catch (error) {
    if (error instanceof Fault) {
      return [{ path: ['application'], text: error.message }];
    }
    throw error;
  }
}
