import { GatewayError } from './errors';
import { Policy } from './policy';
import { PolicyError } from './policy-conditions';

/** What is kept of an authorizer's answer: the policy and not a verdict. */
export interface AuthorizerResult {
  readonly principalId: string;
  readonly policy: Policy;
  /** Values are stringified, as REST APIs do. */
  readonly context: Readonly<Record<string, string>>;
  readonly usageIdentifierKey?: string;
}

/** Longest result of an authorizer, as JSON. Documented for WebSocket APIs, and seen on REST APIs. */
const MAX_RESULT_BYTES = 8 * 1024;

/**
 * Reads what an authorizer returned.
 *
 * @throws {GatewayError} AUTHORIZER_CONFIGURATION_ERROR when it is malformed or too long
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export function parseAuthorizerResult(payload: unknown): AuthorizerResult {
  if (!isRecord(payload)) {
    throw malformed(`result is ${payload === null ? 'null' : typeof payload}, expected an object`);
  }
  const size = Buffer.byteLength(JSON.stringify(payload));
  if (size > MAX_RESULT_BYTES) {
    throw malformed(`result is ${size} bytes, allowed are ${MAX_RESULT_BYTES}`);
  }
  const { principalId, policyDocument, context = {}, usageIdentifierKey } = payload;
  if (typeof principalId !== 'string' || principalId === '') {
    throw malformed('result has no principalId');
  }
  if (usageIdentifierKey !== undefined && usageIdentifierKey !== null && typeof usageIdentifierKey !== 'string') {
    throw malformed(`usageIdentifierKey is ${typeof usageIdentifierKey}, expected a text`);
  }
  return {
    principalId,
    policy: parsePolicy(policyDocument),
    context: flatContext(context),
    ...(typeof usageIdentifierKey === 'string' ? { usageIdentifierKey } : {}),
  };
}

function parsePolicy(document: unknown): Policy {
  try {
    return Policy.parse(document);
  } catch (error) {
    if (error instanceof PolicyError) {
      throw malformed(error.message);
    }
    throw error;
  }
}

function flatContext(context: unknown): Record<string, string> {
  if (context === null) {
    return {};
  }
  if (!isRecord(context)) {
    throw malformed(`context is ${typeof context}, expected an object`);
  }
  return Object.fromEntries(
    Object.entries(context).map(([name, value]) => {
      if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
        const got = value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
        throw malformed(`context value ${JSON.stringify(name)} is ${got}, allowed are texts, numbers and booleans`);
      }
      return [name, String(value)];
    }),
  );
}

function malformed(what: string): GatewayError {
  return new GatewayError('AUTHORIZER_CONFIGURATION_ERROR', { cause: `authorizer: ${what}` });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
