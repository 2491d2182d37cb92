import { gatewayResponses } from '../../../constructs/gateway/gateway-responses';

const responses = gatewayResponses('acme-dev-api', undefined);
const body = (type: string, value = 'x'): Record<string, unknown> =>
  JSON.parse((responses[type]?.responseTemplates['application/json'] ?? '').replaceAll(/\$context\.[\w.]+/g, value));
const header = (type: string, name: string): string | undefined =>
  responses[type]?.responseParameters[`gatewayresponse.header.${name}`];

describe('gatewayResponses', () => {
  test.each([
    ['UNAUTHORIZED', '401'],
    ['ACCESS_DENIED', '403'],
    ['INVALID_API_KEY', '403'],
    ['MISSING_AUTHENTICATION_TOKEN', '404'],
    ['INVALID_SIGNATURE', '404'],
    ['THROTTLED', '429'],
    ['QUOTA_EXCEEDED', '429'],
    ['BAD_REQUEST_BODY', '400'],
    ['BAD_REQUEST_PARAMETERS', '400'],
  ])('%s answers %s with a problem that says so', (type, statusCode) => {
    expect(responses[type]?.statusCode).toBe(statusCode);
    expect(body(type)).toMatchObject({
      status: Number(statusCode),
      title: expect.any(String),
      detail: expect.any(String),
    });
  });

  test('an unknown route answers alike with and without a header Authorization', () => {
    expect(responses.INVALID_SIGNATURE).toEqual(responses.MISSING_AUTHENTICATION_TOKEN);
  });

  test.each(['DEFAULT_4XX', 'DEFAULT_5XX'])('%s keeps the status that API Gateway chose', (type) => {
    expect(responses[type]).not.toHaveProperty('statusCode');
    expect(body(type)).not.toHaveProperty('status');
  });

  test.each(Object.keys(responses))('%s is a typed problem that nobody caches', (type) => {
    expect(body(type)).toMatchObject({
      type: expect.stringMatching(/^urn:gatehouse:problem:[a-z-]+$/),
      requestId: 'x',
    });
    expect(header(type, 'Content-Type')).toBe("'application/problem+json'");
    expect(header(type, 'Cache-Control')).toBe("'no-store'");
  });

  test.each(['ACCESS_DENIED', 'INVALID_API_KEY', 'THROTTLED', 'QUOTA_EXCEEDED', 'BAD_REQUEST_BODY'])(
    '%s comes after the authorizer, and tells when the token ends',
    (type) => {
      expect(header(type, 'x-token-expires-at')).toBe('context.authorizer.expiryTime');
      expect(header(type, 'x-token-grace-until')).toBe('context.authorizer.graceTime');
    },
  );

  test.each(['UNAUTHORIZED', 'MISSING_AUTHENTICATION_TOKEN', 'INVALID_SIGNATURE', 'DEFAULT_4XX', 'DEFAULT_5XX'])(
    '%s may come without an answer of the authorizer, and tells nothing of a token',
    (type) => {
      expect(header(type, 'x-token-expires-at')).toBeUndefined();
      expect(header(type, 'x-token-grace-until')).toBeUndefined();
    },
  );

  test('the challenge of RFC 6750 names the realm and no error', () => {
    expect(header('UNAUTHORIZED', 'WWW-Authenticate')).toBe(`'Bearer realm="acme-dev-api"'`);
  });

  test('429 says when to come back', () => {
    expect(header('THROTTLED', 'Retry-After')).toBe("'1'");
    expect(header('QUOTA_EXCEEDED', 'Retry-After')).toBe("'3600'");
  });

  test('a refused credential is told nothing about why', () => {
    const template = responses.UNAUTHORIZED?.responseTemplates['application/json'] ?? '';
    expect(template.match(/\$context\.[\w.]+/g)).toEqual(['$context.requestId']);
  });

  test('a refused request is told what is wrong with it', () => {
    expect(body('BAD_REQUEST_BODY', 'size').detail).toBe('size');
  });

  test('has CORS headers for the origin, and none without', () => {
    expect(header('UNAUTHORIZED', 'Access-Control-Allow-Origin')).toBeUndefined();
    for (const response of Object.values(gatewayResponses('x', 'https://app.example.com'))) {
      expect(response.responseParameters).toMatchObject({
        'gatewayresponse.header.Access-Control-Allow-Origin': "'https://app.example.com'",
        'gatewayresponse.header.Vary': "'Origin'",
      });
    }
  });
});

describe('challenges', () => {
  const challenge = (type: string, ...args: Parameters<typeof gatewayResponses>) =>
    gatewayResponses(...args)[type]?.responseParameters['gatewayresponse.header.WWW-Authenticate'];

  test('a denied request learns that its scope is insufficient', () => {
    expect(challenge('ACCESS_DENIED', 'api', undefined)).toBe(`'Bearer realm="api", error="insufficient_scope"'`);
  });

  test('and which scope it takes, where no result is kept', () => {
    expect(challenge('ACCESS_DENIED', 'api', undefined, { isUncached: true })).toBe('context.authorizer.challenge');
  });

  test('the scheme DPoP is offered beside Bearer', () => {
    const options = { isUncached: true, dpopAlgorithms: ['ES256', 'EdDSA'] };
    expect(challenge('UNAUTHORIZED', 'api', undefined, options)).toBe(`'Bearer realm="api", DPoP algs="ES256 EdDSA"'`);
  });

  test('each scheme says where the API names its authorization server (RFC 9728, 5.1)', () => {
    const resourceMetadata = 'https://id.example.com/.well-known/oauth-protected-resource/shop';
    const options = { isUncached: false, dpopAlgorithms: ['ES256'], resourceMetadata };
    const metadata = `resource_metadata="${resourceMetadata}"`;
    expect(challenge('UNAUTHORIZED', 'api', undefined, options)).toBe(
      `'Bearer realm="api", ${metadata}, DPoP algs="ES256", ${metadata}'`,
    );
    expect(challenge('ACCESS_DENIED', 'api', undefined, options)).toBe(
      `'Bearer realm="api", error="insufficient_scope", ${metadata}'`,
    );
  });

  test.each(['THROTTLED', 'MISSING_AUTHENTICATION_TOKEN', 'INVALID_API_KEY', 'DEFAULT_5XX'])('%s is none', (type) => {
    expect(challenge(type, 'api', undefined)).toBeUndefined();
  });
});
