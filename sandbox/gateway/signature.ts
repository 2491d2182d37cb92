import { createHash } from 'node:crypto';
import { GatewayError } from './errors';
import { type GatewayRequest, headerValues } from './request';

const PARAMETERS = ['Credential', 'Signature', 'SignedHeaders'];

/**
 * The refusal of a request that needs an AWS signature and has no good one. Where no route is found API Gateway looks for a signature
 * too, so that what it answers there depends on the header `Authorization`: without one MISSING_AUTHENTICATION_TOKEN, with one
 * INVALID_SIGNATURE, both 403. Credentials are in its text as a digest only, as API Gateway puts them there.
 */
export function unsignedRequest(request: GatewayRequest, cause: string): GatewayError {
  const authorization = headerValues(request.headers, 'authorization').at(-1)?.trim() ?? '';
  if (authorization === '') {
    return new GatewayError('MISSING_AUTHENTICATION_TOKEN', { cause });
  }
  const fault = incompleteness(authorization, request);
  return fault === undefined
    ? new GatewayError('INVALID_SIGNATURE', { cause, text: 'The security token included in the request is invalid.' })
    : new GatewayError('INVALID_SIGNATURE', { cause, text: fault, errorType: 'IncompleteSignatureException' });
}

/** What a header lacks of an AWS signature; `undefined` for one that has its form. */
function incompleteness(authorization: string, request: GatewayRequest): string | undefined {
  const digest = createHash('sha256').update(authorization).digest('base64');
  const [scheme = '', ...rest] = authorization.split(/\s+/);
  const pairs = (rest.length === 0 ? scheme : rest.join(' ')).split(',').map((pair) => pair.trim());
  if (rest.length > 0 && pairs.some((pair) => !pair.includes('='))) {
    return `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${digest}'.`;
  }
  const given = new Set(pairs.map((pair) => pair.split('=', 1)[0]));
  const missing = PARAMETERS.filter((name) => !given.has(name)).map(
    (name) => `Authorization header requires '${name}' parameter.`,
  );
  const dated = ['x-amz-date', 'date'].some((name) => headerValues(request.headers, name).length > 0);
  if (!dated) {
    missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  if (missing.length === 0) {
    return undefined;
  }
  return `${missing.join(' ')} (Hashed with SHA-256 and encoded with Base64) Authorization=${digest}`;
}
