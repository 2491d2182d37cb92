import { comparableUrl, requestTarget } from '../../../../lambdas/authorizer/sender/request-url';

const ARN = 'arn:aws:execute-api:eu-central-1:123456789012:api1/dev/GET';

const rest = (domainName: string, path: string, below = '/v1/sales') => ({
  methodArn: `${ARN}${below}`,
  requestContext: { apiId: 'api1', domainName, path },
});

describe('without public addresses', () => {
  test('the default domain has the stage before the path', () => {
    const event = rest('api1.execute-api.eu-central-1.amazonaws.com', '/v1/sales');
    expect(requestTarget(event, [])).toEqual({
      method: 'GET',
      urls: ['https://api1.execute-api.eu-central-1.amazonaws.com/dev/v1/sales'],
    });
  });

  test('a custom domain may have a base path', () => {
    expect(requestTarget(rest('api.example.com', '/v1/sales'), []).urls).toEqual(['https://api.example.com/v1/sales']);
    expect(requestTarget(rest('api.example.com', '/shop/v1/sales'), []).urls).toEqual([
      'https://api.example.com/shop/v1/sales',
    ]);
  });

  test('an HTTP API names method and path itself', () => {
    const event = {
      routeArn: 'arn:aws:execute-api:eu-central-1:123456789012:api2/$default/GET/v1/sales',
      requestContext: { apiId: 'api2', domainName: 'api.example.com', http: { method: 'GET', path: '/shop/v1/sales' } },
    };
    expect(requestTarget(event, [])).toEqual({ method: 'GET', urls: ['https://api.example.com/shop/v1/sales'] });
  });

  test.each([
    ['a path that is not the one decided on', rest('api.example.com', '/v1/activity')],
    ['a path that is no text', { ...rest('api.example.com', ''), requestContext: { domainName: 'api.example.com' } }],
    ['no domain', { methodArn: `${ARN}/v1/sales`, requestContext: { path: '/v1/sales' } }],
    ['no ARN', { requestContext: { domainName: 'api.example.com', path: '/v1/sales' } }],
    ['no context', { methodArn: `${ARN}/v1/sales` }],
  ])('there is no address for %s', (_, event) => {
    expect(requestTarget(event, []).urls).toEqual([]);
  });
});

test('with public addresses the path that was decided on is below each, and no other domain counts', () => {
  const event = rest('api1.execute-api.eu-central-1.amazonaws.com', '/dev/v1/sales');
  expect(requestTarget(event, ['https://api.example.com/shop', 'https://other.example.com/']).urls).toEqual([
    'https://api.example.com/shop/v1/sales',
    'https://other.example.com/v1/sales',
  ]);
});

test('the root has a slash', () => {
  expect(requestTarget(rest('api.example.com', '/', '/'), ['https://api.example.com']).urls).toEqual([
    'https://api.example.com/',
  ]);
});

test.each([
  ['https://api.example.com/a?b=c#d', 'https://api.example.com/a'],
  ['HTTPS://API.Example.COM:443/a', 'https://api.example.com/a'],
  ['http://127.0.0.1:8787/a', 'http://127.0.0.1:8787/a'],
  ['https://api.example.com', 'https://api.example.com/'],
  ['https://api.example.com/%7e%41%2f%c3%a9', 'https://api.example.com/~A%2F%C3%A9'],
  ['https://api.example.com/a b', 'https://api.example.com/a%20b'],
  ['https://api.example.com/A', 'https://api.example.com/A'],
])('%s compares as %s', (text, expected) => {
  expect(comparableUrl(text)).toBe(expected);
});

test.each([
  '',
  '/v1/sales',
  'api.example.com/v1',
  'ftp://api.example.com/',
  'https:///v1',
  'https:api.example.com/v1',
  'https://user@api.example.com/',
  'https://user:password@api.example.com/',
  'https://[::1/',
  'javascript:alert(1)',
])('%j does not compare', (text) => {
  expect(comparableUrl(text)).toBeUndefined();
});
