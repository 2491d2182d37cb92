import type { KeyObject } from 'node:crypto';
import { createClaimsCheck } from '../../authorizer/access-token/claims';
import { isEdwardsKey } from '../../authorizer/access-token/edwards';
import { parseJwt } from '../../authorizer/access-token/jwt';
import { isKeyFor, usableKey } from '../../authorizer/access-token/key-hygiene';
import type { IssuerConfig } from '../../authorizer/config';
import type { Algorithm } from '../../lib/grammar';
import { refreshedValue } from '../../lib/refreshed-value';
import { whenReady } from '../../lib/when-ready';
import type { TokenEndpointConfig } from '../config';
import type { TokenEndpointPorts } from '../ports';

/** An access token of this issuer that holds by itself: its signature, its form, its times. Whether it is revoked was not looked at. */
export interface OwnToken {
  readonly audience: string;
  readonly clientId: string;
  readonly subject: string;
  readonly tokenId: string;
  readonly keyId: string;
  readonly source: string;
  /** Marks of what its source was derived from. */
  readonly lineage: readonly string[];
  readonly scopes: readonly string[];
  readonly application: string | undefined;
  readonly confirmation: unknown;
  /** Epoch seconds. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** What the endpoint knows of its own public keys. */
export interface OwnTokens {
  /** Verifies an access token; `undefined` when it is none of this issuer, or does not hold. */
  verify(token: string): Promise<OwnToken | undefined>;
  /** JWS algorithms of the keys that are published. */
  algorithms(): Promise<readonly Algorithm[]>;
}

const ALGORITHMS: readonly Algorithm[] = ['ES256', 'EdDSA', 'RS256'];
/** How long published keys are kept, in milliseconds; an unknown key is looked for at once. */
const FRESH_MS = 60_000;
const COOLDOWN_MS = 5000;

type Keys = ReadonlyMap<string, { readonly algorithm: Algorithm; readonly key: KeyObject }>;

/** Makes the verification of the issuer's own access tokens, by the keys that its key set has. */
export function createOwnTokens(config: TokenEndpointConfig, ports: TokenEndpointPorts): OwnTokens {
  const issuer: IssuerConfig = {
    issuer: config.issuer,
    audience: [config.audience, ...Object.keys(config.resources)],
    algorithms: ALGORITHMS,
    types: ['at+jwt'],
    scopes: ['*', 'tokens:*', ...config.scopes],
    maxLifetimeSeconds: config.timing.maxTokenLifetimeSeconds,
    leewaySeconds: 0,
    senderConstraints: ['dpop', 'mtls'],
  };
  const checkClaims = createClaimsCheck(issuer);
  const keys = refreshedValue<Keys>({
    clock: ports.clock,
    read: () => ports.readRotationRecord().then((record) => new Map((record?.credentials ?? []).flatMap(keyOf))),
    freshMs: FRESH_MS,
    cooldownMs: COOLDOWN_MS,
    onFailure: (error) => ports.warn('key_set_refresh_failed', error),
  });

  return {
    verify: async (token) => {
      const jwt = parseJwt(token);
      if (!jwt || jwt.payload.iss !== config.issuer) {
        return undefined;
      }
      const claims = checkClaims(jwt, ports.clock() / 1000);
      if ('refused' in claims) {
        return undefined;
      }
      const found = await keys.find((known) => known.get(claims.kid));
      const holds =
        found?.algorithm === claims.algorithm && (await ports.verifySignature(token, found.key, found.algorithm));
      const { aud, src, application, lineage = [] } = jwt.payload;
      return holds && typeof aud === 'string' && typeof src === 'string'
        ? {
            audience: aud,
            clientId: claims.clientId,
            subject: claims.sub,
            tokenId: claims.jti,
            keyId: claims.kid,
            source: src,
            lineage: lineage as readonly string[],
            scopes: claims.scopes,
            application: typeof application === 'string' ? application : undefined,
            confirmation: claims.confirmation,
            issuedAt: claims.iat,
            expiresAt: claims.exp,
          }
        : undefined;
    },
    algorithms: async () =>
      whenReady(keys.get(), (known) => [...new Set([...known.values()].map(({ algorithm }) => algorithm))].sort()),
  };
}

function keyOf({ id, publicJwk }: { readonly id: string; readonly publicJwk?: unknown }) {
  const algorithm = ALGORITHMS.find((one) => isKeyFor(one, publicJwk));
  const key = algorithm && usableKey(publicJwk, algorithm, () => ({ isEdwardsKey }));
  return algorithm && key ? [[id, { algorithm, key }] as const] : [];
}
