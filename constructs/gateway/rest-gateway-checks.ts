import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { API_ID, BACKEND } from '../../lambdas/lib/grammar';
import { validateCors } from '../api/cors';
import { ConstructError } from '../support/errors';
import { checkLogRetention } from '../support/node-function-checks';
import { forbiddenInAccessLog } from './access-log';
import type { AuthorizerOptions, RestGatewayProps } from './rest-gateway';

/** Names of the gateway become parts of other names (usage plans, alarms, log groups) and a dimension of its metrics. */
const GATEWAY_NAME = /^[A-Za-z0-9_-]{1,64}$/;
const STAGE_NAME = /^[A-Za-z0-9_-]{1,128}$/;
const LOGGING_LEVELS = ['OFF', 'ERROR', 'INFO'];

/**
 * Checks what does not concern routes.
 *
 * @throws {ConstructError} with the first fault
 */
export function validateGateway(scope: Construct, props: RestGatewayProps): void {
  checkText(scope, 'gatewayName', props.gatewayName, GATEWAY_NAME, '1 to 64 of A-Z a-z 0-9 - _');
  checkText(scope, 'stageName', props.stageName, STAGE_NAME, '1 to 128 of A-Z a-z 0-9 - _');
  checkText(scope, 'apiId', props.apiId, API_ID.pattern, API_ID.allowed);
  for (const backend of Object.keys(props.integrations)) {
    checkText(scope, 'name of an integration', backend, BACKEND.pattern, BACKEND.allowed);
  }
  checkNumber(scope, 'authorizer.resultTtlSeconds', props.authorizer?.resultTtlSeconds, 0, 3600);
  checkDpop(scope, props.authorizer);
  checkNumber(scope, 'throttle.rateLimit', props.throttle?.rateLimit, 1, Number.MAX_SAFE_INTEGER);
  checkNumber(scope, 'throttle.burstLimit', props.throttle?.burstLimit, 1, Number.MAX_SAFE_INTEGER);
  checkLogRetention(scope, props.accessLogRetentionDays);
  const { executionLogging, accessLogFormat } = props;
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
  if (props.cors !== undefined) {
    validateCors(scope, props.cors);
  }
}

function checkDpop(scope: Construct, { dpopAlgorithms, resultTtlSeconds = 60 }: Partial<AuthorizerOptions> = {}): void {
  if (dpopAlgorithms === undefined) {
    return;
  }
  if (dpopAlgorithms.length === 0 || dpopAlgorithms.some((name) => !/^(RS|PS|ES)(256|384|512)$|^EdDSA$/.test(name))) {
    throw new ConstructError(
      `authorizer.dpopAlgorithms is ${JSON.stringify(dpopAlgorithms)}, allowed are asymmetric JWS algorithms such as "ES256"`,
      scope,
    );
  }
  if (!Token.isUnresolved(resultTtlSeconds) && resultTtlSeconds !== 0) {
    throw new ConstructError(
      `authorizer.resultTtlSeconds is ${resultTtlSeconds}, allowed is 0 with dpopAlgorithms: a proof is for one request`,
      scope,
    );
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
