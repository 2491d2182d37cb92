import { badFunctionResponse, GatewayError } from './errors';
import { type CallerIdentity, executionArn, proxyEvent, type RoutedRequest } from './events';
import { type FunctionAccess, FunctionUnavailable, failureText, functionNameOf } from './function-access';
import type { IntegrationDefinition } from './model';
import { MAX_PAYLOAD_BYTES, proxyResponse } from './proxy-response';
import type { GatewayAnswer } from './response';

type ProxyIntegration = Extract<IntegrationDefinition, { type: 'AWS_PROXY' }>;

/**
 * Answers by a Lambda proxy integration.
 *
 * @throws {GatewayError} INTEGRATION_TIMEOUT; 502 for a failed function or a malformed response, never with its text;
 *   REQUEST_TOO_LARGE; API_CONFIGURATION_ERROR for a function that cannot be called
 */
export async function answerLambdaProxy(
  integration: ProxyIntegration,
  routed: RoutedRequest,
  caller: CallerIdentity,
  functions: FunctionAccess,
): Promise<GatewayAnswer> {
  const event = proxyEvent(routed, caller);
  if (Buffer.byteLength(JSON.stringify(event)) > MAX_PAYLOAD_BYTES) {
    throw new GatewayError('REQUEST_TOO_LARGE', { cause: `the event is above ${MAX_PAYLOAD_BYTES} bytes` });
  }
  const { functionArn, timeoutMilliseconds } = integration;
  const call = functions.call({ functionArn, sourceArn: methodSourceArn(routed), event });
  let result: Awaited<typeof call> | undefined;
  try {
    result = await withTimeout(call, timeoutMilliseconds);
  } catch (error) {
    if (error instanceof FunctionUnavailable) {
      throw new GatewayError('API_CONFIGURATION_ERROR', { cause: error.message });
    }
    throw error;
  }
  if (result === undefined) {
    throw new GatewayError('INTEGRATION_TIMEOUT', { cause: `no answer within ${timeoutMilliseconds} ms` });
  }
  if (!result.ok) {
    throw badFunctionResponse(`function ${functionNameOf(functionArn)} failed: ${failureText(result)}`);
  }
  return proxyResponse(result.payload, routed);
}

/** ARN of a method as the resource policy of its function sees it. */
function methodSourceArn({ api, request, route }: RoutedRequest): string {
  return `${executionArn(api)}/${api.stage.name}/${request.method}${route.resource.path}`;
}

/** The result of a promise, or `undefined` when it takes longer. */
async function withTimeout<T>(promise: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
