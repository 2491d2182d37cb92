import { sendRequest } from './http-request';
import { type AwsCredentials, signPost } from './sigv4';

/** An AWS service with a JSON protocol. */
export interface AwsJsonService {
  /** Name in signatures and host names. */
  readonly name: string;
  /** What precedes the operation in `X-Amz-Target`. */
  readonly target: string;
  /** Version of the protocol. */
  readonly version: string;
  /** Variable that names another endpoint. */
  readonly endpointVariable: string;
}

/** One call of an AWS JSON protocol operation. */
export interface AwsCall {
  /** A service that every function may call by name, or the description of another. */
  readonly service: keyof typeof SERVICES | AwsJsonService;
  readonly region: string;
  /** Operation name, for example `GetItem`. */
  readonly operation: string;
  readonly input: unknown;
  /**
   * Time until the whole answer is there, in milliseconds.
   * @default 2000
   */
  readonly timeoutMs?: number;
  /**
   * Whether the call may be sent again when a kept-alive connection turns out to be closed.
   * @default false
   */
  readonly idempotent?: boolean;
  /** Where the service is, and who calls it. @default - as the environment says */
  readonly access?: AwsAccess;
}

/** How a program that is no function of the kit reaches AWS. */
export interface AwsAccess {
  /** Endpoint in place of the region's. @default - that of the standard variables, else of the region */
  readonly endpoint?: string;
  /** @default - those of the standard variables */
  readonly credentials?: AwsCredentials;
}

/** An AWS service answered with an error. */
export class AwsRequestError extends Error {
  override readonly name = 'AwsRequestError';

  constructor(
    readonly operation: string,
    /** HTTP status. */
    readonly status: number,
    /** Name of the service's exception, for example `ResourceNotFoundException`. */
    readonly code: string,
  ) {
    // The service's own message may quote the request: it is left out.
    super(`${operation} failed with status ${status} and code ${code}`);
  }
}

const SERVICES = {
  dynamodb: {
    name: 'dynamodb',
    target: 'DynamoDB_20120810',
    version: '1.0',
    endpointVariable: 'AWS_ENDPOINT_URL_DYNAMODB',
  },
  secretsmanager: {
    name: 'secretsmanager',
    target: 'secretsmanager',
    version: '1.1',
    endpointVariable: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  },
} as const;

/** DynamoDB items have at most 400 KB and secrets 64 KB; JSON makes them longer. */
const MAX_RESPONSE_BYTES = 2_000_000;

const DEFAULT_TIMEOUT_MS = 2000;

/**
 * Calls an AWS JSON protocol operation, signed with the credentials of the environment. The endpoint is the region's,
 * or that of the standard variables `AWS_ENDPOINT_URL_<SERVICE>` and `AWS_ENDPOINT_URL`.
 *
 * @throws {AwsRequestError} when the service answers with an error
 * @throws {Error} on transport errors, on a timeout, without credentials, and when the answer is not JSON
 */
export async function awsRequest(call: AwsCall): Promise<unknown> {
  const service = typeof call.service === 'string' ? SERVICES[call.service] : call.service;
  const url = awsEndpoint(service, call.region, call.access);
  const body = JSON.stringify(call.input);
  const headers = signPost(
    {
      host: url.host,
      path: url.pathname,
      headers: {
        'content-type': `application/x-amz-json-${service.version}`,
        'x-amz-target': `${service.target}.${call.operation}`,
      },
      body,
    },
    { service: service.name, region: call.region, date: new Date() },
    call.access?.credentials ?? environmentCredentials(),
  );
  const response = await sendRequest({
    url,
    method: 'POST',
    headers,
    body,
    timeoutMs: call.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    maxBytes: MAX_RESPONSE_BYTES,
    idempotent: call.idempotent ?? false,
  });
  const answer = parseObject(response.body.toString());
  if (response.status !== 200) {
    throw new AwsRequestError(call.operation, response.status, errorCode(answer));
  }
  if (!answer) {
    throw new Error(`${call.operation} answered with something that is not a JSON object`);
  }
  return answer;
}

/** Where a service is. */
export function awsEndpoint(
  service: Pick<AwsJsonService, 'name' | 'endpointVariable'>,
  region: string,
  access: AwsAccess = {},
): URL {
  const override = access.endpoint || process.env[service.endpointVariable] || process.env.AWS_ENDPOINT_URL;
  return new URL(override || `https://${service.name}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`);
}

/** @throws {Error} when the environment has none */
export function environmentCredentials(): AwsCredentials {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new Error('environment holds no AWS credentials, expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}

/** The object in a JSON text, else `undefined`: the parser's message would quote an answer that may hold a secret. */
function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function errorCode(answer: Record<string, unknown> | undefined): string {
  const type = answer?.__type ?? answer?.code;
  const code = typeof type === 'string' ? /[A-Za-z]+$/.exec(type)?.[0] : undefined;
  return code ?? 'unknown';
}
