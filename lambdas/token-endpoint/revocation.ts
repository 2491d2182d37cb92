import { parseApiToken } from '../lib/api-token';
import { tokenKey } from '../lib/token-record';
import { sourceOf } from '../lib/token-source';
import type { Authenticate } from './clients/authentication';
import type { TokenEndpointConfig } from './config';
import type { GrantNote } from './grants/grant-request';
import { type EndpointAnswer, plainAnswer } from './http/answer';
import type { OAuthRequest } from './http/event';
import { invalidClient, OAuthError } from './oauth-error';
import type { TokenEndpointPorts } from './ports';
import type { ApiTokenCheck } from './tokens/api-tokens';
import type { OwnTokens } from './tokens/own-tokens';

export type Revoke = (request: OAuthRequest, note: GrantNote) => Promise<EndpointAnswer>;

/** Reasons for which a token is refused whose secret was right: whoever holds it may end it for good. An entry of the set can be taken back. */
const HELD = ['disabled', 'blocked', 'not_yet_valid', 'revoked'];

/**
 * Makes the revocation of tokens (RFC 7009). Who holds an API token may revoke it, and a client the access tokens that it was issued. A token
 * that is unknown, is not the client's, or has ended already is answered as one that was revoked, and nothing happens (2.2).
 */
export function createRevocation(
  config: TokenEndpointConfig,
  ports: TokenEndpointPorts,
  authenticate: Authenticate,
  checkApiToken: ApiTokenCheck,
  tokens: OwnTokens,
): Revoke {
  /** Id and application of an API token that the request holds; `undefined` when it holds none. */
  async function held(token: string) {
    const found = await checkApiToken(token);
    if (!('refused' in found)) {
      return { id: found.tokenId, application: found.application };
    }
    const { refused, tokenId } = found;
    if (tokenId === undefined || !HELD.includes(refused)) {
      return undefined;
    }
    return { id: tokenId, application: (await ports.readItem(tokenKey(tokenId)))?.application };
  }

  return async (request, note) => {
    const form = request.form();
    const token = form.get('token');
    const parts = token === undefined ? undefined : parseApiToken(token);
    const holder = parts && sourceOf('token', parts.id);
    const authenticated = await authenticate(request, form, (name) => name === holder);
    const { requestId, sourceIp: address } = request;
    const client = authenticated?.client;
    if (client) {
      note.clientId = client.id;
      note.application = client.application;
    }
    if (token === undefined) {
      throw client
        ? new OAuthError('invalid_request', 'token is missing')
        : invalidClient('the request names no client and holds no API token');
    }
    if (parts) {
      const found = await held(token);
      if (found && (!client || client.application === found.application)) {
        note.tokenId = found.id;
        const by = client ? sourceOf('client', client.id) : sourceOf('token', found.id);
        await ports.revoke({ kind: 'token', id: found.id, by, requestId, address });
      }
      return plainAnswer(undefined, '');
    }
    if (!client) {
      throw invalidClient('the request names no client and holds no API token');
    }
    const own = await tokens.verify(token);
    if (own?.clientId === client.id) {
      note.tokenId = own.tokenId;
      const { tokenId: id, expiresAt, application } = own;
      const by = sourceOf('client', client.id);
      await ports.revoke({ kind: 'jti', id, issuer: config.issuer, expiresAt, application, by, requestId, address });
    }
    return plainAnswer(undefined, '');
  };
}
