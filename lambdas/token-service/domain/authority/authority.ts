import type { Caller } from '../../../lib/caller';
import { isLiteralScope, TOKEN_SERVICE_SCOPES } from '../../../lib/platform-scopes';
import { NO_TOKEN_ID, type RevocationItem } from '../../../lib/revocation';
import { mayGrant } from '../../../lib/scopes';
import { memberIdOf, type TeamRecord } from '../../../lib/team-record';
import {
  ADMINISTRATION_APPLICATION,
  type Ancestor,
  type ApplicationRecord,
  MAX_ANCESTORS,
  type TokenRecord,
} from '../../../lib/token-record';
import { Fault } from '../fault';
import type { TokenStore } from '../ports';
import type { TeamStore } from '../teams/team-store';
import type { Action } from './actions';
import { isAdministratorToken } from './administrators';
import { ancestorOf, endOf } from './caller-token';
import { missing } from './missing';
import { isReading, RIGHTS, reachOf, whoMay } from './rights';
import { DEFAULT_TEAM, PLATFORM_ROLES, type PlatformRole, type Role, type TeamRole } from './roles';

/** What an object belongs to: a token or an application as it is stored, or a team. */
export interface Belonging {
  /** @default - the team of what names none */
  readonly team?: string | undefined;
  /** Absent for a team itself. */
  readonly application?: string | undefined;
  /** Ids of the members that maintain the application. @default - they are read when it depends on them */
  readonly maintainers?: readonly string[] | undefined;
  /** What a token was derived from. */
  readonly ancestors?: readonly Ancestor[] | undefined;
}

/** By what a caller may do something. */
export interface Ground {
  /** `issuer` of a token that was derived from the caller's; `anyone` where every valid caller may. */
  readonly role: Role | 'issuer' | 'anyone';
  /**
   * Whether what the caller makes stands by itself. A person acts by a role and leaves something that outlives the session; a token leaves
   * nothing that is wider or lives longer than itself.
   */
  readonly standsByItself: boolean;
}

/** What a list may hold: everything, or what belongs to a team or to an application. */
export type Listed =
  | { readonly of: 'all' }
  | { readonly of: 'team'; readonly team: string }
  | { readonly of: 'application'; readonly application: string; readonly team: string };

/** Where roles are kept. */
type RoleSource = Pick<TeamStore, 'getTeam' | 'getTeamsOf'> & Pick<TokenStore, 'getApplication'>;

/** Everything that is known of a caller when a request begins. */
export interface CallerFacts {
  readonly caller: Caller;
  /** Record of the caller's API token. */
  readonly record: TokenRecord | undefined;
  /** The set of revocations as it was read with it. */
  readonly revocations: RevocationItem | undefined;
  /** Principals that the configuration makes operators and auditors. */
  readonly named: { readonly operators: readonly string[]; readonly auditors: readonly string[] };
}

/**
 * What a caller may do: by the roles that it has for an object, and never more than its own token may in any dimension, unless it acts by a
 * role that stands by itself.
 */
export class Authority {
  readonly caller: Caller;
  readonly revocations: RevocationItem | undefined;
  /** Roles for every team. */
  readonly platformRoles: readonly PlatformRole[];
  /** Id as a member of teams; absent for whoever is no person, and so has no role in any. */
  readonly memberId: string | undefined;
  /** Record of the caller's API token; absent for access tokens, and where the caller was not looked up. */
  readonly record: TokenRecord | undefined;
  private readonly teams = new Map<string, Promise<TeamRecord | undefined>>();
  private readonly applications = new Map<string, Promise<ApplicationRecord | undefined>>();

  constructor(
    facts: CallerFacts,
    private readonly source: RoleSource,
  ) {
    const { caller, record, revocations, named } = facts;
    this.caller = caller;
    this.record = record;
    this.revocations = revocations;
    // A token that is bound to an application acts for it alone, also where a person signed in to get it.
    const isPerson = caller.authMethod === 'access_token' && caller.application === undefined;
    this.memberId = isPerson ? memberIdOf(caller.principal) : undefined;
    const has: Readonly<Record<PlatformRole, boolean>> = {
      operator: this.isAdministrator || (isPerson && named.operators.includes(caller.principal)),
      auditor: isPerson && named.auditors.includes(caller.principal),
      registrar: caller.scopes.includes(TOKEN_SERVICE_SCOPES.applications),
      revoker: caller.scopes.includes(TOKEN_SERVICE_SCOPES.revocations),
    };
    this.platformRoles = PLATFORM_ROLES.filter((role) => has[role]);
  }

