import { hashApiToken } from '../../lib/api-token';
import type { LogMetrics } from '../../lib/log';
import { TOKEN_SERVICE_SCOPES } from '../../lib/platform-scopes';
import { ADMINISTRATION_APPLICATION, type TokenRecord, tokenKey } from '../../lib/token-record';
import type { TokenServiceConfig } from '../config';
import type { Caller } from '../http/caller';
import { invalidRequest, ProblemError, type RequestFault } from '../http/problems';
import type {
  ApplicationView,
  IssuedTokenView,
  IssueTokenRequest,
  ListTokensQuery,
  RegisterApplicationRequest,
  TokenPageView,
  TokenView,
} from '../http/schemas';
import { Applications, refuseOtherTeam } from './applications';
import { type Authority, authorityOf, DIRECT_INVOCATION, isAdministratorToken } from './authority';
import { widerThan } from './bounds';
import { readNetwork } from './cidr';
import { readCursor, writeCursor } from './cursor';
import { type Lifetime, lifetimeOf } from './lifetime';
import type { TokenServicePorts } from './ports';
import type { Revocations } from './revocations';
import { isKnownScope } from './scope-catalogue';
import { applicationView, tokenView } from './views';

const DEFAULT_PAGE = 20;

/** How often a token is drawn again because its id is taken: once in 62^16 is already a fault of the generator. */
const DRAWS = 3;

/** Everything of a new token but its secret. */
type TokenDraft = Omit<
  TokenRecord,
  'pk' | 'entity' | 'id' | 'environment' | 'status' | 'createdAt' | 'generations' | 'version'
>;

/** What can be done to tokens and applications. Callers are already known to hold the scope of the operation. */
export class Tokens {
  private readonly applications: Applications;

  constructor(
    private readonly config: TokenServiceConfig,
    private readonly ports: TokenServicePorts,
    private readonly revocations: Revocations,
  ) {
    this.applications = new Applications(config, ports);
  }

  /**
   * Issues a token. It is in the table before it is in the answer.
   *
   * @throws {ProblemError} when the request is not valid, asks for more than the caller holds, or contradicts the
   * application's tier or team
   */
  async issue(request: IssueTokenRequest, caller: Caller, requestId: string | undefined): Promise<IssuedTokenView> {
    const authority = await authorityOf(caller, this.config, this.ports);
    const { lifetime, faults } = lifetimeOf(request, this.config, this.now(), authority.latestExpiry);
    const allFaults = [
      ...this.scopeFaults(request.scopes),
      ...this.tierFaults(request.tier),
      ...reservedFaults(request.application, { pointer: '#/application' }),
      ...faults,
    ];
    if (allFaults.length > 0) {
      throw invalidRequest(allFaults);
    }
    const excess = request.scopes.filter((scope) => !authority.mayGrant(scope));
    if (excess.length > 0) {
      throw new ProblemError(
        'scope-not-held',
        `the caller does not hold ${excess.join(', ')}, so it cannot grant that`,
      );
    }
    const wider = widerThan(authority, { ...request, expiresAt: lifetime.expiresAt });
    if (wider.length > 0) {
      throw new ProblemError('wider-than-caller', wider[0]?.detail ?? 'the request is wider than the caller', wider);
    }
    const ancestors = authority.line();
    const draft = await this.draft(request, lifetime, authority);
    const { token, record } = await this.store({ ...draft, ancestors });
    this.logIssue(record, requestId);
    return { token, ...tokenView(record, this.now()) };
  }

  /**
   * Issues a token that may do everything, for the operator who sets a platform up.
   *
   * @param lifetimeSeconds already checked
   */
  async issueAdministratorToken(
    name: string,
    lifetimeSeconds: number,
    requestId: string | undefined,
  ): Promise<IssuedTokenView> {
    const { token, record } = await this.store({
      name,
      application: ADMINISTRATION_APPLICATION,
      scopes: ['*'],
      cidrs: [],
      createdBy: DIRECT_INVOCATION,
      expiresAt: this.now() + lifetimeSeconds,
    });
    this.logIssue(record, requestId);
    return { token, ...tokenView(record, this.now()) };
  }

