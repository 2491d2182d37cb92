import { parseAuthorizerResult } from '../../../sandbox/gateway/authorizer-result';
import { GatewayError } from '../../../sandbox/gateway/errors';

const STAGE = 'arn:aws:execute-api:eu-west-1:123456789012:abcdefghij/dev';

function result(resource: string, padding = ''): Record<string, unknown> {
  return {
    principalId: 'p',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: [resource] }],
    },
    context: { padding },
  };
}

/** A result of exactly so many bytes. */
function ofSize(bytes: number, character = 'x'): Record<string, unknown> {
  const missing = bytes - Buffer.byteLength(JSON.stringify(result(`${STAGE}/GET/*`)));
  return result(`${STAGE}/GET/*`, character.repeat(missing / Buffer.byteLength(character)));
}

function refusalOf(payload: unknown): GatewayError {
  try {
    parseAuthorizerResult(payload);
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
  throw new Error('the result was taken');
}

describe('the length of an authorizer result', () => {
  test('8 kB are taken', () => {
    expect(parseAuthorizerResult(ofSize(8192)).principalId).toBe('p');
  });

  test.each([
    ['one byte more', ofSize(8193)],
    ['8 kB of characters that are two bytes each', ofSize(8192 * 2, 'ä')],
    ['many statements', { ...result('x'), policyDocument: { Statement: Array(100).fill(ofSize(400)) } }],
  ])('%s is a configuration error, 500', (_name, payload) => {
    expect(refusalOf(payload)).toMatchObject({ type: 'AUTHORIZER_CONFIGURATION_ERROR', status: 500 });
  });
});

describe('the length of a resource', () => {
  const ofLength = (length: number) => `${STAGE}/GET/${'x'.repeat(length - STAGE.length - 5)}`;

  test('512 characters are taken', () => {
    expect(parseAuthorizerResult(result(ofLength(512))).principalId).toBe('p');
  });

  test('513 are a configuration error, in Resource and in NotResource', () => {
    expect(refusalOf(result(ofLength(513))).reason).toContain('a resource is 513 characters long, allowed are 512');
    const statement = { Effect: 'Deny', Action: 'execute-api:Invoke', NotResource: ofLength(600) };
    const denial = { ...result(`${STAGE}/*`), policyDocument: { Statement: statement } };
    expect(refusalOf(denial).type).toBe('AUTHORIZER_CONFIGURATION_ERROR');
  });
});