  get isAdministrator(): boolean {
    // Without the record the authorizer's word counts: it read the record, and no issuer speaks for that application.
    const { authMethod, application = '' } = this.caller;
    return authMethod === 'api_token' && isAdministratorToken(this.record ?? { application });
  }

  /** Whether a token is the caller's own one. */
  isOwn({ id }: Pick<TokenRecord, 'id'>): boolean {
    return this.record?.id === id;
  }

  /** Whether the caller may act for every application, with any team and tier. */
  get actsForAllApplications(): boolean {
    return this.has('operator') || this.has('registrar');
  }

  /** Whether the caller may revoke what is not its own. */
  get revokesAll(): boolean {
    return this.has('operator') || this.has('revoker');
  }

  /** Moment until which what the caller issues may live where it does not stand by itself, in epoch seconds. */
  get latestExpiry(): number | undefined {
    if (this.isAdministrator) {
      return undefined;
    }
    return this.record === undefined ? this.caller.expiresAt : endOf(this.caller, this.record);
  }

  /** Networks within which a token that the caller issues may be used where it does not stand by itself; empty means any. */
  get cidrs(): readonly string[] {
    return this.isAdministrator ? [] : (this.record?.cidrs ?? []);
  }

  mayGrant(scope: string): boolean {
    return isLiteralScope(scope) ? this.holds(scope) : mayGrant(this.caller.scopes, [scope]);
  }

  /** Whether a token is of the caller's application, or was derived from the caller's. */
  reaches({ application, ancestors = [] }: Belonging): boolean {
    return (
      (application === this.caller.application &&
        application !== undefined &&
        application !== ADMINISTRATION_APPLICATION) ||
      this.isAncestor(ancestors)
    );
  }

  /** By what the caller may do something to an object; `undefined` when it may not. Without an object, the action is about none. */
  async ground(action: Action, object?: Belonging): Promise<Ground | undefined> {
    for (const role of await this.rolesFor(object)) {
      if (await this.reachesBy(role, action, object)) {
        return { role, standsByItself: role !== 'application' && role !== 'registrar' && role !== 'revoker' };
      }
    }
    if (RIGHTS[action].issuer && this.isAncestor(object?.ancestors)) {
      return { role: 'issuer', standsByItself: false };
    }
    return RIGHTS[action].anyone ? { role: 'anyone', standsByItself: false } : undefined;
  }

  async may(action: Action, object?: Belonging): Promise<boolean> {
    return (await this.ground(action, object)) !== undefined;
  }

  /**
   * Refuses what the caller may not do.
   *
   * @throws {Fault} `not-allowed` when the caller may read something of the object; where it may read nothing there, the fault of an object
   * that does not exist
   */
  async require(action: Action, object?: Belonging): Promise<Ground> {
    const ground = await this.ground(action, object);
    if (ground) {
      return ground;
    }
    if (object === undefined || (await this.sees(object))) {
      throw new Fault('not-allowed', `the caller may not do ${action}, which needs ${whoMay(action)}`);
    }
    throw missing(action);
  }

  /**
   * What a list of the caller may hold.
   *
   * @param wanted what the request asks for
   * @throws {Fault} when the caller may not read that, has no role in any team, or has to say which of its teams it means
   */
  async listed(action: Action, wanted: Pick<Belonging, 'team' | 'application'> = {}): Promise<Listed> {
    const { application } = wanted;
    if (application !== undefined) {
      const stored = await this.applicationNamed(application);
      const isOwn = application === this.caller.application;
      const team = stored?.team ?? (isOwn ? this.caller.team : undefined) ?? DEFAULT_TEAM;
      if (wanted.team !== undefined && wanted.team !== team) {
        throw missing('application.read');
      }
      await this.require(action, { team, application });
      return { of: 'application', application, team };
    }
    if (wanted.team !== undefined) {
      await this.require(action, { team: wanted.team });
      return { of: 'team', team: wanted.team };
    }
    if (await this.may(action)) {
      return { of: 'all' };
    }
    if (this.caller.application !== undefined) {
      return this.listed(action, { application: this.caller.application });
    }
    const teams = await this.teamNames();
    const [team] = teams;
    if (team === undefined) {
      throw new Fault('not-allowed', `the caller has no role in any team; ${action} needs ${whoMay(action)}`);
    }
    if (teams.length > 1) {
      const text = `team is missing, expected one of ${teams.join(', ')}`;
      throw new Fault('command-not-valid', text, [{ path: ['team'], text }]);
    }
    await this.require(action, { team });
    return { of: 'team', team };
  }

