import { principalPrefix } from '../../lib/principal';
import type { IssuerParts } from '../access-token/issuer-parts';
import { parseJwt } from '../access-token/jwt';
import { BoundedCache } from '../bounded-cache';
import type { AuthorizerConfig, IntrospectionConfig, IssuerConfig } from '../config';
import type { Credential } from '../credential';
import type { AuthorizerPorts } from '../ports';
import type { Refusal } from '../reasons';
import { sha256 } from '../sha256';
import { checkAnswer } from './introspection-answer';
import { createIntrospectionClient } from './introspection-client';
import { tokenPattern } from './token-pattern';

/**
 * Verifies a token by asking the authorization server that it has the form of; `undefined`, without a request, when it is none
 * that a configured server issues. With `fresh` no remembered answer is taken. Rejects when a dependency fails.
 */
export type Introspection = (token: string, fresh: boolean) => Promise<Credential | Refusal> | undefined;

/** How long an answer that refuses is remembered, in milliseconds. */
const REFUSAL_MS = 5000;
/** Refusals have a memory of their own: whoever makes up tokens cannot drive good ones out. */
const REMEMBERED = 2000;

/** Makes the introspection of all issuers that have it (RFC 7662). */
export function createIntrospection(
  config: AuthorizerConfig,
  ports: AuthorizerPorts,
  parts: IssuerParts,
): Introspection {
  const servers = config.issuers.flatMap((issuer) =>
    issuer.introspection ? [createServer(config, issuer, issuer.introspection, ports, parts)] : [],
  );
  const ownPrefix = config.apiTokens && `${config.apiTokens.brand}_`;

  return (token, fresh) => {
    // An API token, also one with a slip of the pen, is nobody else's business.
    if (ownPrefix && token.startsWith(ownPrefix)) {
      return undefined;
    }
    // A JWT names its issuer: no other one is asked, whatever pattern it has. More than one match is none.
    const jwt = token.includes('.') ? parseJwt(token) : undefined;
    const [server, ...others] = servers.filter((one) =>
      jwt ? one.jwts && jwt.payload.iss === one.issuer : one.pattern?.test(token),
    );
    return others.length === 0 ? server?.ask(token, fresh) : undefined;
  };
}

function createServer(
  config: AuthorizerConfig,
  issuer: IssuerConfig,
  introspection: IntrospectionConfig,
  ports: AuthorizerPorts,
  parts: IssuerParts,
) {
  const ask = createIntrospectionClient(issuer, introspection, ports, parts.keysOf);
  const principalStart = principalPrefix('access_token', issuer.issuer);
  const accepted = new BoundedCache<Credential>(REMEMBERED);
  const refused = new BoundedCache<Refusal>(REMEMBERED);
  const pending = new Map<string, Promise<Credential | Refusal>>();

  async function verify(token: string, key: string): Promise<Credential | Refusal> {
    const asked = ports.clock();
    const found = checkAnswer(await ask(token), token, issuer, ports.clock() / 1000);
    if ('refused' in found) {
      refused.set(key, found, asked + Math.min(REFUSAL_MS, introspection.cacheSeconds * 1000));
      return found;
    }
    const { exp, ...facts } = found;
    const credential: Credential = {
      authMethod: 'access_token',
      ...facts,
      principal: principalStart + facts.subject,
      ...(await parts.findApplication(issuer, facts.clientId)),
      environment: config.environment,
      issuer: issuer.issuer,
      expiresAt: exp,
      refusedFrom: exp + issuer.leewaySeconds,
      cidrs: [],
    };
    // The age counts from before the request: what was revoked during it may be missing.
    accepted.set(key, credential, Math.min(asked + introspection.cacheSeconds * 1000, exp * 1000));
    return credential;
  }

  return {
    issuer: issuer.issuer,
    jwts: introspection.jwts,
    pattern: introspection.tokenPattern === undefined ? undefined : tokenPattern(introspection.tokenPattern),
    ask(token: string, fresh: boolean): Promise<Credential | Refusal> {
      const key = sha256(token);
      if (fresh) {
        return verify(token, key);
      }
      const now = ports.clock();
      const known = accepted.get(key, now) ?? refused.get(key, now);
      const shared = known ? Promise.resolve(known) : pending.get(key);
      if (shared) {
        return shared;
      }
      const asked = verify(token, key).finally(() => pending.delete(key));
      pending.set(key, asked);
      return asked;
    },
  };
}
