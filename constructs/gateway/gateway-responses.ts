import { CHALLENGE_CONTEXT } from '../../lambdas/authorizer/config';
import { EXPIRY_HEADER, EXPIRY_TIME_CONTEXT, GRACE_HEADER, GRACE_TIME_CONTEXT } from '../../lambdas/lib/token-headers';

/** A response that API Gateway makes itself. */
export interface GatewayResponseTable {
  readonly [responseType: string]: {
    /** @default - the status that API Gateway would send */
    readonly statusCode?: string;
    readonly responseTemplates: Readonly<Record<string, string>>;
    readonly responseParameters: Readonly<Record<string, string>>;
  };
}

/** Media type of RFC 9457. */
const PROBLEM_TYPE = 'application/problem+json';

/** How callers are challenged, besides by the realm. */
export interface ChallengeOptions {
  /**
   * Whether API Gateway keeps no results of the authorizer. Then the challenge of a denied request is mapped from the authorizer's context,
   * where it names the scopes of the route; a kept result is for every route, and can name none.
   */
  readonly isUncached: boolean;
  /** JWS algorithms of accepted DPoP proofs (RFC 9449, 7.1). @default - the scheme DPoP is not offered */
  readonly dpopAlgorithms?: readonly string[];
  /** Where the API says which authorization server it trusts (RFC 9728, 5.1). @default - the challenge does not say */
  readonly resourceMetadata?: string | undefined;
}

interface Problem {
  /** Last part of the problem's `type`; where the token service has the same problem, the same part. */
  readonly slug: string;
  readonly title: string;
  readonly statusCode?: string;
  /** JSON value of `detail`: a literal, or a variable of `$context` inside of quotes. @default - no detail */
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Whether the caller is known by then, so that the answer can tell when its token ends. The variables are empty on a public route, where
   * there is no authorizer, and in denials by a resource policy, which comes before it.
   *
   * @default false
   */
  readonly knowsCaller?: true;
  /** Mapping expression of the header `WWW-Authenticate`. @default - no such header */
  readonly challenge?: string;
}

const NOT_FOUND: Problem = {
  slug: 'not-found',
  title: 'Not found',
  statusCode: '404',
  detail: 'no such route',
};

/**
 * Problems by response type. A message never says why a credential was refused. 429 names a second, as nobody can know
 * more of a token bucket from the outside; an exceeded quota takes up to its period.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 * @see RFC 6750, section 3: the challenge names no error when there may have been no credential
 */
function problems(realm: string, challenge: ChallengeOptions): Readonly<Record<string, Problem>> {
  const { isUncached, dpopAlgorithms = [], resourceMetadata } = challenge;
  const metadata = resourceMetadata === undefined ? '' : `, resource_metadata="${resourceMetadata}"`;
  // Parameters belong to the scheme before them, and a client may look at one scheme alone.
  const dpop = dpopAlgorithms.length === 0 ? '' : `, DPoP algs="${dpopAlgorithms.join(' ')}"${metadata}`;
  return {
    UNAUTHORIZED: {
      slug: 'unauthorized',
      title: 'Unauthorized',
      statusCode: '401',
      detail: 'a valid token is required',
      challenge: `'Bearer realm="${realm}"${metadata}${dpop}'`,
    },
    ACCESS_DENIED: {
      slug: 'forbidden',
      knowsCaller: true,
      title: 'Forbidden',
      statusCode: '403',
      detail: 'the token does not permit this request',
      challenge: isUncached
        ? `context.authorizer.${CHALLENGE_CONTEXT}`
        : `'Bearer realm="${realm}", error="insufficient_scope"${metadata}'`,
    },
    INVALID_API_KEY: {
      slug: 'no-usage-plan',
      knowsCaller: true,
      title: 'Forbidden',
      statusCode: '403',
      detail: 'the application of the token has no usage plan for this API',
    },
    // What an unknown route answers, without and with a header `Authorization`: 403 would make it look protected.
    MISSING_AUTHENTICATION_TOKEN: NOT_FOUND,
    INVALID_SIGNATURE: NOT_FOUND,
    THROTTLED: {
      slug: 'throttled',
      knowsCaller: true,
      title: 'Too many requests',
      statusCode: '429',
      detail: 'the rate of requests is above its limit',
      headers: { 'Retry-After': '1' },
    },
    QUOTA_EXCEEDED: {
      slug: 'quota-exceeded',
      knowsCaller: true,
      title: 'Too many requests',
      statusCode: '429',
      detail: 'the quota of the application is used up',
      headers: { 'Retry-After': '3600' },
    },
    BAD_REQUEST_BODY: {
      slug: 'invalid-request',
      knowsCaller: true,
      title: 'Bad request',
      statusCode: '400',
      detail: '$context.error.validationErrorString',
    },
    BAD_REQUEST_PARAMETERS: {
      slug: 'invalid-request',
      knowsCaller: true,
      title: 'Bad request',
      statusCode: '400',
      detail: '$context.error.validationErrorString',
    },
    // API Gateway puts these in place of every type without a response of its own, with that type's status.
    DEFAULT_4XX: { slug: 'request-refused', title: 'Request refused' },
    DEFAULT_5XX: { slug: 'internal', title: 'Internal error' },
  };
}

