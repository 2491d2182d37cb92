import { type AuthorizerContext, contextOf } from '../answer/context';
import { API_STAGE_VARIABLE } from '../config';
import type { Credential } from '../credential';
import { AuthorizerError } from '../reasons';
import type { AuthorizerEvent, GatewayRequest } from './request';

/** What an HTTP API takes from an authorizer with simple responses. */
export interface SimpleAnswer {
  readonly isAuthorized: boolean;
  readonly context: AuthorizerContext;
}

/** The parts of an event of payload format 2.0 that are read here. Everything in it is unchecked. */
interface HttpEvent {
  readonly type?: unknown;
  readonly routeArn?: unknown;
  readonly routeKey?: unknown;
  readonly identitySource?: unknown;
  readonly stageVariables?: Readonly<Record<string, unknown>> | null;
  readonly requestContext?: {
    readonly apiId?: unknown;
    readonly stage?: unknown;
    readonly requestId?: unknown;
    readonly http?: { readonly sourceIp?: unknown } | null;
  } | null;
}

const ROUTE_ARN = /^(arn:[^:*?]+:execute-api:[^:*?]+:[^:*?]+:([^:/*?]+)\/([^:/*?]+))\//;

/** A route of one method; neither `$default` nor `ANY /x`, which have no access rule of their own. */
const ROUTE_KEY = /^(?!ANY )([A-Z]+) (\/.*)$/;

/**
 * Reads what an HTTP API says about a request (Lambda authorizer, payload format 2.0). The route is the one that the
 * gateway chose, `routeKey`; the path as the client wrote it plays no part.
 *
 * An HTTP API keeps one verdict for all requests that have the same identity sources. The verdict holds for one route
 * and for the networks of the token, so route and source address have to be among them: without, nothing is decided.
 *
 * @throws {AuthorizerError} when the event is another one, or its identity sources are
 */
export function readHttpRequest(event: AuthorizerEvent & HttpEvent): GatewayRequest {
  const { apiId, stage, requestId, http } = event.requestContext ?? {};
  const { routeArn, routeKey, identitySource } = event;
  const [, stageArn = '', ...parts] = ROUTE_ARN.exec(String(routeArn)) ?? [];
  if (event.type !== 'REQUEST' || parts[0] !== apiId || parts[1] !== stage || typeof routeKey !== 'string') {
    throw new AuthorizerError('config_error', 'event is not one of an HTTP API authorizer, payload format 2.0');
  }
  const sourceIp = text(http?.sourceIp);
  const sources: readonly unknown[] = Array.isArray(identitySource) ? identitySource : [];
  if (sources.length < 3 || !sources.includes(routeKey) || !sources.includes(sourceIp)) {
    const needed = '$request.header.Authorization, $context.routeKey and $context.identity.sourceIp';
    throw new AuthorizerError('config_error', `identity sources of the HTTP API are others than ${needed}`);
  }
  const api = text(event.stageVariables?.[API_STAGE_VARIABLE]);
  if (!api) {
    throw new AuthorizerError('config_error', `stage variable ${API_STAGE_VARIABLE} is missing`);
  }
  const [, method = '', path = ''] = ROUTE_KEY.exec(routeKey) ?? [];
  return {
    api,
    stage: String(stage),
    stageArn,
    method,
    path,
    isResultPerRoute: true,
    requestId: text(requestId) ?? '',
    sourceIp,
    gateway: 'http',
    // Requests that no other route takes, for example for the same path with a slash at its end.
    isCatchAll: !method,
  };
}

/** The answer for one request. A token that is good and may not call the route is denied with 403. */
export function simpleAnswer(credential: Credential, isAuthorized: boolean): SimpleAnswer {
  return { isAuthorized, context: contextOf(credential) };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}
