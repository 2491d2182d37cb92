import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { needsCredential } from '../../lambdas/lib/access-rule';
import { BACKEND } from '../../lambdas/lib/grammar';
import type { ApiDefinition } from '../api';
import type { ITokenAuthorizer } from '../authorizer';
import { ConstructError } from '../support/errors';
import type { IFunction } from '../support/function-ref';
import { checkLogRetention } from '../support/node-function-checks';
import { forbiddenInAccessLog } from './access-log';

/** Limits of each method of the stage, for all callers together. */
export interface StageThrottle {
  /** Steady rate, in requests per second. */
  readonly rateLimit: number;
  /** Requests that may come at once. */
  readonly burstLimit: number;
}

export interface RestGatewayProps {
  /** What is true of the API: its routes, its id, for how long results are kept. */
  readonly api: ApiDefinition;
  /**
   * Name of the API: 1 to 64 of `A-Z a-z 0-9 - _`. CloudWatch keys the metrics of REST APIs by name, so it has to be
   * the only one of this name in account and region.
   */
  readonly gatewayName: string;
  readonly stageName: string;
  /**
   * Functions that answer, by the name that routes call them: 1 to 28 of `A-Z a-z 0-9 - _`. Where the API serves the token service, it
   * is `token-service`, and was made with the same definition.
   */
  readonly integrations: Readonly<Record<string, IFunction>>;
  /** The function that decides; it has to know the API. @default - none; then a route with scopes is an error */
  readonly authorizer?: ITokenAuthorizer;
  /** @default - { rateLimit: 1000, burstLimit: 2000 } */
  readonly throttle?: StageThrottle;
  /** Retention of the access log and of the execution log, in days, one of the values that CloudWatch Logs offers. @default 365 */
  readonly accessLogRetentionDays?: number;
  /** ARN of the KMS key of both logs; its policy must let CloudWatch Logs use it. @default - CloudWatch's own */
  readonly accessLogKeyArn?: string;
  /** One line with `$context` variables. @default - JSON of schema v1, see {@link accessLogFormat} */
  readonly accessLogFormat?: string;
  /**
   * Execution log of API Gateway. Its data trace stays off: it would hold tokens.
   *
   * @default "OFF"
   */
  readonly executionLogging?: 'OFF' | 'ERROR' | 'INFO';
  /** Whether AWS X-Ray traces the stage. @default true */
  readonly tracing?: boolean;
  /** Whether CloudWatch gets metrics per route, billed as custom metrics. @default true */
  readonly detailedMetrics?: boolean;
  /**
   * Whether the address under `amazonaws.com` is switched off. Set it where the API has a custom domain whose checks (mutual TLS, a web
   * firewall) must not be gone round.
   *
   * @default false
   */
  readonly disableExecuteApiEndpoint?: boolean;
  readonly description?: string;
  /** @default - none but those of the provider */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Names of the gateway become parts of other names (usage plans, alarms, log groups) and a dimension of its metrics. */
const GATEWAY_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const STAGE_NAME = /^[A-Za-z0-9_-]{1,128}$/;
const LOGGING_LEVELS = ['OFF', 'ERROR', 'INFO'];

/**
 * Checks what is said of the gateway itself.
 *
 * @throws {ConstructError} with the first fault
 */
export function validateGateway(scope: Construct, props: RestGatewayProps): void {
  const { api, authorizer, integrations, executionLogging, accessLogFormat } = props;
  checkText(scope, 'gatewayName', props.gatewayName, GATEWAY_NAME, '1 to 64 of A-Z a-z 0-9 - _');
  checkText(scope, 'stageName', props.stageName, STAGE_NAME, '1 to 128 of A-Z a-z 0-9 - _');
  for (const backend of Object.keys(integrations)) {
    checkText(scope, 'name of an integration', backend, BACKEND.pattern, BACKEND.allowed);
  }
  if (api.gateway !== 'rest') {
    throw new ConstructError(
      `the API ${JSON.stringify(api.id)} is defined for an HTTP API, allowed is gateway "rest" in its definition`,
      scope,
    );
  }
  const guarded = api.routes.find(({ rule }) => needsCredential(rule));
  if (guarded !== undefined && authorizer === undefined) {
    throw new ConstructError(
      `route ${guarded.method} ${guarded.path} requires ${guarded.rule.kind === 'scopes' ? 'scopes' : 'a credential'}, but the gateway has no authorizer`,
      scope,
    );
  }
  checkNumber(scope, 'throttle.rateLimit', props.throttle?.rateLimit, 1, Number.MAX_SAFE_INTEGER);
  checkNumber(scope, 'throttle.burstLimit', props.throttle?.burstLimit, 1, Number.MAX_SAFE_INTEGER);
  checkLogRetention(scope, props.accessLogRetentionDays);
  if (executionLogging !== undefined && !LOGGING_LEVELS.includes(executionLogging)) {
    throw new ConstructError(
      `executionLogging is ${JSON.stringify(executionLogging)}, allowed are ${LOGGING_LEVELS.join(', ')}`,
      scope,
    );
  }
  const forbidden = accessLogFormat === undefined ? undefined : forbiddenInAccessLog(accessLogFormat);
  if (forbidden !== undefined) {
    throw new ConstructError(
      `accessLogFormat holds ${JSON.stringify(forbidden)}, allowed is nothing that is or may hold a credential`,
      scope,
    );
  }
  if (accessLogFormat?.includes('\n') === true || accessLogFormat?.includes('$context.requestId') === false) {
    throw new ConstructError('accessLogFormat has to be one line that holds $context.requestId', scope);
  }
}

function checkText(scope: Construct, name: string, value: string, pattern: RegExp, allowed: string): void {
  if (!Token.isUnresolved(value) && !pattern.test(value)) {
    throw new ConstructError(`${name} is ${JSON.stringify(value)}, allowed are ${allowed}`, scope);
  }
}

function checkNumber(scope: Construct, name: string, value: number | undefined, least: number, most: number): void {
  if (value === undefined || Token.isUnresolved(value)) {
    return;
  }
  if (!Number.isInteger(value) || value < least || value > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
    throw new ConstructError(`${name} is ${value}, allowed is a whole number, ${range}`, scope);
  }
}
