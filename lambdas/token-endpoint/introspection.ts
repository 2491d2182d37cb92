import { derivedSet } from '../authorizer/access-token/own-issuer';
import { readItem } from '../authorizer/api-token/record';
import { readSet } from '../authorizer/revocations';
import { parseApiToken } from '../lib/api-token';
import type { Signer } from '../lib/signer';
import { tokenKey } from '../lib/token-record';
import { typeOfSource } from '../lib/token-source';
import type { Authenticate, AuthenticatedClient } from './clients/authentication';
import { readClient } from './clients/client-reader';
import type { TokenEndpointConfig } from './config';
import type { GrantNote } from './grants/grant-request';
import { type EndpointAnswer, jsonAnswer, plainAnswer } from './http/answer';
import type { OAuthRequest } from './http/event';
import { invalidClient, OAuthError } from './oauth-error';
import type { TokenEndpointPorts } from './ports';
import type { ApiTokenCheck } from './tokens/api-tokens';
import { noKey } from './tokens/minting';
import type { OwnToken, OwnTokens } from './tokens/own-tokens';

/** All that is said of a token that is not active, does not exist, or is not the caller's business (RFC 7662, 2.2). */
const INACTIVE = { active: false };

const SIGNED = 'application/token-introspection+jwt';

type About = Readonly<Record<string, unknown>>;

export type Introspect = (request: OAuthRequest, note: GrantNote) => Promise<EndpointAnswer>;

/**
 * Makes the introspection of tokens (RFC 7662; signed answers, RFC 9701). A client learns about its application's own tokens, and one that
 * speaks for an API about the tokens that are for that API. The answer never has a hash, a usage key or networks.
 */
export function createIntrospection(
  config: TokenEndpointConfig,
  ports: TokenEndpointPorts,
  authenticate: Authenticate,
  checkApiToken: ApiTokenCheck,
  tokens: OwnTokens,
  signer: Signer,
): Introspect {
  async function aboutAccessToken(text: string, { client }: AuthenticatedClient): Promise<About> {
    const token = await tokens.verify(text);
    if (!token || !(isOwn(token, client.id, client.application) || speaksFor(token.audience, client.application))) {
      return INACTIVE;
    }
    if (await isRevoked(token)) {
      return INACTIVE;
    }
    const { clientId, subject, audience, tokenId, scopes, issuedAt, expiresAt, confirmation } = token;
    const isDpop = (confirmation as { jkt?: unknown } | undefined)?.jkt !== undefined;
    return {
      active: true,
      scope: scopes.join(' '),
      client_id: clientId,
      token_type: isDpop ? 'DPoP' : 'Bearer',
      exp: expiresAt,
      iat: issuedAt,
      sub: subject,
      aud: audience,
      iss: config.issuer,
      jti: tokenId,
      ...(confirmation === undefined ? {} : { cnf: confirmation }),
    };
  }

  async function aboutApiToken(text: string, { client }: AuthenticatedClient): Promise<About> {
    const found = await checkApiToken(text);
    if ('refused' in found) {
      return INACTIVE;
    }
    const isOwnToken = found.application === client.application;
    const spokenFor = Object.keys(config.resources).filter((resource) => speaksFor(resource, client.application));
    if (!isOwnToken && spokenFor.length === 0) {
      return INACTIVE;
    }
    return {
      active: true,
      scope: found.scopes.join(' '),
      client_id: `token:${found.tokenId}`,
      token_type: 'Bearer',
      exp: Math.floor(found.refusedFrom),
      iat: found.issuedAt,
      sub: `token:${found.tokenId}`,
      iss: config.issuer,
    };
  }

  function speaksFor(resource: string, application: string): boolean {
    const settings = Object.hasOwn(config.resources, resource) ? config.resources[resource] : undefined;
    return settings?.introspectedBy?.includes(application) === true;
  }

  /** By the set, as the authorizer goes by it, and by the record of what the token was derived from. */
  async function isRevoked(token: OwnToken): Promise<boolean> {
    const [set, isAlive] = await Promise.all([readSet(ports, true, derivedSet), isSourceAlive(token.source)]);
    const { tokenId, subject, application, clientId, keyId, issuedAt, source, lineage } = token;
    const issuer = config.issuer;
    return (
      !isAlive ||
      set.refuses({
        authMethod: 'access_token',
        issuer,
        tokenId,
        subject,
        application,
        clientId,
        keyId,
        issuedAt,
        source,
        lineage,
      })
    );
  }

  async function isSourceAlive(source: string): Promise<boolean> {
    const id = source.slice(source.indexOf(':') + 1);
    switch (typeOfSource(source)) {
      case 'token':
        return (await readItem(ports, tokenKey(id), 'token', true))?.status === 'active';
      case 'client':
        return (await readClient(ports, id))?.status === 'active';
      default:
        return true;
    }
  }

  async function signedAnswer(about: About, { client }: AuthenticatedClient): Promise<EndpointAnswer> {
    const claims = { iss: config.issuer, aud: client.id, token_introspection: about };
    // Neither `sub` nor `exp`: it must never pass for an access token (RFC 9701, 5).
    const text = await signer.sign(claims, { type: 'token-introspection+jwt' }).catch(noKey);
    return plainAnswer(SIGNED, text);
  }

  return async (request, note) => {
    const form = request.form();
    const authenticated = await authenticate(request, form);
    if (!authenticated) {
      throw invalidClient('the request names no client');
    }
    note.clientId = authenticated.client.id;
    note.application = authenticated.client.application;
    const token = form.get('token');
    if (token === undefined) {
      throw new OAuthError('invalid_request', 'token is missing');
    }
    const about = await (token.includes('.')
      ? aboutAccessToken(token, authenticated)
      : parseApiToken(token)
        ? aboutApiToken(token, authenticated)
        : INACTIVE);
    return accepts(request.header('accept')) ? signedAnswer(about, authenticated) : jsonAnswer(about);
  };
}

function isOwn({ clientId, application }: OwnToken, client: string, own: string): boolean {
  return clientId === client || application === own;
}

function accepts(header: string | undefined): boolean {
  return header?.split(',').some((range) => range.split(';')[0]?.trim().toLowerCase() === SIGNED) === true;
}