  /** @throws {ProblemError} when the cursor is none of this list */
  async list(query: ListTokensQuery): Promise<TokenPageView> {
    const { application, cursor, limit = DEFAULT_PAGE } = query;
    const after = cursor === undefined ? undefined : readCursor(cursor, application);
    const { tokens, next } = await this.ports.store.listTokens({ application, limit, after });
    const now = this.now();
    return {
      tokens: tokens.map((token) => tokenView(token, now)),
      ...(next === undefined ? {} : { nextCursor: writeCursor(next, application) }),
    };
  }

  /** @throws {ProblemError} when there is no such token */
  async get(id: string): Promise<TokenView> {
    const token = await this.ports.store.getToken(id);
    if (!token) {
      throw noSuchToken();
    }
    return tokenView(token, this.now());
  }

  /**
   * Revokes a token for good. Revoking it again gives the record of the first time.
   *
   * What it issued is revoked with it.
   *
   * @throws {ProblemError} when there is no such token, or the caller may not revoke it
   */
  async revoke(id: string, caller: Caller, requestId: string | undefined): Promise<TokenView> {
    const authority = await authorityOf(caller, this.config, this.ports);
    const found = await this.ports.store.getToken(id);
    if (!found) {
      throw noSuchToken();
    }
    refuseToRevoke(authority, found);
    // What the token issued ends first: were the function to stop in between, the same request again does the rest.
    // A set that is full must not keep a token alive: the record is revoked in any case, and the caller told.
    const failure = await this.revocations.endDescendants(found, authority).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const result = await this.ports.store.revokeToken(id, { revokedAt: this.now(), revokedBy: caller.principal });
    if (!result) {
      throw noSuchToken();
    }
    const { token, revoked } = result;
    if (revoked) {
      this.ports.log({
        level: 'info',
        evt: 'token.revoke',
        fields: { tokenId: id, application: token.application, actor: caller.principal, requestId },
        metrics: this.count('TokensRevoked'),
      });
    }
    if (failure) {
      throw failure.error;
    }
    return tokenView(token, this.now());
  }

  /**
   * @throws {ProblemError} when the tier is unknown, the application has another tier or team, or is not the caller's to register
   */
  async register(
    application: string,
    request: RegisterApplicationRequest,
    caller: Caller,
  ): Promise<{ readonly view: ApplicationView; readonly created: boolean }> {
    const faults = [...this.tierFaults(request.tier), ...reservedFaults(application, { parameter: 'application' })];
    if (faults.length > 0) {
      throw invalidRequest(faults);
    }
    const authority = await authorityOf(caller, this.config, this.ports);
    const isOwn = application === caller.application && request.tier === caller.tier;
    if (!authority.actsForAllApplications && !(isOwn && (request.team ?? caller.team) === caller.team)) {
      throw new ProblemError(
        'wider-than-caller',
        `the caller may register its own application with its own tier and team, others need ${TOKEN_SERVICE_SCOPES.applications}`,
      );
    }
    const result = await this.applications.ensure({ application, ...request }, { attachAgain: true });
    return { view: applicationView(result.application), created: result.created };
  }

  private async draft(request: IssueTokenRequest, lifetime: Lifetime, authority: Authority): Promise<TokenDraft> {
    const { name, application, description, tags } = request;
    const metering = await this.metering(request, authority);
    return {
      name,
      application,
      ...(description === undefined ? {} : { description }),
      ...(tags === undefined ? {} : { tags }),
      ...metering,
      scopes: [...new Set(request.scopes)],
      cidrs: [...new Set((request.cidrs ?? []).flatMap((text) => readNetwork(text) ?? []))],
      createdBy: authority.caller.principal,
      ...lifetime,
    };
  }

  /**
   * Team, tier and usage key of a new token. A tier that the request does not name is the application's; whoever issues for its own
   * application alone gives its own.
   */
  private async metering(
    { application, tier, team }: IssueTokenRequest,
    authority: Authority,
  ): Promise<Pick<TokenDraft, 'team' | 'tier' | 'usageKey'>> {
    if (!authority.actsForAllApplications) {
      return this.ownMetering(authority.caller, application);
    }
    const stored = await this.ports.store.getApplication(application);
    if (stored) {
      refuseOtherTeam(stored, team);
    }
    const wanted = tier ?? stored?.tier;
    if (wanted === undefined) {
      const ownTeam = team ?? stored?.team;
      return ownTeam === undefined ? {} : { team: ownTeam };
    }
    const { application: metered } = await this.applications.ensure({ application, tier: wanted, team });
    const ownTeam = team ?? metered.team;
    return {
      tier: metered.tier,
      usageKey: metered.usageKey,
      ...(ownTeam === undefined ? {} : { team: ownTeam }),
    };
  }

