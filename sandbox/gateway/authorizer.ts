import { type AuthorizerResult, parseAuthorizerResult } from './authorizer-result';
import { GatewayError } from './errors';
import { authorizerEvent, domainName, executionArn, methodArn, type RoutedRequest } from './events';
import { type FunctionAccess, FunctionUnavailable, failureText } from './function-access';
import type { AuthorizerDefinition, RestApi } from './model';
import { PolicyError } from './policy';
import { headerValues } from './request';

export interface Authorization extends AuthorizerResult {
  /** Milliseconds of this request's invocation; 0 when the result was cached. */
  readonly latency: number;
}

/** Results that are kept at the same time; the oldest is dropped first. */
const MAX_CACHED = 10_000;

/**
 * The REQUEST authorizers of all APIs, with their result cache. A result is kept by authorizer, stage and the values of
 * all identity sources, and its policy is evaluated again for every request.
 */
export class Authorizers {
  private readonly cache = new Map<string, { result: AuthorizerResult; expires: number; stageKey: string }>();

  constructor(
    private readonly functions: FunctionAccess,
    private readonly clock: () => number,
  ) {}

  /**
   * Decides on a request.
   *
   * @throws {GatewayError} UNAUTHORIZED, ACCESS_DENIED, AUTHORIZER_FAILURE or AUTHORIZER_CONFIGURATION_ERROR
   */
  async authorize(routed: RoutedRequest, authorizer: AuthorizerDefinition): Promise<Authorization> {
    const authorization = await this.result(routed, authorizer);
    const verdict = this.evaluate(routed, authorization);
    if (verdict === 'allow') {
      return authorization;
    }
    const text = 'User is not authorized to access this resource';
    throw new AccessDenied(authorization, verdict === 'explicitDeny' ? `${text} with an explicit deny` : text);
  }

  /** Drops what is kept for a stage. */
  flush(apiId: string, stage: string): void {
    for (const [key, { stageKey }] of this.cache) {
      if (stageKey === stageKeyOf(apiId, stage)) {
        this.cache.delete(key);
      }
    }
  }

  private async result(routed: RoutedRequest, authorizer: AuthorizerDefinition): Promise<Authorization> {
    const key = this.cacheKey(routed, authorizer);
    const known = key === undefined ? undefined : this.cache.get(key);
    if (known !== undefined && this.clock() < known.expires) {
      return { ...known.result, latency: 0 };
    }
    const began = performance.now();
    const result = await this.call(routed, authorizer);
    if (key !== undefined) {
      const { api } = routed;
      this.keep(key, result, authorizer.ttlSeconds, stageKeyOf(api.id, api.stage.name));
    }
    return { ...result, latency: Math.round(performance.now() - began) };
  }

  /** `undefined` when nothing is cached. @throws {GatewayError} UNAUTHORIZED for a missing identity source */
  private cacheKey(routed: RoutedRequest, authorizer: AuthorizerDefinition): string | undefined {
    if (authorizer.ttlSeconds === 0) {
      return undefined;
    }
    const { api } = routed;
    const values = authorizer.identitySources.map((source) => identityValues(source, routed));
    const missing = values.findIndex((list) => list.length === 0 || list.every((value) => value === ''));
    if (missing >= 0) {
      throw new GatewayError('UNAUTHORIZED', {
        cause: `identity source ${authorizer.identitySources[missing]} is missing, the authorizer was not invoked`,
      });
    }
    // Without an identity source every request would share one result.
    if (values.length === 0) {
      return undefined;
    }
    return JSON.stringify([api.id, api.stage.name, authorizer.id, values]);
  }

  private async call(routed: RoutedRequest, authorizer: AuthorizerDefinition): Promise<AuthorizerResult> {
    const result = await this.invoke(routed, authorizer);
    if (result.ok) {
      return parseAuthorizerResult(result.payload);
    }
    if (result.errorMessage === 'Unauthorized') {
      throw new GatewayError('UNAUTHORIZED', { cause: 'the authorizer threw "Unauthorized"' });
    }
    // The message is in the function's log; here it could put a credential into another log.
    throw new GatewayError('AUTHORIZER_FAILURE', {
      cause: `authorizer ${authorizer.name} failed: ${failureText(result)}`,
    });
  }

