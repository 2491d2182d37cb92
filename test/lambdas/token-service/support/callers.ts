import type { TokenRecord } from '../../../../lambdas/lib/token-record';

const PLATFORM = 'urn:gatehouse:platform:dev';

/** What of an issued token's record the authorizer's context tells. */
export type Shown = Pick<TokenRecord, 'id' | 'application' | 'scopes' | 'expiresAt' | 'createdAt'> &
  Partial<Pick<TokenRecord, 'team' | 'tier'>>;

/** Context of the authorizer for an API token of the table. */
export function contextOfToken({ id, application, scopes, expiresAt, createdAt, team, tier }: Shown) {
  return {
    principal: `api_token|${PLATFORM}|${id}`,
    issuer: PLATFORM,
    tokenId: id,
    application,
    environment: 'dev',
    scopes: scopes.join(' '),
    issuedAt: String(createdAt),
    expiresAt: String(expiresAt),
    authMethod: 'api_token',
    secretGeneration: '1',
    ...(team === undefined ? {} : { team }),
    ...(tier === undefined ? {} : { tier }),
  };
}

/** Context of the authorizer for an access token. */
export function contextOfAccessToken(changes: Readonly<Record<string, string>> = {}) {
  const { issuer = 'https://issuer.example.com/', subject = 'user-17', ...rest } = changes;
  return {
    principal: `access_token|${issuer}|${subject}`,
    issuer,
    tokenId: 'jti-1',
    clientId: 'dashboard-spa',
    application: 'dashboard',
    environment: 'dev',
    scopes: 'tokens:write sales:read',
    issuedAt: '1767225000',
    expiresAt: '1767226200',
    authMethod: 'access_token',
    keyId: 'k1',
    ...rest,
  };
}
