import { routeWarnings } from '../../../lambdas/authorizer/route-warnings';
import { ruled, scoped } from './support/routing';

describe('routeWarnings', () => {
  test('names a request that its scopes grant and the policy denies', () => {
    const routes = [
      scoped('GET /a/{x}', 'a:read'),
      scoped('GET /a/{x}/b', 'b:read'),
      scoped('GET /a/{x}/b/{y}', 'c:read'),
    ];
    expect(routeWarnings(routes)).toEqual([
      'requests such as GET /a/(any)/b/b are denied to a token with a:read c:read, although GET /a/{x}/b/{y} grants them: a policy cannot tell them from GET /a/{x}/b',
    ]);
  });

  test('names a path that takes requests away from a route with a parameter', () => {
    const routes = [scoped('GET /a/{x}', 'a:read'), scoped('POST /a/export', 'a:read')];
    expect(routeWarnings(routes)).toEqual([
      'GET /a/export is not answered by GET /a/{x}, because /a/export has other methods only',
    ]);
  });

  test('public and IAM routes take requests away too, and greedy ones lose them', () => {
    const routes = [
      scoped('GET /{all+}', 'a:read'),
      ruled('POST /hook', { kind: 'public', reason: 'a web hook' }),
      ruled('PUT /import/{id}', { kind: 'iam' }),
    ];
    expect(routeWarnings(routes)).toEqual([
      'GET /hook is not answered by GET /{all+}, because /hook has other methods only',
      'GET /import/{id} is not answered by GET /{all+}, because /import/{id} has other methods only',
    ]);
  });

  test.each([
    ['the path has the method', ['GET /a/{x}', 'GET /a/export', 'POST /a/export']],
    ['the method stands under another name of the parameter', ['GET /a/{x}/{y}', 'POST /a/b/{z}', 'GET /a/b/{w}']],
    ['the paths have no request in common', ['GET /a/{x}', 'POST /b/export', 'POST /a/{x}/export']],
    ['literals decide', ['GET /a', 'POST /a/export', 'PUT /a/import']],
  ])('says nothing where %s', (_, keys) => {
    expect(routeWarnings(keys.map((key) => scoped(key, 'a:read')))).toEqual([]);
  });
});