  /** The caller's role in a team. */
  async roleIn(team: string): Promise<TeamRole | undefined> {
    const { memberId } = this;
    return memberId === undefined ? undefined : (await this.teamNamed(team))?.members[memberId]?.role;
  }

  /** A team as it was when the caller's role in it was looked up. */
  teamNamed(name: string): Promise<TeamRecord | undefined> {
    return remembered(this.teams, name, () => this.source.getTeam(name));
  }

  /** Names of the teams that the caller has a role in, in the order of the alphabet. */
  async teamNames(): Promise<string[]> {
    const { memberId } = this;
    if (memberId === undefined) {
      return [];
    }
    const hinted = await this.source.getTeamsOf(memberId);
    const roles = await Promise.all(hinted.map(async (name) => [name, await this.roleIn(name)] as const));
    return roles.flatMap(([name, role]) => (role === undefined ? [] : [name])).sort();
  }

  /**
   * Ancestors of what the caller issues.
   *
   * @param standsByItself whether the caller acts by a role that leaves what stands by itself
   * @throws {Fault} when the line is as long as it may be
   */
  line(standsByItself = this.isAdministrator): readonly Ancestor[] {
    const before = this.record?.ancestors ?? [];
    if (before.length >= MAX_ANCESTORS) {
      throw new Fault(
        'too-many-ancestors',
        `the caller's token has ${before.length} ancestors, a token with ${MAX_ANCESTORS} issues no other`,
      );
    }
    const kind = this.isAdministrator ? { administrator: true } : standsByItself ? { person: true } : {};
    return [...before, { ...ancestorOf(this.caller), ...kind }];
  }

  /** Whether the caller may read anything of what an object belongs to. */
  private async sees(object: Belonging): Promise<boolean> {
    for (const action of SEEING) {
      if (await this.may(action, object)) {
        return true;
      }
    }
    return false;
  }

  /** Roles that the caller has for an object, the widest first. */
  private async rolesFor(object: Belonging | undefined): Promise<readonly Role[]> {
    const isOfAdministrators = object?.application === ADMINISTRATION_APPLICATION;
    const inTeam = object && !isOfAdministrators ? await this.roleIn(object.team ?? DEFAULT_TEAM) : undefined;
    return [
      ...this.platformRoles.filter((role) => role === 'operator'),
      ...(inTeam === undefined ? [] : [inTeam]),
      ...this.platformRoles.filter((role) => role !== 'operator'),
      ...(this.caller.application === undefined || this.isAdministrator ? [] : ['application' as const]),
    ];
  }

  private async reachesBy(role: Role, action: Action, object: Belonging | undefined): Promise<boolean> {
    switch (reachOf(role, action)) {
      case 'all':
        return true;
      case 'own team':
        return object !== undefined;
      case 'maintained applications':
        return object?.application !== undefined && this.maintains(object.application, object.maintainers);
      case 'own application':
        return object?.application !== undefined && object.application === this.caller.application;
      default:
        return false;
    }
  }

  private async maintains(application: string, known: readonly string[] | undefined): Promise<boolean> {
    const maintainers = known ?? (await this.applicationNamed(application))?.maintainers ?? [];
    return this.memberId !== undefined && maintainers.includes(this.memberId);
  }

  /** An application as it was when the caller's rights were looked up. */
  private applicationNamed(name: string): Promise<ApplicationRecord | undefined> {
    return remembered(this.applications, name, () => this.source.getApplication(name));
  }

  private isAncestor(ancestors: readonly Ancestor[] = []): boolean {
    const { caller } = this;
    return ancestors.some(({ authMethod, issuer, subject, tokenId }) => {
      const isOfIssuer = authMethod === caller.authMethod && issuer === caller.issuer;
      // Tokens without an id are told apart by their subject alone.
      return isOfIssuer && tokenId === caller.tokenId && (tokenId !== NO_TOKEN_ID || subject === caller.subject);
    });
  }

  private has(role: PlatformRole): boolean {
    return this.platformRoles.includes(role);
  }

  private holds(literal: string): boolean {
    return this.isAdministrator || this.caller.scopes.includes(literal);
  }
}

/** Reading an object itself; whoever may do none of these does not learn that it exists. */
const SEEING: readonly Action[] = (Object.keys(RIGHTS) as Action[]).filter(
  (action) => isReading(action) && !RIGHTS[action].anyone,
);

function remembered<T>(known: Map<string, Promise<T>>, name: string, read: () => Promise<T>): Promise<T> {
  const found = known.get(name) ?? read();
  known.set(name, found);
  return found;
}
