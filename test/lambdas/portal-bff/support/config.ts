import type { PortalBffConfig } from '../../../../lambdas/portal-bff/config';
import { TABLE } from '../../token-service/support/token-table';

export const ORIGIN = 'https://portal.example.com';
export const API = 'https://api.example.com/v1';

/** The configuration of a portal whose people sign in at one server, under two names. */
export function portalConfig(issuer: string): PortalBffConfig {
  const provider = {
    title: 'Example',
    issuer,
    clientSecret: 'acme-dev-portal-client',
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    secondFactor: { kind: 'demanded', amr: ['otp'] },
    groupsClaim: 'groups',
  } as const;
  return {
    version: 1,
    environment: 'dev',
    region: 'eu-west-1',
    origin: ORIGIN,
    providers: { main: provider, other: { ...provider, title: 'Other' } },
    ownIssuer: 'https://id.example.com',
    table: TABLE,
    tokenEndpoint: 'acme-dev-token-endpoint',
    idleSeconds: 1800,
    longestSeconds: 28_800,
    mostSessions: 3,
    stepUpSeconds: 600,
    apis: { tokens: API },
    routes: [
      { method: 'GET', path: '/tokens', api: 'tokens', scopes: ['tokens:read'], query: ['team', 'q'] },
      { method: 'POST', path: '/tokens', api: 'tokens', scopes: ['tokens:write'], stepUp: true },
      { method: 'GET', path: '/tokens/{tokenId}', api: 'tokens', scopes: ['tokens:read'] },
      { method: 'PATCH', path: '/tokens/{tokenId}', api: 'tokens', scopes: ['tokens:write'] },
      { method: 'GET', path: '/tokens/self', api: 'tokens', scopes: ['tokens:read'] },
      { method: 'GET', path: '/trail', api: 'tokens', scopes: ['trail:read'] },
    ],
    scopes: ['tokens:read', 'tokens:write'],
    groupScopes: { auditors: ['trail:read'] },
    metricsNamespace: 'Gatehouse',
  };
}
