import { TOKEN_SERVICE_SCOPES } from '../../../lib/platform-scopes';
import { NO_TOKEN_ID, type RevocationEntry } from '../../../lib/revocation';
import { ADMINISTRATION_APPLICATION } from '../../../lib/token-record';
import { isAdministratorToken } from '../authority/administrators';
import type { Authority } from '../authority/authority';
import { Fault } from '../fault';
import type { TokenStore } from '../ports';

type Tokens = Pick<TokenStore, 'getToken'>;

/** Which tokens an entry means. */
export type Meaning = Pick<RevocationEntry, 'kind' | 'value'> & { readonly issuer?: string | undefined };

/** Who makes an entry; those who may revoke everything have no share that could be full. */
export function madeBy({ caller, revokesAll }: Authority): Pick<RevocationEntry, 'createdBy' | 'application'> {
  // A caller without an application has a share of its own, with all others that have none.
  return { createdBy: caller.principal, ...(revokesAll ? {} : { application: caller.application ?? '' }) };
}

/**
 * Refuses what would lock administrators out, and what reaches beyond the caller: without the scope for it a caller revokes its
 * own application, its own access tokens, and tokens of its application or derived from its own.
 *
 * @throws {Fault} when the caller may not revoke these tokens
 */
export async function refuseBeyond(
  authority: Authority,
  { kind, value, issuer }: Meaning,
  tokens: Tokens,
): Promise<void> {
  if (kind === 'client' && issuer === undefined && value === ADMINISTRATION_APPLICATION) {
    throw new Fault('protected', 'tokens of administrators are revoked one by one');
  }
  const { caller } = authority;
  const isOfToken = issuer === undefined && (kind === 'token' || kind === 'ancestor');
  const token = isOfToken && !authority.isAdministrator ? await tokens.getToken(value) : undefined;
  if (token && isAdministratorToken(token)) {
    throw new Fault('protected', "only an administrator may revoke an administrator's token, or what it issued");
  }
  const own = {
    token: token !== undefined && authority.reaches(token),
    ancestor: token !== undefined && authority.reaches(token),
    client: issuer === undefined && value === caller.application,
    sub: issuer === caller.issuer && value === caller.subject,
    jti: issuer === caller.issuer && value === caller.tokenId && value !== NO_TOKEN_ID,
    kid: false,
    issuer: false,
    source: false,
  };
  if (!authority.revokesAll && !own[kind]) {
    throw new Fault(
      'wider-than-caller',
      `the caller may revoke its own tokens and those of its application, others need ${TOKEN_SERVICE_SCOPES.revocations}`,
    );
  }
}

/**
 * Refuses to take back an entry that others made against the caller, or one that is final: a token whose record is revoked
 * stays so, and with it what it issued.
 *
 * @throws {Fault} when the entry stays
 */
export async function refuseToTakeBack(authority: Authority, entry: RevocationEntry, tokens: Tokens): Promise<void> {
  await refuseBeyond(authority, entry, tokens);
  if (!authority.revokesAll && entry.createdBy !== authority.caller.principal) {
    throw new Fault(
      'wider-than-caller',
      `the caller may take back what it revoked itself, other revocations need ${TOKEN_SERVICE_SCOPES.revocations}`,
    );
  }
  if (entry.kind === 'token' && (await tokens.getToken(entry.value))?.status === 'revoked') {
    throw new Fault('revoked-for-good', 'the token is revoked for good, and what it issued with it');
  }
}
