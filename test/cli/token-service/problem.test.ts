import { serviceError } from '../../../cli/token-service/problem';
import { generateApiToken } from '../../../lambdas/lib/api-token';

const problem = (kind: string, more: object) => JSON.stringify({ type: `urn:gatehouse:problem:${kind}`, ...more });

test('a problem is one line that says what was not done, why, and at which member', () => {
  const body = problem('invalid-request', {
    detail: 'name is missing, expected text',
    errors: [
      { pointer: '#/name', detail: 'name is missing, expected text' },
      { pointer: '#/tags/a', detail: 'is 7, expected text' },
      { parameter: 'limit', detail: 'limit is 0, expected at least 1' },
    ],
  });
  const { message, kind } = serviceError('issue the token', 400, body);
  expect(message).toBe(
    'cannot issue the token: name is missing, expected text; tags.a: is 7, expected text; limit is 0, expected at least 1',
  );
  expect(kind).toBe('invalid-request');
});

test.each([
  [400, 65],
  [401, 77],
  [403, 77],
  [404, 66],
  [409, 1],
  [412, 1],
  [415, 65],
  [429, 69],
  [500, 69],
  [503, 69],
])('an answer of %s has the exit code %s', (status, code) => {
  expect(serviceError('x', status, '').exitCode).toBe(code);
});

test('a failure of the service names the request that its operator asks for', () => {
  const { message } = serviceError('list tokens', 500, problem('internal', { detail: 'failed', requestId: 'r-1' }));
  expect(message).toBe('cannot list tokens: failed (request r-1)');
});

test('a web page says its status alone', () => {
  expect(serviceError('list tokens', 404, '<html>\n</html>').message).toBe(
    'cannot list tokens: the answer is 404 and says no reason',
  );
});

test('line ends, control characters and tokens of an answer are not shown', () => {
  const { token } = generateApiToken('acme', 'live');
  const { message } = serviceError('x', 400, problem('invalid-request', { detail: `a\nb\u001b[2J ${token}` }));
  expect(message).toBe('cannot x: a b [2J [token]');
});
