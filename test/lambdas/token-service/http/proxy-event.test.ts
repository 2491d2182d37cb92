import { isProxyEvent, type ProxyEvent, requestOf, resultOf } from '../../../../lambdas/token-service/http/proxy-event';

const EVENT: ProxyEvent = { httpMethod: 'GET', path: '/v1/tokens', requestContext: {} };

const pathOf = (event: Partial<ProxyEvent>) => new URL(requestOf({ ...EVENT, ...event }).url).pathname;

describe('requestOf', () => {
  test('takes the path from the resource, which has no base path mapping', () => {
    const pathParameters = { tokenId: 'AAAAAAAAAAAAAAAA' };
    const event = { path: '/mapped/v1/tokens/AAAAAAAAAAAAAAAA', resource: '/v1/tokens/{tokenId}', pathParameters };
    expect(pathOf(event)).toBe('/v1/tokens/AAAAAAAAAAAAAAAA');
  });

  test('keeps a path parameter one segment', () => {
    const event = { resource: '/v1/tokens/{tokenId}', pathParameters: { tokenId: 'a/../b?c' } };
    expect(pathOf(event)).toBe('/v1/tokens/a%2F..%2Fb%3Fc');
  });

  test.each([
    ['a%2Fb', '/v1/tokens/a%2Fb'],
    ['home%20page', '/v1/tokens/home%20page'],
    ['50%', '/v1/tokens/50%25'],
    ['grün', '/v1/tokens/gr%C3%BCn'],
  ])('leaves a path parameter encoded as the client encoded it: %s', (tokenId, path) => {
    expect(pathOf({ resource: '/v1/tokens/{tokenId}', pathParameters: { tokenId } })).toBe(path);
  });

  test.each(['..', '.', '%2e%2E', '.%2e'])('a path parameter leads to no other route: %s', (tokenId) => {
    expect(pathOf({ resource: '/v1/tokens/{tokenId}/revoke', pathParameters: { tokenId } })).toMatch(
      /^\/v1\/tokens\/[%0-9A-Za-z]+\/revoke$/,
    );
  });

  test('fills a greedy parameter with its segments', () => {
    const event = { resource: '/v1/{proxy+}', pathParameters: { proxy: 'tokens/AAAA/revoke' } };
    expect(pathOf(event)).toBe('/v1/tokens/AAAA/revoke');
  });

  test('falls back to the path where no resource is given', () => {
    expect(pathOf({ resource: null })).toBe('/v1/tokens');
  });

  test('takes every value of the query, from either form', () => {
    const many = requestOf({ ...EVENT, multiValueQueryStringParameters: { a: ['1', '2 &'] } });
    const single = requestOf({ ...EVENT, queryStringParameters: { a: '1' } });
    expect(new URL(many.url).searchParams.getAll('a')).toEqual(['1', '2 &']);
    expect(new URL(single.url).searchParams.getAll('a')).toEqual(['1']);
  });

  test('decodes a base64 body', async () => {
    const body = Buffer.from('{"name":"ä"}').toString('base64');
    const request = requestOf({ ...EVENT, httpMethod: 'POST', body, isBase64Encoded: true });
    expect(await request.json()).toEqual({ name: 'ä' });
  });

  test('takes over no header but the content type, whatever its case', () => {
    const headers = { authorization: 'Bearer secret', 'CONTENT-type': 'application/json', cookie: 'a=b' };
    expect([...requestOf({ ...EVENT, headers }).headers]).toEqual([['content-type', 'application/json']]);
  });

  test('reads the content type from the form with many values', () => {
    const multiValueHeaders = { 'Content-Type': ['application/json'] };
    const request = requestOf({ ...EVENT, headers: null, multiValueHeaders });
    expect(request.headers.get('content-type')).toBe('application/json');
  });

  test('drops a content type that no header may hold', () => {
    expect([...requestOf({ ...EVENT, headers: { 'content-type': 'a\nb' } }).headers]).toEqual([]);
  });
});

describe('resultOf', () => {
  test('gives status, headers and body', async () => {
    const response = new Response('{}', { status: 201, headers: { 'X-A': 'b' } });
    expect(await resultOf(response)).toEqual({
      statusCode: 201,
      headers: { 'content-type': 'text/plain;charset=UTF-8', 'x-a': 'b' },
      body: '{}',
      isBase64Encoded: false,
    });
  });
});

describe('isProxyEvent', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a text', 'GET /'],
    ['an HTTP API event', { version: '2.0', rawPath: '/', requestContext: { http: { method: 'GET' } } }],
    ['an event without context', { httpMethod: 'GET', path: '/' }],
    ['an authorizer event', { type: 'REQUEST', methodArn: 'arn:aws:execute-api' }],
  ])('does not take %s for one', (_, event) => {
    expect(isProxyEvent(event)).toBe(false);
  });
});
