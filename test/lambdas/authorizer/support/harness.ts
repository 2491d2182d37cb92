import type { AuthorizerResult } from '../../../../lambdas/authorizer/answer/result';
import { type Authorize, createAuthorizer } from '../../../../lambdas/authorizer/authorizer';
import type { AuthorizerConfig } from '../../../../lambdas/authorizer/config';
import type { AuthorizerEvent } from '../../../../lambdas/authorizer/event/request';
import { generateApiToken, hashApiToken } from '../../../../lambdas/lib/api-token';
import { createPepperDocument, parsePepperDocument, pepperKeys } from '../../../../lambdas/lib/pepper';
import { authorizerConfig, compiled, NOW, type TestPorts, testPorts } from './access-tokens';
import { evaluate, type Verdict } from './iam';
import { scoped } from './routing';

export const STAGE_ARN = 'arn:aws:execute-api:eu-central-1:123456789012:api1/dev';
export const PEPPER = createPepperDocument(new Date(NOW * 1000));
const PEPPER_KEY = pepperKeys(parsePepperDocument(PEPPER)).get('p1') ?? Buffer.alloc(0);

export interface ApiHarness {
  readonly ports: TestPorts;
  /** Answers with a policy, as for a REST API. */
  authorize(event: AuthorizerEvent): Promise<AuthorizerResult>;
  /** Answers for any kind of gateway. */
  readonly decide: Authorize;
  /** Puts a token into the table, with changes of its record, and returns its text. */
  issue(changes?: Readonly<Record<string, unknown>>): string;
}

export const ROUTES = [
  scoped('GET /v1/sales', 'sales:read'),
  scoped('GET /v1/sales/{region}', 'sales:read'),
  scoped('GET /v1/sales/{region}/admin', 'sales:admin'),
  scoped('DELETE /v1/sales/{region}', 'sales:write'),
];

/** An authorizer for API tokens with a table in memory and a virtual clock. */
export function apiHarness(changes: Partial<AuthorizerConfig> = {}): ApiHarness {
  const ports = { ...testPorts(), readPepper: async () => PEPPER };
  const recorded: TestPorts = Object.assign(ports, { clock: () => ports.now * 1000 });
  const config: AuthorizerConfig = { ...authorizerConfig([]), apis: { sales: compiled(ROUTES) }, ...changes };
  const decide = createAuthorizer(config, recorded);
  return {
    ports: recorded,
    decide,
    authorize: async (event) => {
      const result = await decide(event);
      if ('isAuthorized' in result) {
        throw new Error('the answer is that for an HTTP API');
      }
      return result;
    },
    issue(record = {}) {
      const { token, id } = generateApiToken('acme', 'test');
      recorded.items.set(`token#${id}`, { ...tokenItem(id, token), ...record });
      return token;
    },
  };
}

/** Hash of a token under the test pepper. */
export function hashOf(token: string): string {
  return hashApiToken(PEPPER_KEY, token);
}

/** A good token record. */
export function tokenItem(id: string, token: string): Record<string, unknown> {
  return {
    pk: `token#${id}`,
    entity: 'token',
    id,
    name: 'dashboard',
    application: 'homepage',
    team: 'web',
    environment: 'dev',
    scopes: ['sales:read'],
    tier: 'gold',
    status: 'active',
    cidrs: [],
    createdAt: NOW - 100,
    createdBy: 'somebody',
    expiresAt: NOW + 3600,
    generations: [{ number: 1, hash: hashOf(token), pepperId: 'p1', createdAt: NOW - 100 }],
    version: 1,
    usageKey: 'usage-key-value-0123456789',
  };
}

export interface RequestOptions {
  /** @default "GET" */
  readonly method?: string;
  /** Path of the request. @default "/v1/sales" */
  readonly path?: string;
  /** Path template of the resource. @default - the path */
  readonly resource?: string;
  readonly sourceIp?: string;
  /** What the stage says of results. @default "api" */
  readonly results?: 'api' | 'route';
}

/** Event of a request with an Authorization header. */
export function eventFor(authorization: string, options: RequestOptions = {}): AuthorizerEvent {
  const { method = 'GET', path = '/v1/sales', resource = path, sourceIp = '192.0.2.1', results } = options;
  return {
    type: 'REQUEST',
    methodArn: `${STAGE_ARN}/${method}${path}`,
    headers: { Authorization: authorization, Host: 'api.example.com' },
    multiValueHeaders: { Authorization: [authorization], Host: ['api.example.com'] },
    stageVariables: { gatehouseApi: 'sales', ...(results === 'route' && { gatehouseResults: 'route' }) },
    requestContext: {
      apiId: 'api1',
      stage: 'dev',
      resourcePath: resource,
      requestId: 'request-1',
      identity: { sourceIp },
    },
  };
}

/** What the gateway makes of a result for a method and path, at a time and from an address. */
export function verdictOf(
  result: AuthorizerResult,
  path: string,
  request: { readonly now?: number; readonly sourceIp?: string } = {},
): Verdict {
  return evaluate(result.policyDocument, { arn: `${STAGE_ARN}/${path}`, now: NOW, ...request });
}
