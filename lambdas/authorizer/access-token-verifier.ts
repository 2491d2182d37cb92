import type { Verifier } from './api-token-verifier';
import { BoundedCache } from './bounded-cache';
import { checkClaims } from './claims';
import type { AuthorizerConfig } from './config';
import { parseJwt } from './jwt';
import { createKeyStore } from './key-store';
import type { AuthorizerPorts } from './ports';
import { AuthorizerError } from './reasons';
import { readApplication } from './record';

type Application = NonNullable<Awaited<ReturnType<typeof readApplication>>>;

const APPLICATIONS = 1000;
const APPLICATION_MS = 300_000;
/** An application that was not there yet is looked for again sooner, so that its registration takes effect. */
const NO_APPLICATION_MS = 30_000;

/**
 * Verifies access tokens (JWT, RFC 9068). Form, header and claims are judged before the signature, because that costs
 * less; a token is accepted only when all hold. The keys of an issuer verify that issuer's tokens only.
 *
 * @throws {AuthorizerError} when an issuer is given twice, or without exactly one of `jwks` and `jwksUri`
 */
export function createAccessTokenVerifier(config: AuthorizerConfig, ports: AuthorizerPorts): Verifier {
  const applications = new BoundedCache<Application>(APPLICATIONS);
  const names = new Set(config.issuers.map((one) => one.issuer));
  if (names.size < config.issuers.length || config.issuers.some((one) => !one.jwks === !one.jwksUri)) {
    throw new AuthorizerError('config_error', 'an issuer is given twice, or not with one key set');
  }
  const issuers = new Map(
    config.issuers.map((issuer) => [issuer.issuer, { issuer, findKey: createKeyStore(issuer, ports) }]),
  );

  /** Team, tier and usage key of a registered application; empty for others. */
  async function application(name: string): Promise<Application> {
    const now = ports.clock();
    const known = applications.get(name, now);
    if (known || !config.apiTokens) {
      return known ?? {};
    }
    const record = await readApplication(ports, name);
    applications.set(name, record ?? {}, now + (record ? APPLICATION_MS : NO_APPLICATION_MS));
    return record ?? {};
  }

  return async (token) => {
    const jwt = parseJwt(token);
    if (!jwt) {
      return { refused: 'malformed' };
    }
    const trusted = issuers.get(jwt.payload.iss as string);
    if (!trusted) {
      return { refused: 'issuer_mismatch' };
    }
    const { issuer, findKey } = trusted;
    const claims = checkClaims(jwt, issuer, ports.clock() / 1000);
    if ('refused' in claims) {
      return claims;
    }
    const { algorithm, kid, clientId, iat, exp } = claims;
    const key = await findKey(kid, algorithm);
    if (!key) {
      return { refused: 'unknown_key' };
    }
    if (!(await ports.verifySignature(token, key, algorithm))) {
      return { refused: 'bad_signature' };
    }
    const { team, tier, usageKey } = await application(clientId);
    return {
      authMethod: 'access_token',
      tokenId: claims.jti,
      principal: claims.sub,
      application: clientId,
      ...(team && { team }),
      ...(tier && { tier }),
      ...(usageKey && { usageKey }),
      environment: config.environment,
      scopes: claims.scopes,
      issuer: issuer.issuer,
      keyId: kid,
      issuedAt: iat,
      confirmation: claims.confirmation,
      expiresAt: exp,
      refusedFrom: exp + issuer.leewaySeconds,
      cidrs: [],
    };
  };
}
