import { createIssuerParts } from '../../../../lambdas/authorizer/access-token/issuer-parts';
import type { IntrospectionConfig, IssuerConfig } from '../../../../lambdas/authorizer/config';
import { createIntrospection } from '../../../../lambdas/authorizer/introspection/introspection';
import type { BoundedRequest, BoundedResponse } from '../../../../lambdas/lib/http-request';
import { AUDIENCE, authorizerConfig, type Claims, ISSUER, issuerConfig, NOW, testPorts } from './access-tokens';

export const SECRET = 'client secret: 100 % ünsafe&=+';

export const INTROSPECTION: IntrospectionConfig = {
  endpoint: 'https://issuer.example.com/introspect',
  clientId: 'gatehouse:api',
  clientSecretName: 'acme/introspection',
  clientAuthentication: 'client_secret_basic',
  tokenPattern: String.raw`oat_\w{8,40}`,
  jwts: false,
  signedAnswers: false,
  cacheSeconds: 30,
  timeoutMs: 1500,
};

/** Members of a good answer, with changes; `undefined` takes one away. */
export function goodAnswer(changes: Claims = {}): Claims {
  return {
    active: true,
    iss: ISSUER,
    aud: AUDIENCE,
    client_id: 'reports',
    sub: 'user-1',
    scope: 'sales:read',
    jti: 'grant-1',
    token_type: 'Bearer',
    iat: NOW - 10,
    exp: NOW + 600,
    ...changes,
  };
}

export function json(answer: unknown, changes: Partial<BoundedResponse> = {}): BoundedResponse {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return {
    status: 200,
    body: Buffer.from(text),
    headers: { 'content-type': 'application/json; charset=utf-8' },
    ...changes,
  };
}

/** An issuer whose tokens are all introspected. */
export function introspectedIssuer(
  introspection: Partial<IntrospectionConfig> = {},
  issuer: Partial<IssuerConfig> = {},
): IssuerConfig {
  const { jwks: _, ...keyless } = issuerConfig([]);
  return { ...keyless, ...issuer, introspection: { ...INTROSPECTION, ...introspection } };
}

/** Introspection with a virtual clock and a server whose answers a test chooses; requests are recorded. */
export function introspectionHarness(...issuers: readonly IssuerConfig[]) {
  const requests: BoundedRequest[] = [];
  const secrets: string[] = [];
  const target = {
    requests,
    secrets,
    answer: (_form: URLSearchParams): BoundedResponse | Promise<BoundedResponse> => json(goodAnswer()),
    secret: (): string | Promise<string> => SECRET,
  };
  const ports = Object.assign(testPorts(), {
    readSecret: async (name: string) => {
      secrets.push(name);
      return target.secret();
    },
    send: async (request: BoundedRequest) => {
      requests.push(request);
      return target.answer(new URLSearchParams(request.body));
    },
  });
  const config = authorizerConfig(issuers.length > 0 ? issuers : [introspectedIssuer()]);
  const introspect = createIntrospection(config, ports, createIssuerParts(config, ports));
  return Object.assign(target, {
    ports,
    introspect,
    /** Asks about a token of the right form. */
    ask: (token: string, fresh = false) => {
      const found = introspect(token, fresh);
      if (!found) {
        throw new Error('the token was not sent');
      }
      return found;
    },
  });
}
