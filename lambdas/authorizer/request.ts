import type { CarrierEvent } from './carrier';
import { API_STAGE_VARIABLE } from './config';
import { AuthorizerError } from './reasons';

/** The parts of a REST REQUEST authorizer event that the authorizer reads. Everything in it is unchecked. */
export interface AuthorizerEvent extends CarrierEvent {
  readonly type?: unknown;
  readonly methodArn?: unknown;
  readonly stageVariables?: Readonly<Record<string, unknown>> | null;
  readonly requestContext?: {
    readonly apiId?: unknown;
    readonly stage?: unknown;
    readonly resourcePath?: unknown;
    readonly requestId?: unknown;
    readonly identity?: { readonly sourceIp?: unknown } | null;
  } | null;
}

/** What the gateway says about a request. Headers, query and path as the client wrote them play no part. */
export interface GatewayRequest {
  readonly api: string;
  readonly stage: string;
  /** ARN of the stage: `arn:<partition>:execute-api:<region>:<account>:<api id>/<stage>`. */
  readonly stageArn: string;
  /** Method and path template of the resource that the gateway chose: `GET /v1/sales/{region}`. */
  readonly route: string;
  readonly requestId: string;
  readonly sourceIp: string | undefined;
}

const STAGE_ARN = /^arn:[^:*?]+:execute-api:[^:*?]+:[^:*?]+:([^:/*?]+)\/([^:/*?]+)$/;
const METHOD = /^[A-Z]+$/;

/**
 * Reads what the gateway says about a request.
 *
 * @throws {AuthorizerError} when the event is not that of a REST REQUEST authorizer of the kit
 */
export function readRequest(event: AuthorizerEvent): GatewayRequest {
  const { apiId, stage, resourcePath, requestId, identity } = event?.requestContext ?? {};
  // arn:…:<api id>/<stage>/<method>/<path>
  const arn = text(event?.methodArn) ?? '';
  const stageEnd = arn.indexOf('/', arn.indexOf('/') + 1);
  const methodEnd = arn.indexOf('/', stageEnd + 1);
  const stageArn = arn.slice(0, stageEnd);
  const method = arn.slice(stageEnd + 1, methodEnd);
  const match = STAGE_ARN.exec(stageArn);
  const api = text(event?.stageVariables?.[API_STAGE_VARIABLE]);
  if (
    event?.type !== 'REQUEST' ||
    !match ||
    match[1] !== apiId ||
    match[2] !== stage ||
    !METHOD.test(method) ||
    methodEnd <= stageEnd ||
    !text(resourcePath)
  ) {
    throw new AuthorizerError('config_error', 'event is not one of a REST API authorizer of type REQUEST');
  }
  if (!api) {
    throw new AuthorizerError('config_error', `stage variable ${API_STAGE_VARIABLE} is missing`);
  }
  return {
    api,
    stage: String(stage),
    stageArn,
    route: `${method} ${resourcePath}`,
    requestId: text(requestId) ?? '',
    sourceIp: text(identity?.sourceIp),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}