/**
 * The gateway responses of an API: problem details (RFC 9457) that no cache may keep, with CORS headers when a browser
 * application may call the API, because a browser hides an error without them.
 *
 * API Gateway chooses a template by content type, and `application/json` is the one it takes without further ado; the
 * header then says what the body is. Templates are not VTL: `$context` variables are replaced, nothing else.
 *
 * @param realm protection space of the challenge, usually the name of the API
 */
export function gatewayResponses(
  realm: string,
  allowOrigin: string | undefined,
  challenge: ChallengeOptions = { isUncached: false },
): GatewayResponseTable {
  return Object.fromEntries(
    Object.entries(problems(realm, challenge)).map(([type, problem]) => {
      const headers = {
        'Content-Type': PROBLEM_TYPE,
        'Cache-Control': 'no-store',
        ...problem.headers,
        ...(allowOrigin === undefined
          ? {}
          : {
              'Access-Control-Allow-Origin': allowOrigin,
              'Access-Control-Expose-Headers': `Retry-After,WWW-Authenticate,x-amzn-RequestId,${EXPIRY_HEADER},${GRACE_HEADER}`,
              Vary: 'Origin',
            }),
      };
      return [
        type,
        {
          ...(problem.statusCode === undefined ? {} : { statusCode: problem.statusCode }),
          responseTemplates: { 'application/json': template(problem) },
          responseParameters: {
            ...Object.fromEntries(
              Object.entries(headers).map(([name, value]) => [`gatewayresponse.header.${name}`, `'${value}'`]),
            ),
            ...(problem.knowsCaller === true ? TOKEN_HEADERS : {}),
            ...(problem.challenge === undefined
              ? {}
              : { 'gatewayresponse.header.WWW-Authenticate': problem.challenge }),
          },
        },
      ];
    }),
  );
}

/** A refused credential has no context: a 401 cannot tell when the token ended. */
const TOKEN_HEADERS = {
  [`gatewayresponse.header.${EXPIRY_HEADER}`]: `context.authorizer.${EXPIRY_TIME_CONTEXT}`,
  [`gatewayresponse.header.${GRACE_HEADER}`]: `context.authorizer.${GRACE_TIME_CONTEXT}`,
};

function template(problem: Problem): string {
  return JSON.stringify({
    type: `urn:gatehouse:problem:${problem.slug}`,
    title: problem.title,
    ...(problem.statusCode === undefined ? {} : { status: Number(problem.statusCode) }),
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    requestId: '$context.requestId',
  });
}
