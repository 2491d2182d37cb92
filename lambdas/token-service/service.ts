import { z } from '@hono/zod-openapi';
import { readCaller } from '../lib/caller';
import { canaryAction, type EndedCanary, type StartedCanary } from './canary-actions';
import { CANARY_ALIAS, OAUTH_ALIAS, type TokenServiceConfig } from './config';
import { createOperations } from './domain/operations';
import type { TokenServicePorts } from './domain/ports';
import { createApp, logged } from './http/app';
import { withCommonHeaders, withTokenHeaders } from './http/common-headers';
import { ProblemError, problemResponse } from './http/problems';
import { isProxyEvent, type ProxyEvent, type ProxyResult, requestOf, resultOf } from './http/proxy-event';
import { redact } from './http/redact';
import { oauthAction, type RevokedForOAuth } from './oauth-actions';
import { openApiDocument } from './openapi';

export interface TokenServiceOptions {
  /** Value of `Access-Control-Allow-Origin`: a proxy integration must send it itself. @default - not sent */
  readonly allowOrigin?: string | undefined;
}

/** Answer to a direct invocation. */
export interface AdministratorToken {
  readonly token: string;
  readonly id: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** Answer to a direct invocation that empties the set of revocations. */
export interface RevocationReset {
  /** How many revocations are gone; absent when the set was too damaged to be counted. */
  readonly removed?: number;
}

/** What Lambda says of an invocation, as far as it is looked at. */
export interface Invocation {
  /** With the alias by which the function was invoked, if it was. */
  readonly invokedFunctionArn: string;
}

/** Handles events of API Gateway and direct invocations. */
export type TokenService = (
  event: unknown,
  invocation?: Invocation,
) => Promise<ProxyResult | AdministratorToken | RevocationReset | StartedCanary | EndedCanary | RevokedForOAuth>;

const DEFAULT_ADMINISTRATOR_LIFETIME_SECONDS = 3600;
const MAX_ADMINISTRATOR_LIFETIME_SECONDS = 86_400;

const AdministratorTokenRequest = z.strictObject({
  action: z.literal('issueAdministratorToken'),
  name: z.string().min(1).max(128).default('administrator'),
  lifetimeSeconds: z
    .int()
    .min(1)
    .max(MAX_ADMINISTRATOR_LIFETIME_SECONDS)
    .default(DEFAULT_ADMINISTRATOR_LIFETIME_SECONDS),
});

/**
 * The token service. It is pure: clock, randomness, table, pepper, API Gateway and log are ports.
 *
 * Two kinds of event are understood. A proxy event of a REST API is an HTTP request by the caller whom the authorizer
 * names. An event `{"action":"issueAdministratorToken"}` or `{"action":"resetRevocations"}` can only come from whoever holds `lambda:InvokeFunction`,
 * because API Gateway wraps whatever its callers send. Through the alias {@link CANARY_ALIAS} only the actions of canaries are understood, and through
 * {@link OAUTH_ALIAS} only that of the token endpoint.
 *
 * The returned function rejects for other events and for failed direct invocations; HTTP requests always get an answer.
 */
export function createTokenService(
  config: TokenServiceConfig,
  ports: TokenServicePorts,
  options: TokenServiceOptions = {},
): TokenService {
  const operations = createOperations(config, ports);
  const { issuing, revocations } = operations;
  let made: ReturnType<typeof openApiDocument> | undefined;
  const document = () => {
    made ??= openApiDocument(config.basePath);
    return made;
  };
  const app = createApp(operations, { basePath: config.basePath, log: ports.log, document });

  async function respond(event: ProxyEvent): Promise<Response> {
    const { requestId } = event.requestContext;
    try {
      const caller = readCaller(event);
      let request: Request;
      try {
        request = requestOf(event);
      } catch {
        // The URL and Request constructors refuse what HTTP does not allow.
        return problemResponse(new ProblemError('not-found', 'no operation has this method and path'), requestId);
      }
      const origin = { caller, requestId, address: addressOf(event) };
      return withTokenHeaders(await app.fetch(request, origin), caller);
    } catch (error) {
      return problemResponse(logged(error, requestId, ports.log), requestId);
    }
  }

  async function issueAdministratorToken(event: unknown): Promise<AdministratorToken> {
    const request = AdministratorTokenRequest.safeParse(event);
    if (!request.success) {
      throw new Error(redact(`administrator token refused: ${z.prettifyError(request.error)}`));
    }
    const { name, lifetimeSeconds } = request.data;
    try {
      const { token, id, expiresAt } = await issuing.issueAdministratorToken(name, lifetimeSeconds);
      return { token, id, expiresAt };
    } catch (error) {
      logged(error, undefined, ports.log);
      // Lambda writes the message of a rejection to the log and to the operator, so it goes through the same filter.
      throw new Error(redact(`administrator token not issued: ${error instanceof Error ? error.message : error}`));
    }
  }

  async function resetRevocations(): Promise<RevocationReset> {
    try {
      const removed = await revocations.reset();
      return removed === undefined ? {} : { removed };
    } catch (error) {
      logged(error, undefined, ports.log);
      throw new Error(redact(`revocations not reset: ${error instanceof Error ? error.message : error}`));
    }
  }

  async function ofCanary(event: unknown): Promise<StartedCanary | EndedCanary> {
    try {
      return await canaryAction(event, operations.canaries);
    } catch (error) {
      logged(error, undefined, ports.log);
      throw new Error(redact(`canary refused: ${error instanceof Error ? error.message : error}`));
    }
  }

  async function ofTokenEndpoint(event: unknown): Promise<RevokedForOAuth> {
    try {
      return await oauthAction(event, operations.clientRevocations);
    } catch (error) {
      logged(error, undefined, ports.log);
      throw new Error(redact(`not revoked: ${error instanceof Error ? error.message : error}`));
    }
  }

  return async (event, invocation) => {
    // First: by this alias nothing else is to be had, whatever the event looks like.
    if (invocation?.invokedFunctionArn.endsWith(`:${CANARY_ALIAS}`)) {
      return ofCanary(event);
    }
    if (invocation?.invokedFunctionArn.endsWith(`:${OAUTH_ALIAS}`)) {
      return ofTokenEndpoint(event);
    }
    if (isProxyEvent(event)) {
      const response = await respond(event);
      return resultOf(withCommonHeaders(response, options.allowOrigin));
    }
    switch (actionOf(event)) {
      case 'issueAdministratorToken':
        return issueAdministratorToken(event);
      case 'resetRevocations':
        return resetRevocations();
    }
    throw new Error('unsupported event');
  };
}

function addressOf({ requestContext }: ProxyEvent): string | undefined {
  const address = requestContext.identity?.sourceIp;
  return typeof address === 'string' ? address : undefined;
}

/** What a direct invocation asks for. */
function actionOf(event: unknown): unknown {
  return typeof event === 'object' &&
    event !== null &&
    !('requestContext' in event) &&
    !('httpMethod' in event) &&
    'action' in event
    ? event.action
    : undefined;
}
