import type { Caller } from '../../lib/caller';
import { isLiteralScope, TOKEN_SERVICE_SCOPES } from '../../lib/platform-scopes';
import { NO_TOKEN_ID, type RevocationItem } from '../../lib/revocation';
import { revocationSet } from '../../lib/revocation-set';
import { mayGrant } from '../../lib/scopes';
import { ADMINISTRATION_APPLICATION, type Ancestor, MAX_ANCESTORS, type TokenRecord } from '../../lib/token-record';
import { Fault } from './fault';
import type { TokenServicePorts } from './ports';
import { entriesInForce } from './revocation-entries';
import type { TokenSettings } from './settings';

/** Written as createdBy of tokens that were made by a direct invocation. No principal has this text. */
export const DIRECT_INVOCATION = 'direct-invocation';

/**
 * What a caller may do to tokens: never more than its own token may, in any dimension, unless the platform's own scopes say so
 * by their exact names. An administrator, whose token was made by a direct invocation of the function, has no bounds.
 */
export class Authority {
  constructor(
    readonly caller: Caller,
    /** Record of the caller's API token. */
    private readonly record: TokenRecord | undefined,
    /** The set of revocations as it was read with it. */
    readonly revocations: RevocationItem | undefined,
  ) {}

  get isAdministrator(): boolean {
    return this.record !== undefined && isAdministratorToken(this.record);
  }

  /** Whether the caller may act for every application, with any team and tier. */
  get actsForAllApplications(): boolean {
    return this.holds(TOKEN_SERVICE_SCOPES.applications);
  }

  /** Whether the caller may revoke what is not its own. */
  get revokesAll(): boolean {
    return this.holds(TOKEN_SERVICE_SCOPES.revocations);
  }

  /** Moment until which what the caller issues may live, in epoch seconds. */
  get latestExpiry(): number | undefined {
    if (this.isAdministrator) {
      return undefined;
    }
    return this.record === undefined ? this.caller.expiresAt : endOf(this.caller, this.record);
  }

  /** Networks within which a token that the caller issues may be used; empty means any. */
  get cidrs(): readonly string[] {
    return this.isAdministrator ? [] : (this.record?.cidrs ?? []);
  }

  mayGrant(scope: string): boolean {
    return isLiteralScope(scope) ? this.holds(scope) : mayGrant(this.caller.scopes, [scope]);
  }

  /** Whether a token is the caller's own one. */
  isOwn({ id }: Pick<TokenRecord, 'id'>): boolean {
    return this.record?.id === id;
  }

  /** Whether a token is of the caller's application, or was derived from the caller's. */
  reaches({ application, ancestors = [] }: Pick<TokenRecord, 'application' | 'ancestors'>): boolean {
    return (
      (application === this.caller.application && application !== ADMINISTRATION_APPLICATION) ||
      ancestors.some(({ authMethod, issuer, subject, tokenId }) => {
        const { caller } = this;
        const isOfIssuer = authMethod === caller.authMethod && issuer === caller.issuer;
        // Tokens without an id are told apart by their subject alone.
        return isOfIssuer && tokenId === caller.tokenId && (tokenId !== NO_TOKEN_ID || subject === caller.subject);
      })
    );
  }

  /**
   * Ancestors of what the caller issues.
   *
   * @throws {Fault} when the line is as long as it may be
   */
  line(): readonly Ancestor[] {
    const before = this.record?.ancestors ?? [];
    if (before.length >= MAX_ANCESTORS) {
      throw new Fault(
        'too-many-ancestors',
        `the caller's token has ${before.length} ancestors, a token with ${MAX_ANCESTORS} issues no other`,
      );
    }
    return [...before, { ...ancestorOf(this.caller), ...(this.isAdministrator ? { administrator: true } : {}) }];
  }

  private holds(literal: string): boolean {
    return this.isAdministrator || this.caller.scopes.includes(literal);
  }
}

/**
 * Looks the caller up, consistently: what the gateway remembers of a token may be older than its revocation, and a token that is
 * revoked neither issues another nor takes its own revocation back.
 *
 * @throws {Fault} when the caller's token is revoked, disabled, expired or of another environment
 */
export async function authorityOf(
  caller: Caller,
  settings: Pick<TokenSettings, 'environment'>,
  ports: Pick<TokenServicePorts, 'store' | 'now'>,
): Promise<Authority> {
  const isApiToken = caller.authMethod === 'api_token';
  const [record, item] = await Promise.all([
    isApiToken ? ports.store.getToken(caller.tokenId) : undefined,
    ports.store.getRevocations(),
  ]);
  const now = ports.now() / 1000;
  const stands = isApiToken ? record?.status === 'active' && now < endOf(caller, record) : true;
  const revocations = revocationSet(entriesInForce(item, now));
  if (
    !stands ||
    caller.environment !== settings.environment ||
    revocations.refuses({ ...ancestorOf(caller), ancestors: record?.ancestors })
  ) {
    throw new Fault('caller-not-valid', "the caller's token is not valid any more, or is not of this environment");
  }
  return new Authority(caller, record, item);
}

/** When a token ends for a caller, in epoch seconds: an older secret of it is over sooner, and one that is gone is over. */
function endOf({ secretGeneration }: Caller, { generations, expiresAt }: TokenRecord): number {
  if (secretGeneration === undefined) {
    return expiresAt;
  }
  const generation = generations.find(({ number }) => number === secretGeneration);
  return generation === undefined ? 0 : Math.min(expiresAt, generation.graceUntil ?? expiresAt);
}

/** Whether a token was made for an administrator by a direct invocation. */
export function isAdministratorToken({ application }: Pick<TokenRecord, 'application'>): boolean {
  // Nobody issues for this application over HTTP.
  return application === ADMINISTRATION_APPLICATION;
}

function ancestorOf(caller: Caller): Ancestor {
  const { authMethod, issuer, subject, tokenId, application, clientId, keyId, issuedAt } = caller;
  return {
    authMethod,
    issuer,
    subject,
    tokenId,
    ...(application === undefined ? {} : { application }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(keyId === undefined ? {} : { keyId }),
    issuedAt,
  };
}
