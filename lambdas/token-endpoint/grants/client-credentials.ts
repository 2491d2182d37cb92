import { CLIENT_TOKEN_SECONDS } from '../../lib/client-record';
import { LONGEST_DERIVED_SECONDS, sourceOf } from '../../lib/token-source';
import type { Authenticate } from '../clients/authentication';
import type { TokenEndpointConfig } from '../config';
import { invalidClient } from '../oauth-error';
import type { TokenEndpointPorts } from '../ports';
import type { Mint } from '../tokens/minting';
import { scopesOf, targetOf } from '../tokens/scopes';
import { demandGrant, demandProof, type GrantHandler } from './grant-request';

export const CLIENT_CREDENTIALS = 'client_credentials';

/** Makes the grant of RFC 6749, 4.4: a client gets a token for itself. There is no refresh token (4.4.3). */
export function createClientCredentials(
  config: TokenEndpointConfig,
  ports: TokenEndpointPorts,
  authenticate: Authenticate,
  mint: Mint,
): GrantHandler {
  return async ({ request, form, proof }, note) => {
    // From before the client is read: what ends it and is not seen below is then of after this time, and means the new token.
    const issuedAt = Math.floor(ports.clock() / 1000);
    const authenticated = await authenticate(request, form);
    if (!authenticated) {
      throw invalidClient('the request names no client');
    }
    const { client, owner, certificate, secretEndsAt = Number.POSITIVE_INFINITY } = authenticated;
    note.clientId = client.id;
    note.application = client.application;
    demandGrant(authenticated, CLIENT_CREDENTIALS);
    demandProof(authenticated, proof);
    const target = targetOf(form.get('resource'), config, client.resources);
    // The networks of a token do not bind what it makes with a platform's own scope, so that it gets none that changes anything.
    const granted = client.cidrs.length > 0 ? { changing: false } : {};
    const scopes = scopesOf(form.get('scope'), client.scopes, config.scopes, target, granted);
    const lifetimeSeconds = Math.min(lifetimeOf(client.accessTokenSeconds), Math.floor(secretEndsAt) - issuedAt);
    if (lifetimeSeconds < 1) {
      throw invalidClient('the secret is about to end');
    }
    await proof?.use();
    return mint({
      audience: target.audience,
      subject: `app:${client.id}`,
      clientId: client.id,
      scopes,
      source: sourceOf('client', client.id),
      jkt: proof?.jkt,
      certificate: certificate?.thumbprint,
      cidrs: client.cidrs,
      application: client.application,
      team: owner?.team ?? client.team,
      tier: owner?.tier,
      lifetimeSeconds,
      issuedAt,
    });
  };
}

function lifetimeOf(seconds: number = CLIENT_TOKEN_SECONDS): number {
  return Math.max(1, Math.min(Math.floor(seconds), LONGEST_DERIVED_SECONDS.client));
}