  /** Team, tier and usage key of a token whose issuer has no more to give than its own. */
  private async ownMetering(
    { team, tier }: Caller,
    application: string,
  ): Promise<Pick<TokenDraft, 'team' | 'tier' | 'usageKey'>> {
    const ownTeam = team === undefined ? {} : { team };
    if (tier === undefined) {
      return ownTeam;
    }
    const { application: metered } = await this.applications.ensure({ application, tier, team });
    return { tier: metered.tier, usageKey: metered.usageKey, ...ownTeam };
  }

  private async store(draft: TokenDraft): Promise<{ readonly token: string; readonly record: TokenRecord }> {
    const pepper = await this.ports.pepper();
    const createdAt = this.now();
    for (let draw = 0; draw < DRAWS; draw++) {
      const { token, id } = this.ports.newToken();
      const hash = hashApiToken(pepper.key, token);
      const record: TokenRecord = {
        pk: tokenKey(id),
        entity: 'token',
        id,
        environment: this.config.environment,
        status: 'active',
        createdAt,
        generations: [{ number: 1, hash, pepperId: pepper.id, createdAt }],
        version: 1,
        ...draft,
      };
      if (await this.ports.store.addToken(record)) {
        return { token, record };
      }
    }
    throw new Error(`${DRAWS} new tokens in a row had an id that is taken`);
  }

  private scopeFaults(scopes: readonly string[]): RequestFault[] {
    return scopes.flatMap((scope, index) =>
      isKnownScope(scope, this.config.scopes)
        ? []
        : [
            {
              pointer: `#/scopes/${index}`,
              detail: `scopes.${index} is "${scope}", expected one of ${Object.keys(this.config.scopes).join(', ')}, or a wildcard over them`,
            },
          ],
    );
  }

  private tierFaults(tier: string | undefined): RequestFault[] {
    if (tier === undefined || this.config.tiers.includes(tier)) {
      return [];
    }
    const known = this.config.tiers.length === 0 ? 'no tier, there are none' : `one of ${this.config.tiers.join(', ')}`;
    return [{ pointer: '#/tier', detail: `tier is "${tier}", expected ${known}` }];
  }

  private logIssue(record: TokenRecord, requestId: string | undefined): void {
    const { id, application, tier, createdBy, expiresAt } = record;
    this.ports.log({
      level: 'info',
      evt: 'token.issue',
      fields: { tokenId: id, application, tier, actor: createdBy, expiresAt, requestId },
      metrics: this.count('TokensIssued'),
    });
  }

  private count(metric: string): LogMetrics {
    return {
      namespace: this.config.metricsNamespace,
      dimensions: { Service: 'token-service', Stage: this.config.environment },
      dimensionSets: [['Service', 'Stage']],
      values: { [metric]: { unit: 'Count', value: 1 } },
    };
  }

  /** Epoch seconds. */
  private now(): number {
    return Math.floor(this.ports.now() / 1000);
  }
}

function reservedFaults(application: string, place: Omit<RequestFault, 'detail'>): RequestFault[] {
  return application === ADMINISTRATION_APPLICATION
    ? [{ ...place, detail: `application is "${application}", which is reserved for administrator tokens` }]
    : [];
}

/** Whoever lacks the scope for others revokes tokens of its own application, and what was derived from its own. */
function refuseToRevoke(authority: Authority, token: TokenRecord): void {
  if (isAdministratorToken(token) && !authority.isAdministrator) {
    throw new ProblemError('protected', 'an administrator alone revokes the token of one');
  }
  if (!authority.revokesAll && !authority.reaches(token)) {
    throw new ProblemError(
      'wider-than-caller',
      `the caller may revoke tokens of its own application, others need ${TOKEN_SERVICE_SCOPES.revocations}`,
    );
  }
}

function noSuchToken(): ProblemError {
  // The id is not repeated: somebody may have put a whole token there.
  return new ProblemError('not-found', 'no token has this id');
}
