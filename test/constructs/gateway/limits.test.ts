import { type RouteProps, routesFromOpenApi } from '../../../constructs/api';
import { testStack } from '../../support/template';
import { documentOf } from '../api/openapi/support';
import { openGateway, PUBLIC } from './fixture';

const open = { security: [], 'x-gatehouse-public': 'a reason' };

function routes(paths: readonly string[]): Record<string, RouteProps> {
  return Object.fromEntries(paths.map((path) => [`GET ${path}`, PUBLIC]));
}

/** Warnings of a gateway with routes from code, or from a document. */
function warningsOf(props: Parameters<typeof openGateway>[1]): string[] {
  const { node } = openGateway(testStack(), props);
  return node.metadata.filter(({ type }) => type === '@cdktf/warn').map(({ data }) => String(data));
}

const flat = (count: number): string[] => Array.from({ length: count }, (_, n) => `/r${n}`);
const documented = (paths: readonly string[]) =>
  routesFromOpenApi(
    documentOf(Object.fromEntries(paths.map((path) => [path, { get: open }])), { 'x-gatehouse-backend': 'things' }),
    { source: 'api.json' },
  );

describe('the quota of resources', () => {
  test('case d31-301-resources: quota, count and how to raise it are named at synthesis', () => {
    const [warning, ...others] = warningsOf({ routes: documented(flat(301)) });
    expect(warning).toMatch(
      /^the API has 302 resources, the default quota is 300: before applying, ask AWS to raise "Resources per API"/,
    );
    expect(others).toEqual([]);
  });

  test('every part of a path counts once, with the root', () => {
    // 1 root, 1 prefix, 149 parents, 149 children.
    const nested = Array.from({ length: 149 }, (_, n) => `/v1/p${n}/{id}`);
    expect(warningsOf({ routes: routes(nested) })).toEqual([]);
    expect(warningsOf({ routes: routes([...nested, '/v1/more']) })[0]).toContain('has 301 resources');
  });

  test('methods of one path do not count', () => {
    const both = { ...routes(flat(299)), 'POST /r0': PUBLIC, 'PUT /r0': PUBLIC };
    expect(warningsOf({ routes: both })).toEqual([]);
  });
});

describe('paths that API Gateway keeps for itself', () => {
  test('case o24-ping: /ping and /sping are named at synthesis', () => {
    expect(warningsOf({ routes: documented(['/ping', '/sping']) })).toEqual([
      expect.stringMatching(/^route GET \/ping: API Gateway answers \/ping itself \(its health check\)/),
      expect.stringMatching(/^route GET \/sping: /),
    ]);
  });

  test.each(['/v1/ping', '/pings', '/{ping}', '/ping/deep', '/Ping'])('%s is not', (path) => {
    expect(warningsOf({ routes: routes([path]) })).toEqual([]);
  });
});

describe('parameters that API Gateway refuses', () => {
  const withParameters = (...names: string[]): Record<string, RouteProps> => ({
    'GET /a/{id}': { ...PUBLIC, requestParameters: Object.fromEntries(names.map((name) => [name, true])) },
  });

  test.each([
    [
      ['method.request.querystring.page[size]'],
      'has the request parameter "method.request.querystring.page[size]", allowed is',
    ],
    [['method.request.body.a'], 'has the request parameter "method.request.body.a", allowed is'],
    [['method.request.querystring.id'], 'whose name another parameter has too, API Gateway allows each name once'],
    [['method.request.querystring.a', 'method.request.header.a'], 'whose name another parameter has'],
  ])('%j is refused in code', (names, fault) => {
    expect(() => openGateway(testStack(), { routes: withParameters(...names) })).toThrow(fault);
  });

  test('the parameter of the path itself may be named', () => {
    const gateway = openGateway(testStack(), { routes: withParameters('method.request.path.id') });
    expect(gateway.routes).toHaveLength(1);
  });
});
