import { MAX_RESULT_BYTES } from './answer/result-size';
import { RESULTS_STAGE_VARIABLE } from './config';
import type { GatewayRequest } from './event/request';
import { AuthorizerError } from './reasons';

/** A gateway asks about a route that is not of the API, or about an API that is not known. */
export function unknownRoute({ method, path, api }: GatewayRequest): AuthorizerError {
  return new AuthorizerError('config_error', `route ${method} ${path} of API ${api} is not configured`);
}

/** A gateway keeps what it is told for every route, and of the API each answer is for one. */
export function oneRouteOnly({ api }: GatewayRequest): AuthorizerError {
  return new AuthorizerError(
    'config_error',
    `API ${api} has answers for one route only, which stage variable ${RESULTS_STAGE_VARIABLE} does not ask for`,
  );
}

export function noTable(api: string): Error {
  return new Error(`API ${api} has usageKeys, allowed is that with apiTokens`);
}

export function issuerTwice(): AuthorizerError {
  return new AuthorizerError('config_error', 'an issuer is given twice');
}

/** An answer that API Gateway would not take. */
export function tooLong(): AuthorizerError {
  return new AuthorizerError('output_too_large', `answer for the token is longer than ${MAX_RESULT_BYTES} bytes`);
}
