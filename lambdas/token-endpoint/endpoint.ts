import { reasonOf } from '../authorizer/reasons';
import { createSigner } from '../lib/signer';
import { createAuthentication } from './clients/authentication';
import { metadataPaths, OAUTH_PATHS, type TokenEndpointConfig } from './config';
import { oauthDecisionLog } from './decision-log';
import { createNonces } from './dpop/nonce';
import { createProofReader } from './dpop/proof';
import { CLIENT_CREDENTIALS, createClientCredentials } from './grants/client-credentials';
import type { GrantHandler, GrantNote } from './grants/grant-request';
import { createSessionTokens } from './grants/session';
import { createTokenExchange, TOKEN_EXCHANGE } from './grants/token-exchange';
import { type EndpointAnswer, errorAnswer, jsonAnswer, publicAnswer } from './http/answer';
import { type EndpointEvent, type OAuthRequest, requestOf } from './http/event';
import { createIntrospection } from './introspection';
import { metadataOf } from './metadata';
import { OAuthError, unavailable } from './oauth-error';
import { createPeppers } from './peppers';
import type { TokenEndpointPorts } from './ports';
import { guarded } from './ports-guard';
import { createResourceMetadata } from './resource-metadata';
import { createRevocation } from './revocation';
import { createApiTokenCheck, graceForDerived } from './tokens/api-tokens';
import { createMint, type IssuedToken } from './tokens/minting';
import { createOwnTokens } from './tokens/own-tokens';

/** Handles proxy events of a REST API, and direct invocations, which alone can mint the token of a person's session. */
export type TokenEndpoint = (event: unknown) => Promise<EndpointAnswer | IssuedToken>;

/** What a request learns on its way to the log. */
interface Note extends GrantNote {
  grant?: string;
  isIssued?: boolean;
}

type Handler = (request: OAuthRequest, note: Note) => Promise<EndpointAnswer>;

/** How long anybody may keep the metadata, in seconds. */
const METADATA_SECONDS = 300;

/**
 * Makes the OAuth endpoints of a platform: tokens for machines, their revocation and introspection, and the metadata of the issuer. It is pure:
 * clock, table, secrets, token service and log are ports.
 *
 * An HTTP request always gets an answer: 503 when something is out of reach, 500 for a mistake of the function, and never a token by a guess. The returned
 * function rejects for events of another kind, and for refused direct invocations.
 */
