import { ACCESS_LOG_FIELDS, accessLogFormat, forbiddenInAccessLog } from '../../../constructs/gateway/access-log';

/** Fields of the schema's five groups that other parts read. */
const REQUIRED = [
  'requestId',
  'extendedRequestId',
  'ts',
  'apiId',
  'stage',
  'domainName',
  'deploymentId',
  'xrayTraceId',
  'method',
  'route',
  'protocol',
  'ip',
  'ua',
  'apiKeyId',
  'tlsVersion',
  'cipherSuite',
  'status',
  'bytes',
  'latency',
  'integLatency',
  'integStatus',
  'errType',
  'errMsg',
  'principal',
  'tokenId',
  'application',
  'team',
  'environment',
  'tier',
  'authMethod',
];

const substitute = (value: (variable: string) => string): string =>
  accessLogFormat().replaceAll(/\$context\.([\w.]+)/g, (_match, variable: string) => value(variable));

/** Variables whose value is a number on every line. */
const NUMERIC = ['requestTimeEpoch', 'status', 'responseLength', 'responseLatency'];

describe('accessLogFormat', () => {
  test('is one line', () => {
    expect(accessLogFormat()).not.toContain('\n');
  });

  test('stays JSON when every variable that may be absent is "-"', () => {
    const line = JSON.parse(substitute((variable) => (NUMERIC.includes(variable) ? '7' : '-')));
    expect(line).toMatchObject({ v: 1, requestId: '-', status: 7, ts: 7, bytes: 7, latency: 7, tokenId: '-' });
  });

  test('stays JSON with the escapes that API Gateway writes', () => {
    const line = JSON.parse(substitute((variable) => (NUMERIC.includes(variable) ? '7' : '\\"x\\"\\n')));
    expect(line.errMsg).toBe('"x"\n');
  });

  test.each(REQUIRED)('has the field %s', (field) => {
    expect(ACCESS_LOG_FIELDS).toHaveProperty(field);
  });

  test('takes the token from the flat context of the authorizer, and the route as template', () => {
    expect(ACCESS_LOG_FIELDS.tokenId?.variable).toBe('authorizer.tokenId');
    expect(ACCESS_LOG_FIELDS.route?.variable).toBe('resourcePath');
  });

  test('holds nothing that is forbidden', () => {
    expect(forbiddenInAccessLog(accessLogFormat())).toBeUndefined();
  });

  test('what a validator says of a body repeats values of it, and is no field', () => {
    expect(accessLogFormat()).not.toContain('validationErrorString');
    expect(forbiddenInAccessLog('$context.error.validationErrorString')).toBe('$context.error.validationErrorString');
  });

  test('needs no escape for Terraform', () => {
    expect(accessLogFormat()).not.toMatch(/\$\{|%\{/);
  });
});

describe('forbiddenInAccessLog', () => {
  test.each([
    '$context.identity.apiKey',
    '$context.path',
    '$context.authorizer.claims',
    '$context.authorizer.claims.email',
    '$input.params("x")',
    '$method.request.header.Authorization',
    '$context.requestOverride.header.Cookie',
    '$context.requestOverride.querystring.token',
  ])('finds %s', (text) => {
    expect(forbiddenInAccessLog(`{"x":"${text}"}`)).toBeDefined();
  });

  test.each(['$context.identity.apiKeyId', '$context.resourcePath', '$context.authorizer.tokenId'])(
    'lets %s be',
    (text) => {
      expect(forbiddenInAccessLog(`{"x":"${text}"}`)).toBeUndefined();
    },
  );
});
