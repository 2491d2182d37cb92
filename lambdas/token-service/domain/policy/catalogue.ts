import { isPlatformScope } from '../../../lib/platform-scopes';
import type { RequiredField } from '../../../lib/team-record';
import type { Authority } from '../authority/authority';
import { readerOf } from '../authority/authority-of';
import type { Origin } from '../origin';
import type { TokenServicePorts } from '../ports';
import type { TokenSettings } from '../settings';
import { allowsScope, policyOf } from './policy';

/** Every scope that is declared. */
export interface ScopesView {
  readonly scopes: { readonly scope: string; readonly description: string; readonly platform: boolean }[];
}

/** Every tier. */
export interface TiersView {
  readonly tiers: {
    readonly tier: string;
    /** Whether teams choose it for their applications by themselves. */
    readonly forTeams: boolean;
  }[];
}

/** Whose policy is asked for. */
export interface ReadPolicy {
  readonly team?: string | undefined;
  readonly application?: string | undefined;
}

/** What a token has to meet to be issued by the caller. */
export interface PolicyView {
  /** @default - the policy of the platform alone */
  readonly team?: string | undefined;
  readonly maxLifetimeSeconds: number;
  readonly defaultLifetimeSeconds: number;
  readonly requiredFields: RequiredField[];
  /** Declared scopes that the policy allows and the caller may grant. */
  readonly scopes: string[];
  /** Tiers that an application may be given by the caller. */
  readonly tiers: string[];
}

/** What may be asked for, so that a form shows only what would be accepted. */
export class Catalogue {
  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
  ) {}

  scopes(): ScopesView {
    const scopes = Object.entries(this.settings.scopes);
    return {
      scopes: scopes.map(([scope, description]) => ({ scope, description, platform: isPlatformScope(scope) })),
    };
  }

  tiers(): TiersView {
    const { tiers, policy: { teamTiers = [] } = {} } = this.settings;
    return { tiers: tiers.map((tier) => ({ tier, forTeams: teamTiers.includes(tier) })) };
  }

  /** @throws {Fault} when there is no such team or application, or the caller has no role there */
  async policy(query: ReadPolicy, { caller }: Origin): Promise<PolicyView> {
    const authority = readerOf(caller, this.settings, this.ports);
    const team = await this.teamOf(query, authority);
    const policy = policyOf(this.settings, team === undefined ? undefined : (await authority.teamNamed(team))?.policy);
    const { maxLifetimeSeconds, defaultLifetimeSeconds, requiredFields } = policy;
    const scopes = Object.keys(this.settings.scopes);
    return {
      ...(team === undefined ? {} : { team }),
      maxLifetimeSeconds,
      defaultLifetimeSeconds,
      requiredFields: [...requiredFields],
      scopes: scopes.filter((scope) => allowsScope(policy, scope) && authority.mayGrant(scope)),
      tiers: this.tiersFor(authority),
    };
  }

  private async teamOf(query: ReadPolicy, authority: Authority): Promise<string | undefined> {
    if (query.team === undefined && query.application === undefined) {
      return undefined;
    }
    const listed = await authority.listed('policy.read', query);
    return listed.of === 'all' ? undefined : listed.team;
  }

  private tiersFor({ actsForAllApplications, caller }: Authority): string[] {
    const { tiers, policy: { teamTiers = [] } = {} } = this.settings;
    if (actsForAllApplications) {
      return [...tiers];
    }
    return tiers.filter((tier) => (caller.application === undefined ? teamTiers.includes(tier) : tier === caller.tier));
  }
}
