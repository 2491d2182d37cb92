import { API_STAGE_VARIABLE, RESULTS_PER_ROUTE, RESULTS_STAGE_VARIABLE } from '../config';
import { AuthorizerError } from '../reasons';
import type { CarrierEvent } from './carrier';

/** The parts of a REST REQUEST authorizer event that the authorizer reads. Everything in it is unchecked. */
export interface AuthorizerEvent extends CarrierEvent {
  /** `2.0` for an HTTP API with that payload format. */
  readonly version?: unknown;
  readonly type?: unknown;
  readonly methodArn?: unknown;
  readonly stageVariables?: Readonly<Record<string, unknown>> | null;
  readonly requestContext?: {
    readonly apiId?: unknown;
    readonly stage?: unknown;
    readonly resourcePath?: unknown;
    readonly requestId?: unknown;
    readonly identity?: {
      readonly sourceIp?: unknown;
      readonly clientCert?: { readonly clientCertPem?: unknown } | null;
    } | null;
  } | null;
}

/** What the gateway says about a request. Headers and query play no part. */
export interface GatewayRequest {
  readonly api: string;
  readonly stage: string;
  /** ARN of the stage: `arn:<partition>:execute-api:<region>:<account>:<api id>/<stage>`. */
  readonly stageArn: string;
  readonly method: string;
  /** Path template of the resource that the gateway chose: `/v1/sales/{region}`. */
  readonly path: string;
  /** Path below the stage as the client wrote it, by which the gateway judges a policy. @default - it judges none */
  readonly ownPath?: string;
  /** Whether the gateway keeps a result for the one route alone, or none at all. */
  readonly isResultPerRoute: boolean;
  readonly requestId: string;
  readonly sourceIp: string | undefined;
  /** Kind of the gateway. @default - a REST API */
  readonly gateway?: 'http';
  /** Whether the gateway found no route of the request's own, but one that takes all others. */
  readonly isCatchAll?: boolean;
}

const STAGE_ARN = /^arn:[^:*?]+:execute-api:[^:*?]+:[^:*?]+:([^:/*?]+)\/([^:/*?]+)$/;

const METHOD = /^[A-Z]+$/;

/** Reads what the gateway says about a request. */
export type RequestReader = (event: AuthorizerEvent) => GatewayRequest;

/**
 * Makes a reader. It remembers the last stage whose ARN it took apart, because nearly all requests are for the same one.
 *
 * The reader throws an {@link AuthorizerError} when the event is not that of a REST REQUEST authorizer of the kit.
 */
export function createRequestReader(): RequestReader {
  let known = { prefix: '', stageArn: '', apiId: '', stage: '' };

  /** Takes the ARN of a method apart: `arn:…:<api id>/<stage>/<method>/<path>`. */
  function isOfStage(arn: string, apiId: unknown, stage: unknown): boolean {
    if (known.prefix && arn.startsWith(known.prefix)) {
      return apiId === known.apiId && stage === known.stage;
    }
    const stageArn = arn.slice(0, arn.indexOf('/', arn.indexOf('/') + 1));
    const match = STAGE_ARN.exec(stageArn);
    if (!match || match[1] !== apiId || match[2] !== stage) {
      return false;
    }
    known = { prefix: `${stageArn}/`, stageArn, apiId: String(apiId), stage: String(stage) };
    return true;
  }

  return (event) => {
    const { apiId, stage, resourcePath, requestId, identity } = event?.requestContext ?? {};
    const arn = event?.methodArn;
    const path = text(resourcePath);
    if (event?.type !== 'REQUEST' || typeof arn !== 'string' || !path || !isOfStage(arn, apiId, stage)) {
      throw new AuthorizerError('config_error', 'event is not one of a REST API authorizer of type REQUEST');
    }
    const api = text(event.stageVariables?.[API_STAGE_VARIABLE]);
    if (!api) {
      throw new AuthorizerError('config_error', `stage variable ${API_STAGE_VARIABLE} is missing`);
    }
    const results = event.stageVariables?.[RESULTS_STAGE_VARIABLE];
    if (results !== undefined && results !== RESULTS_PER_ROUTE) {
      throw new AuthorizerError(
        'config_error',
        `stage variable ${RESULTS_STAGE_VARIABLE} is not "${RESULTS_PER_ROUTE}"`,
      );
    }
    const { prefix } = known;
    const methodEnd = arn.indexOf('/', prefix.length);
    const method = arn.slice(prefix.length, methodEnd);
    if (methodEnd < 0 || !METHOD.test(method)) {
      throw new AuthorizerError('config_error', 'event has no method ARN');
    }
    return {
      api,
      stage: known.stage,
      stageArn: known.stageArn,
      method,
      path,
      ownPath: arn.slice(methodEnd),
      isResultPerRoute: results !== undefined,
      requestId: text(requestId) ?? '',
      sourceIp: text(identity?.sourceIp),
    };
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined;
}
