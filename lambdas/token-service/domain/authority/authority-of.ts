import type { Caller } from '../../../lib/caller';
import { derivedRevocationSet } from '../../../lib/derived-revocations';
import { tokenOfSource } from '../../../lib/token-source';
import { Fault } from '../fault';
import type { TokenServicePorts } from '../ports';
import { entriesInForce } from '../revocation-entries';
import type { TokenSettings } from '../settings';
import { Authority, type CallerFacts } from './authority';
import { ancestorOf, endOf, principalOf } from './caller-token';

/** Written as createdBy of tokens that were made by a direct invocation. No principal has this text. */
export const DIRECT_INVOCATION = 'direct-invocation';

/** What says who has a role for the whole platform. */
type RoleSettings = Pick<TokenSettings, 'environment' | 'operators' | 'auditors'>;

/**
 * Looks the caller up, consistently: what the gateway remembers of a token may be older than its revocation, and a token that is
 * revoked neither issues another nor takes its own revocation back.
 *
 * @throws {Fault} when the caller's token is revoked, disabled, blocked, expired or of another environment
 */
export async function authorityOf(
  caller: Caller,
  settings: RoleSettings,
  ports: Pick<TokenServicePorts, 'store' | 'teams' | 'now'>,
): Promise<Authority> {
  const isApiToken = caller.authMethod === 'api_token';
  const derivedFrom = isApiToken ? undefined : tokenOfSource(caller.source);
  const id = isApiToken ? caller.tokenId : derivedFrom;
  const [found, item] = await Promise.all([
    id === undefined ? undefined : ports.store.getToken(id),
    ports.store.getRevocations(),
  ]);
  // An access token is not the token that it was derived from, and does not have its rights.
  const record = isApiToken ? found : undefined;
  const now = ports.now() / 1000;
  const stands =
    id === undefined || (found?.status === 'active' && found.blocked === undefined && now < endOf(caller, found));
  const revocations = derivedRevocationSet(entriesInForce(item, now), item?.sources);
  if (
    !stands ||
    caller.environment !== settings.environment ||
    revocations.refuses({ ...ancestorOf(caller), ancestors: found?.ancestors })
  ) {
    throw new Fault('caller-not-valid', "the caller's token is not valid any more, or is not of this environment");
  }
  return newAuthority({ caller, record, revocations: item }, settings, ports);
}

/**
 * What a caller may read. The gateway has looked at its token, within the bound of the API; whoever only reads is not looked up again.
 *
 * @throws {Fault} when the caller's token is of another environment
 */
export function readerOf(
  caller: Caller,
  settings: RoleSettings,
  ports: Pick<TokenServicePorts, 'store' | 'teams'>,
): Authority {
  if (caller.environment !== settings.environment) {
    throw new Fault('caller-not-valid', "the caller's token is not of this environment");
  }
  return newAuthority({ caller, record: undefined, revocations: undefined }, settings, ports);
}

function newAuthority(
  facts: Omit<CallerFacts, 'named'>,
  { operators = [], auditors = [] }: RoleSettings,
  { store, teams }: Pick<TokenServicePorts, 'store' | 'teams'>,
): Authority {
  const named = { operators: operators.map(principalOf), auditors: auditors.map(principalOf) };
  return new Authority(
    { ...facts, named },
    {
      getTeam: (name) => teams.getTeam(name),
      getTeamsOf: (memberId) => teams.getTeamsOf(memberId),
      getApplication: (name) => store.getApplication(name),
    },
  );
}
