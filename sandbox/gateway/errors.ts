/** Gateway response types that the sandbox produces. */
export type GatewayResponseType = keyof typeof DEFAULTS;

/**
 * Status, text and `x-amzn-ErrorType` of each type when nothing is customised. `null` is what API Gateway sends for a
 * failed authorizer.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
const DEFAULTS = {
  ACCESS_DENIED: [403, 'User is not authorized to access this resource', 'AccessDeniedException'],
  API_CONFIGURATION_ERROR: [500, 'Internal server error', 'InternalServerErrorException'],
  AUTHORIZER_CONFIGURATION_ERROR: [500, null, 'AuthorizerConfigurationException'],
  AUTHORIZER_FAILURE: [500, null, 'AuthorizerFailureException'],
  BAD_REQUEST_BODY: [400, 'Invalid request body', 'BadRequestException'],
  BAD_REQUEST_PARAMETERS: [400, 'Missing required request parameters', 'BadRequestException'],
  DEFAULT_4XX: [400, 'Bad Request', 'BadRequestException'],
  DEFAULT_5XX: [500, 'Internal server error', 'InternalServerErrorException'],
  INTEGRATION_TIMEOUT: [504, 'Endpoint request timed out', 'InternalServerErrorException'],
  INVALID_SIGNATURE: [403, 'Forbidden', 'InvalidSignatureException'],
  INVALID_API_KEY: [403, 'Forbidden', 'ForbiddenException'],
  MISSING_AUTHENTICATION_TOKEN: [403, 'Missing Authentication Token', 'MissingAuthenticationTokenException'],
  QUOTA_EXCEEDED: [429, 'Limit Exceeded', 'LimitExceededException'],
  REQUEST_TOO_LARGE: [413, 'Request Too Long', 'RequestTooLargeException'],
  THROTTLED: [429, 'Too Many Requests', 'TooManyRequestsException'],
  UNAUTHORIZED: [401, 'Unauthorized', 'UnauthorizedException'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'Unsupported Media Type', 'UnsupportedMediaTypeException'],
} as const satisfies Record<string, readonly [number, string | null, string]>;

export interface GatewayErrorOptions {
  /** @default - the text of the type */
  readonly text?: string;
  /** @default - the status of the type */
  readonly status?: number;
  /** What was wrong with the request, for `$context.error.validationErrorString`. */
  readonly validation?: string;
  /** Why, for the execution log; callers never see it. */
  readonly cause?: string;
  /** For `x-amzn-ErrorType`. @default - that of the type */
  readonly errorType?: string;
  /** Whether the request was refused before its API was looked at, so that none of the API's gateway responses is used. */
  readonly byFront?: boolean;
}

/** A request that ends with a gateway response. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly status: number;
  /** `null` where API Gateway sends `{"message":null}`. */
  readonly text: string | null;
  readonly errorType: string;
  readonly validation: string | undefined;
  readonly reason: string | undefined;
  readonly byFront: boolean;

  constructor(
    readonly type: GatewayResponseType,
    options: GatewayErrorOptions = {},
  ) {
    const [status, text, errorType] = DEFAULTS[type];
    super(options.cause ?? options.text ?? text ?? type);
    this.status = options.status ?? status;
    this.text = options.text ?? text;
    this.errorType = options.errorType ?? errorType;
    this.validation = options.validation;
    this.reason = options.cause;
    this.byFront = options.byFront ?? false;
  }
}

/** What a function did wrong: 502 without its text. API Gateway has no type of its own for it but the family's. */
export function badFunctionResponse(cause: string): GatewayError {
  return new GatewayError('DEFAULT_5XX', { status: 502, cause });
}
