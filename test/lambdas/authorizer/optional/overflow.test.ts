import { collapsedGrantsOf } from '../../../../lambdas/authorizer/optional/overflow';
import { compileRoutes } from '../../../../lambdas/authorizer/route-compiler';
import type { RouteRule } from '../../../../lambdas/lib/access-rule';
import { satisfies } from '../../../../lambdas/lib/scopes';
import { scoped } from '../support/routing';

describe('collapse', () => {
  const collapsed = (rules: readonly RouteRule[], ...scopes: string[]) => {
    const table = compileRoutes(rules);
    const granted = table.filter(({ anyOf }) => satisfies(scopes, anyOf)).map(({ key }) => key);
    return collapsedGrantsOf(table, new Set(granted));
  };

  test('to the shortest prefix below which all is granted', () => {
    const rules = [scoped('GET /v1/a', 'a:read'), scoped('GET /v1/b/{x}', 'a:read'), scoped('POST /v1/a', 'a:write')];
    expect(collapsed(rules, 'a:read')).toEqual({ allowed: ['GET/*'], denied: [] });
    expect(collapsed(rules, '*')).toEqual({ allowed: ['GET/*', 'POST/*'], denied: [] });
  });

  test('to a prefix with denials where these are fewer than what it grants', () => {
    const rules = [scoped('GET /v1/a', 'a:read'), scoped('GET /v1/b', 'a:read'), scoped('GET /v1/c/{x}', 'c:read')];
    expect(collapsed(rules, 'a:read')).toEqual({ allowed: ['GET/*'], denied: ['GET/v1/c/*'] });
  });

  test('not where the denials outnumber what a prefix grants', () => {
    const rules = [scoped('GET /v1/a', 'a:read'), scoped('GET /v1/b', 'b:read'), scoped('GET /v1/c/{x}', 'c:read')];
    expect(collapsed(rules, 'a:read')).toEqual({ allowed: ['GET/v1/a'], denied: [] });
  });

  test('not where a denial would touch a granted route', () => {
    const rules = [
      scoped('GET /v1/a', 'a:read'),
      scoped('GET /v1/orders/{id}', 'o:read'),
      scoped('GET /v1/orders/{id}/items', 'a:read'),
      scoped('GET /v1/z', 'a:read'),
    ];
    expect(collapsed(rules, 'a:read')).toEqual({
      allowed: ['GET/v1/orders/*/*', 'GET/v1/a', 'GET/v1/z'],
      denied: [],
    });
  });
});
