import type { KeyObject } from 'node:crypto';
import { principalPrefix } from '../../lib/principal';
import { whenReady } from '../../lib/when-ready';
import type { Application } from '../api-token/applications';
import type { AuthorizerConfig, IssuerConfig } from '../config';
import type { Credential, Verifier } from '../credential';
import { optionalParts } from '../optional-parts';
import type { AuthorizerPorts } from '../ports';
import type { Refusal } from '../reasons';
import { type AccessClaims, type ClaimsCheck, createClaimsCheck } from './claims';
import { createIssuerParts } from './issuer-parts';
import { parseJwt } from './jwt';

function claimsCheckOf(issuer: IssuerConfig, config: AuthorizerConfig): ClaimsCheck {
  if (issuer.ownIssuer) {
    return optionalParts.ownIssuer().createOwnCheck(issuer, config, createClaimsCheck);
  }
  const check = createClaimsCheck(issuer);
  return issuer.form ? optionalParts.tokenForm().createFormCheck(issuer.form, check) : check;
}

type Verdict = Credential | Refusal;

/** An issuer, as far as its tokens need it once their keys are known. */
interface Trusted {
  readonly issuer: IssuerConfig;
  readonly principalStart: string;
}

const MALFORMED: Refusal = { refused: 'malformed' };
const OTHER_ISSUER: Refusal = { refused: 'issuer_mismatch' };
const UNKNOWN_KEY: Refusal = { refused: 'unknown_key' };
const BAD_SIGNATURE: Refusal = { refused: 'bad_signature' };

/**
 * Verifies access tokens (JWT, RFC 9068). Form, header and claims are judged before the signature, because that costs
 * less; a token is accepted only when all hold. The keys of an issuer verify that issuer's tokens only.
 *
 * @throws {AuthorizerError} when an issuer is given twice, or without `jwks`, `jwksUri` and introspection
 */
export function createAccessTokenVerifier(
  config: AuthorizerConfig,
  ports: AuthorizerPorts,
  { findApplication, keysOf } = createIssuerParts(config, ports),
): Verifier {
  // An issuer without keys is asked about its tokens.
  const verified = config.issuers.filter(
    ({ introspection, jwks, jwksUri }) => !introspection || (!introspection.jwts && (jwks || jwksUri)),
  );
  const issuers = new Map(
    verified.map((issuer) => [
      issuer.issuer,
      {
        issuer,
        principalStart: principalPrefix('access_token', issuer.issuer),
        checkClaims: claimsCheckOf(issuer, config),
        findKey: keysOf(issuer),
      },
    ]),
  );
  if (new Set(config.issuers.map(({ issuer }) => issuer)).size < config.issuers.length) {
    throw optionalParts.faults().issuerTwice();
  }

  // Each step gives a promise only where it has to wait, so that an engine that answers at once costs no turn of the event
  // loop's microtasks.
  function checkSignature(
    token: string,
    key: KeyObject | undefined,
    claims: AccessClaims,
    trusted: Trusted,
  ): Verdict | Promise<Verdict> {
    if (!key) {
      return UNKNOWN_KEY;
    }
    return whenReady(ports.verifySignature(token, key, claims.algorithm), (holds) =>
      afterSignature(holds, claims, trusted),
    );
  }

  function afterSignature(holds: boolean, claims: AccessClaims, trusted: Trusted): Verdict | Promise<Verdict> {
    if (!holds) {
      return BAD_SIGNATURE;
    }
    return whenReady(findApplication(trusted.issuer, claims.clientId, claims.own?.application), (application) => {
      const credential = credentialOf(claims, trusted, application);
      return claims.own?.complete(credential) ?? credential;
    });
  }

  function credentialOf(
    claims: AccessClaims,
    { issuer, principalStart }: Trusted,
    { application, team, tier, usageKey }: Application,
  ): Credential {
    return {
      authMethod: 'access_token',
      tokenId: claims.jti,
      principal: principalStart + claims.sub,
      subject: claims.sub,
      application,
      clientId: claims.clientId,
      team,
      tier,
      usageKey,
      environment: config.environment,
      scopes: claims.scopes,
      issuer: issuer.issuer,
      keyId: claims.kid,
      issuedAt: claims.iat,
      confirmation: claims.confirmation,
      expiresAt: claims.exp,
      refusedFrom: claims.exp + issuer.leewaySeconds,
      cidrs: [],
    };
  }

  return (token) => {
    const jwt = parseJwt(token);
    if (!jwt) {
      return MALFORMED;
    }
    const trusted = issuers.get(jwt.payload.iss as string);
    if (!trusted) {
      return OTHER_ISSUER;
    }
    const { checkClaims, findKey } = trusted;
    const claims = checkClaims(jwt, ports.clock() / 1000);
    if ('refused' in claims) {
      return claims;
    }
    return whenReady(findKey(claims.kid, claims.algorithm), (key) => checkSignature(token, key, claims, trusted));
  };
}
