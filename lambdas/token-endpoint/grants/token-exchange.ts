import type { Credential } from '../../authorizer/credential';
import { parseApiToken } from '../../lib/api-token';
import { lineageOf } from '../../lib/lineage';
import { ADMINISTRATION_APPLICATION } from '../../lib/token-record';
import { sourceOf } from '../../lib/token-source';
import { type Authenticate, isFrom } from '../clients/authentication';
import type { TokenEndpointConfig } from '../config';
import { OAuthError } from '../oauth-error';
import type { TokenEndpointPorts } from '../ports';
import type { ApiTokenCheck } from '../tokens/api-tokens';
import type { Mint } from '../tokens/minting';
import { scopesOf, targetOf } from '../tokens/scopes';
import { demandGrant, demandProof, type GrantHandler } from './grant-request';

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token';
const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt';
/** Type of an API token, for who wants to say it exactly. */
const API_TOKEN_TYPE = 'urn:gatehouse:params:oauth:token-type:api-token';

/** One text for all reasons (RFC 8693, 2.2.2): who holds no token learns nothing about one. */
function badSubjectToken(reason: string): OAuthError {
  return new OAuthError('invalid_request', 'the subject token is not accepted', { reason: `subject token: ${reason}` });
}

/**
 * Makes the grant of RFC 8693: an API token for an access token that lives a few minutes. The API token is the credential, and is judged as
 * the authorizer does for this request. What it grants only shrinks, and the new token does not outlive the secret that was shown.
 */
export function createTokenExchange(
  config: TokenEndpointConfig,
  ports: TokenEndpointPorts,
  authenticate: Authenticate,
  checkApiToken: ApiTokenCheck,
  mint: Mint,
): GrantHandler {
  async function subjectOf(token: string, sourceIp: string | undefined): Promise<Credential> {
    const found = await checkApiToken(token);
    if ('refused' in found) {
      throw badSubjectToken(found.refused);
    }
    if (!isFrom(sourceIp, found.cidrs)) {
      throw badSubjectToken('source_address');
    }
    if (found.application === ADMINISTRATION_APPLICATION) {
      throw badSubjectToken('of an administrator');
    }
    return found;
  }

  return async ({ request, form, proof }, note) => {
    // From before anything is read: a revocation that is not seen below is then one of after this time, and means the new token.
    const issuedAt = Math.floor(ports.clock() / 1000);
    const { token, requested } = subjectToken(form);
    const tokenId = parseApiToken(token)?.id;
    if (tokenId === undefined) {
      throw badSubjectToken('malformed');
    }
    const source = sourceOf('token', tokenId);
    // A client that only holds the token may call itself by it: libraries always send a name.
    const authenticated = await authenticate(request, form, (name) => name === source);
    const subject = await subjectOf(token, request.sourceIp);
    note.tokenId = subject.tokenId;
    note.application = subject.application ?? '';
    if (authenticated) {
      note.clientId = authenticated.client.id;
      demandGrant(authenticated, TOKEN_EXCHANGE);
      if (authenticated.client.application !== subject.application) {
        throw badSubjectToken('of another application than the client');
      }
    }
    demandProof(authenticated, proof);
    const target = targetOf(resourceOf(form), config, authenticated?.client.resources);
    // What it would issue or change could not be told from what it was derived from: whoever does that shows the API token itself.
    const scopes = scopesOf(form.get('scope'), subject.scopes, config.scopes, target, { changing: false });
    const lifetimeSeconds = Math.min(config.exchangeSeconds, Math.floor(subject.refusedFrom) - issuedAt);
    if (lifetimeSeconds < 1) {
      throw badSubjectToken('expired');
    }
    await proof?.use();
    const issued = await mint({
      audience: target.audience,
      subject: source,
      clientId: authenticated?.client.id ?? source,
      scopes,
      source,
      lineage: lineageOf(subject.ancestors),
      jkt: proof?.jkt,
      certificate: authenticated?.certificate?.thumbprint,
      cidrs: subject.cidrs,
      application: subject.application,
      team: subject.team,
      tier: subject.tier,
      lifetimeSeconds,
      issuedAt,
    });
    return { ...issued, issued_token_type: requested };
  };
}

/** @throws {OAuthError} when the request asks for something that is not done here */
function subjectToken(form: ReadonlyMap<string, string>): { readonly token: string; readonly requested: string } {
  const [token, type, requested = ACCESS_TOKEN_TYPE] = [
    'subject_token',
    'subject_token_type',
    'requested_token_type',
  ].map((name) => form.get(name));
  if (form.has('actor_token') || form.has('actor_token_type')) {
    throw new OAuthError('invalid_request', 'an actor token is not accepted: nobody acts for another here');
  }
  if (token === undefined || type === undefined) {
    throw new OAuthError('invalid_request', 'subject_token or subject_token_type is missing');
  }
  if (type !== ACCESS_TOKEN_TYPE && type !== API_TOKEN_TYPE) {
    throw new OAuthError('invalid_request', 'the type of the subject token is not one of API tokens');
  }
  if (requested !== ACCESS_TOKEN_TYPE && requested !== JWT_TYPE) {
    throw new OAuthError('invalid_request', 'the requested token type is not one that is issued');
  }
  return { token, requested };
}

/** RFC 8693 has a logical name beside the address (`audience`); the two are the same here, and may not differ. */
function resourceOf(form: ReadonlyMap<string, string>): string | undefined {
  const [resource, audience] = [form.get('resource'), form.get('audience')];
  if (resource !== undefined && audience !== undefined && resource !== audience) {
    throw new OAuthError('invalid_target', 'a token is for one resource, and several are named');
  }
  return resource ?? audience;
}
