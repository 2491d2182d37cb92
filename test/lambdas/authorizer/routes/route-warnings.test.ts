import fc from 'fast-check';
import { patternRoutes, preferredTo } from '../../../../lambdas/authorizer/routes/route-compiler';
import { routeWarnings } from '../../../../lambdas/authorizer/routes/route-warnings';
import { ruled, scoped } from '../support/routing';
import { table } from '../support/worlds';

describe('routeWarnings', () => {
  test('says nothing of routes that are meant to stand beside each other, and tells of others at the same path', () => {
    const routes = [scoped('PATCH /a/{x}', 'a:write'), scoped('GET /a/self', 'a:read')];
    const meant = new Set(['PATCH /a/{x}', 'GET /a/self']);
    expect(routeWarnings(routes, meant)).toEqual([]);
    expect(routeWarnings([...routes, scoped('PUT /a/{x}', 'a:write')], meant)).toEqual([
      `${REASON}PUT /a/self (not by PUT /a/{x})`,
    ]);
  });

  const REASON =
    'the path alone selects a resource, so requests are not answered where a more special path has other methods only: ';

  test('names a path that takes requests away from a route with a parameter', () => {
    const routes = [scoped('GET /a/{x}', 'a:read'), scoped('POST /a/export', 'a:read')];
    expect(routeWarnings(routes)).toEqual([`${REASON}GET /a/export (not by GET /a/{x})`]);
  });

  test('public and IAM routes take requests away too, and greedy ones lose them', () => {
    const routes = [
      scoped('GET /{all+}', 'a:read'),
      ruled('POST /hook', { kind: 'public', reason: 'a web hook' }),
      ruled('PUT /import/{id}', { kind: 'iam' }),
    ];
    expect(routeWarnings(routes)).toEqual([
      `${REASON}GET /hook (not by GET /{all+}), GET /import/{id} (not by GET /{all+})`,
    ]);
  });

  test('a parameter takes requests away from a literal behind it', () => {
    const routes = [scoped('GET /{x}/list', 'a:read'), scoped('PUT /import/{id}', 'a:read')];
    expect(routeWarnings(routes)).toEqual([`${REASON}GET /import/{id} (not by GET /{x}/list)`]);
  });

  test('many are one warning with the number of the others', () => {
    const routes = Array.from({ length: 12 }, (_, index) => scoped(`POST /jobs/task-${index}`, 'a:read'));
    const [warning, ...others] = routeWarnings([scoped('GET /jobs/{job}', 'a:read'), ...routes]);
    expect(others).toEqual([]);
    expect(warning).toContain('GET /jobs/task-4 (not by GET /jobs/{job}) and 7 more');
    expect(warning).not.toContain('task-5');
  });

  test('names what a search over all pairs finds', () => {
    fc.assert(
      fc.property(table, (rules) => {
        const [warning = ''] = routeWarnings(rules);
        const routes = patternRoutes(rules);
        const found = routes.filter(({ template, path }) =>
          routes.some(
            (other) =>
              preferredTo(other.template, [template]).length > 0 &&
              !routes.some((one) => one.method === other.method && one.path === path),
          ),
        );
        expect(warning === '').toBe(found.length === 0);
      }),
      { numRuns: 1000 },
    );
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