export function createTokenEndpoint(config: TokenEndpointConfig, outside: TokenEndpointPorts): TokenEndpoint {
  const ports = guarded(outside);
  const signer = createSigner(config.timing, {
    now: ports.clock,
    readSecret: () => ports.readSecret(config.signingSecret),
    readRecord: ports.readRotationRecord,
    warn: ports.warn,
  });
  const peppers = createPeppers(config.pepperSecret, ports);
  const nonces = createNonces(peppers, config.issuer);
  const readProof = createProofReader(config, ports, nonces);
  const authenticate = createAuthentication(config, ports, peppers);
  const mint = createMint(config, ports, signer);
  const checkApiToken = createApiTokenCheck(config, ports, peppers);
  const checkForExchange = createApiTokenCheck(config, ports, peppers, graceForDerived(ports.clock));
  const ownTokens = createOwnTokens(config, ports);
  const mintSessionToken = createSessionTokens(config, ports, mint);
  const log = oauthDecisionLog(ports.log, config);

  const grants: ReadonlyMap<string | undefined, GrantHandler> = new Map([
    [CLIENT_CREDENTIALS, createClientCredentials(config, ports, authenticate, mint)],
    [TOKEN_EXCHANGE, createTokenExchange(config, ports, authenticate, checkForExchange, mint)],
  ]);

  async function issue(request: OAuthRequest, note: Note): Promise<EndpointAnswer> {
    const form = request.form();
    const type = form.get('grant_type');
    const grant = grants.get(type);
    if (type === undefined) {
      throw new OAuthError('invalid_request', 'grant_type is missing');
    }
    if (!grant) {
      throw new OAuthError('unsupported_grant_type', 'the grant type is not one of this server');
    }
    note.grant = type;
    const proof = await readProof(request);
    const issued = await grant({ request, form, proof }, note);
    note.isIssued = true;
    const nonce =
      proof && config.dpop?.requireNonce ? { 'dpop-nonce': await nonces.current(ports.clock() / 1000) } : {};
    return jsonAnswer(issued, nonce);
  }

  const posts = new Map<string, Handler>([
    [OAUTH_PATHS.token, issue],
    [OAUTH_PATHS.introspect, createIntrospection(config, ports, authenticate, checkApiToken, ownTokens, signer)],
  ]);
  if (config.tokenService !== undefined) {
    posts.set(OAUTH_PATHS.revoke, createRevocation(config, ports, authenticate, checkApiToken, ownTokens));
  }
  const { pathname } = new URL(config.issuer);
  const base = pathname === '/' ? '' : pathname;
  const metadata = metadataPaths(config.issuer);
  const resourceMetadata = createResourceMetadata(config);

  function handlerOf({ method, path }: OAuthRequest): Handler {
    // A gateway gives the path with or without that of the issuer, by how its domain is mapped.
    const own = base && path.startsWith(`${base}/`) ? path.slice(base.length) : path;
    const post = posts.get(own);
    const resource = resourceMetadata(own);
    const isMetadata = metadata.includes(path) || own === OAUTH_PATHS.metadata || own === OAUTH_PATHS.openidMetadata;
    if (!post && !isMetadata && !resource) {
      throw new OAuthError('invalid_request', 'there is nothing at this address', { status: 404 });
    }
    const allowed = post ? ['POST'] : ['GET', 'HEAD'];
    if (!allowed.includes(method)) {
      throw new OAuthError('invalid_request', `the method is another one than ${allowed[0]}`, {
        status: 405,
        headers: { allow: allowed.join(', ') },
      });
    }
    const document = resource ?? (() => metadataOf(config, ownTokens));
    return post ?? (async () => publicAnswer(JSON.stringify(await document()), METADATA_SECONDS));
  }

  async function respond(event: EndpointEvent): Promise<EndpointAnswer> {
    const startedAt = ports.clock();
    const request = requestOf(event);
    const note: Note = {};
    let error: OAuthError | undefined;
    let answer: EndpointAnswer;
    try {
      answer = await handlerOf(request)(request, note);
    } catch (cause) {
      error = asOAuthError(cause);
      answer = errorAnswer(error, config.issuer);
    }
    const endpoint = [...posts.keys()].find((path) => request.path.endsWith(path)) ?? 'metadata';
    log({
      endpoint: endpoint.replace('/oauth2/', ''),
      grant: note.grant,
      requestId: request.requestId,
      note,
      isIssued: note.isIssued === true,
      error,
      latencyMs: ports.clock() - startedAt,
    });
    return answer;
  }

  return async (event) => {
    if (isProxyEvent(event)) {
      return respond(event);
    }
    if (isSessionRequest(event)) {
      return mintSessionToken(event);
    }
    throw new Error('unsupported event');
  };
}

/** What the caller is told of a failure. */
function asOAuthError(cause: unknown): OAuthError {
  if (cause instanceof OAuthError) {
    return cause;
  }
  // The authorizer's part that judges API tokens says by its own error that a record or a set cannot be read, or is malformed.
  return reasonOf(cause) === 'store_error'
    ? unavailable('the token table', cause)
    : new OAuthError('server_error', 'the request cannot be answered', { reason: 'a mistake of the function', cause });
}

function isProxyEvent(event: unknown): event is EndpointEvent {
  return typeof event === 'object' && event !== null && 'httpMethod' in event && 'requestContext' in event;
}

/** API Gateway wraps whatever its callers send, so that such an event comes from whoever may invoke the function. */
function isSessionRequest(event: unknown): boolean {
  return (
    typeof event === 'object' &&
    event !== null &&
    !('requestContext' in event) &&
    !('httpMethod' in event) &&
    (event as { action?: unknown }).action === 'mintSessionToken'
  );
}