  private async invoke(
    routed: RoutedRequest,
    { functionArn, id }: AuthorizerDefinition,
  ): Promise<Awaited<ReturnType<FunctionAccess['call']>>> {
    try {
      const sourceArn = authorizerSourceArn(routed.api, id);
      return await this.functions.call({ functionArn, sourceArn, event: authorizerEvent(routed) });
    } catch (error) {
      if (!(error instanceof FunctionUnavailable)) {
        throw error;
      }
      throw new GatewayError('AUTHORIZER_CONFIGURATION_ERROR', { cause: error.message });
    }
  }

  private evaluate(
    routed: RoutedRequest,
    authorization: Authorization,
  ): ReturnType<AuthorizerResult['policy']['evaluate']> {
    try {
      return authorization.policy.evaluate({
        methodArn: methodArn(routed),
        sourceIp: routed.request.sourceIp,
        now: this.clock(),
      });
    } catch (error) {
      if (error instanceof PolicyError) {
        throw new GatewayError('AUTHORIZER_CONFIGURATION_ERROR', { cause: error.message });
      }
      throw error;
    }
  }

  private keep(key: string, result: AuthorizerResult, ttlSeconds: number, stageKey: string): void {
    this.cache.delete(key);
    this.cache.set(key, { result, expires: this.clock() + ttlSeconds * 1000, stageKey });
    const [oldest] = this.cache.keys();
    if (this.cache.size > MAX_CACHED && oldest !== undefined) {
      this.cache.delete(oldest);
    }
  }
}

/** A denial knows the caller: its context goes to the access log and into headers of the gateway response. */
export class AccessDenied extends GatewayError {
  constructor(
    readonly authorization: Authorization,
    text: string,
  ) {
    super('ACCESS_DENIED', { text });
  }
}

function stageKeyOf(apiId: string, stage: string): string {
  return `${apiId}/${stage}`;
}

/** ARN of an authorizer as the resource policy of its function sees it. */
export function authorizerSourceArn(api: RestApi, authorizerId: string): string {
  return `${executionArn(api)}/authorizers/${authorizerId}`;
}

/** Identity sources that the sandbox has a value for. @see identityValues */
export const IDENTITY_SOURCE =
  /^(method\.request\.(header|querystring)\.[A-Za-z0-9_.-]+|stageVariables\.\w+|context\.(httpMethod|path|stage|apiId|accountId|protocol|domainName|domainPrefix|resourcePath|resourceId|identity\.(sourceIp|userAgent)))$/;

function identityValues(source: string, { request, api, route }: RoutedRequest): readonly string[] {
  const [, location, name = ''] = /^method\.request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (location === 'header') {
    return headerValues(request.headers, name);
  }
  if (location === 'querystring') {
    return request.query[name] ?? [];
  }
  if (source.startsWith('stageVariables.')) {
    const value = api.stage.variables[source.slice('stageVariables.'.length)];
    return value === undefined ? [] : [value];
  }
  const context: Readonly<Record<string, string | undefined>> = {
    'context.httpMethod': request.method,
    'context.path': request.stagePath,
    'context.stage': api.stage.name,
    'context.apiId': api.id,
    'context.accountId': api.accountId,
    'context.protocol': request.protocol,
    'context.domainName': domainName(api),
    'context.domainPrefix': api.id,
    'context.resourcePath': route.resource.path,
    'context.resourceId': route.resource.id,
    'context.identity.sourceIp': request.sourceIp,
    'context.identity.userAgent': headerValues(request.headers, 'user-agent').at(-1),
  };
  const value = context[source];
  return value === undefined ? [] : [value];
}
