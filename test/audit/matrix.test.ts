import { auditPath, type MatrixRow, RULES, type Rule, render, type Severity, type Verdict } from '../../audit';
import type { JsonObject } from '../../audit/json';
import { buildReport } from '../../audit/report/report';
import { apiWithMethod, fixture, modelOf, type PlannedResource, planOf, readFixture, refer, reportOf } from './support';

const API = refer('aws_api_gateway_rest_api.a.id', 'aws_api_gateway_rest_api.a');

function stage(name: string): PlannedResource {
  return {
    type: 'aws_api_gateway_stage',
    name,
    after: { stage_name: name },
    unknown: { rest_api_id: true },
    expressions: { rest_api_id: API },
  };
}

function settings(stageName: string, path: string, rate: number, burst: number): PlannedResource {
  return {
    type: 'aws_api_gateway_method_settings',
    name: `s${path}${stageName}`,
    after: {
      stage_name: stageName,
      method_path: path,
      settings: [{ throttling_rate_limit: rate, throttling_burst_limit: burst }],
    },
    unknown: { rest_api_id: true },
    expressions: { rest_api_id: API },
  };
}

function plan(name: string, rate: number | null, methods: JsonObject[] = []): PlannedResource {
  return {
    type: 'aws_api_gateway_usage_plan',
    name,
    after: {
      name,
      api_stages: [{ stage: 'dev', throttle: methods }],
      throttle_settings: rate === null ? [] : [{ rate_limit: rate, burst_limit: rate * 2 }],
    },
    unknown: { api_stages: [{ api_id: true }] },
    expressions: { api_stages: [{ api_id: API, stage: { constant_value: 'dev' } }] },
  };
}

function row(...extra: PlannedResource[]): MatrixRow | undefined {
  return reportOf(apiWithMethod({ authorization: 'AWS_IAM', api_key_required: true }, extra)).matrix[0];
}

describe('the matrix of the good design', () => {
  const { matrix } = auditPath(fixture('good'));

  test('has a row for each method, by path and method', () => {
    expect(matrix.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/sales',
      'GET /v1/sales/{region}',
      'OPTIONS /v1/sales/{region}',
      'GET /v1/status',
    ]);
  });

  test('a row tells who may call the route, and how often', () => {
    expect(matrix[1]).toEqual({
      stack: 'plan',
      api: 'acme-dev-sales',
      protocol: 'REST',
      stages: ['dev'],
      method: 'GET',
      path: '/v1/sales/{region}',
      accessRule: 'scopes',
      scopes: 'sales:read or (reports:read + sales:list)',
      anyOf: [['sales:read'], ['reports:read', 'sales:list']],
      authorization: 'CUSTOM',
      authorizer: {
        name: 'acme-dev-sales',
        kind: 'REQUEST',
        ttlSeconds: '60',
        identitySource: 'method.request.header.Authorization',
        results: 'api',
      },
      apiKeyRequired: true,
      usagePlans: ['acme-dev-sales-basic'],
      throttle: '5 rps / 10 burst',
      webAcl: false,
      endpoint: 'REGIONAL',
      guards: [],
      answers: 'function acme-dev-sales-reports',
      verdict: 'pass',
      address: 'aws_api_gateway_method.region',
      change: 'added',
      changes: [],
    });
    expect(matrix[3]).toMatchObject({
      accessRule: 'public (load balancers ask for it)',
      throttle: '1000 rps / 2000 burst',
    });
  });
});

describe('what an answer of the authorizer is for', () => {
  const AUTHORIZER: PlannedResource = {
    type: 'aws_api_gateway_authorizer',
    name: 'z',
    after: { id: 'z1', name: 'z', type: 'REQUEST' },
    unknown: { rest_api_id: true },
    expressions: { rest_api_id: API },
  };
  const results = (...stages: PlannedResource[]) =>
    reportOf(apiWithMethod({ authorization: 'CUSTOM', authorizer_id: 'z1' }, [AUTHORIZER, ...stages])).matrix[0]
      ?.authorizer?.results;
  const asking = (name: string, variables: JsonObject, unknown: JsonObject = {}): PlannedResource => ({
    ...stage(name),
    after: { stage_name: name, variables },
    unknown: { rest_api_id: true, ...unknown },
  });

  test('is what the stage asks the authorizer of the kit for', () => {
    expect(results(asking('dev', { gatehouseApi: 'api' }))).toBe('api');
    expect(results(asking('dev', { gatehouseApi: 'api', gatehouseResults: 'route' }))).toBe('route');
  });

  test('is not told of another authorizer, nor without a stage', () => {
    expect(results(stage('dev'))).toBe('-');
    expect(results()).toBe('-');
  });

  test('is unknown where stages differ or a variable is not known', () => {
    const both = [
      asking('dev', { gatehouseApi: 'api' }),
      asking('live', { gatehouseApi: 'api', gatehouseResults: 'route' }),
    ];
    expect(results(...both)).toBe('?');
    expect(results(asking('dev', { gatehouseApi: 'api' }, { variables: { gatehouseResults: true } }))).toBe('?');
  });

  test('stands in the reports', () => {
    const plan = apiWithMethod({ authorization: 'CUSTOM', authorizer_id: 'z1' }, [
      AUTHORIZER,
      asking('dev', { gatehouseApi: 'api', gatehouseResults: 'route' }),
    ]);
    for (const format of ['table', 'markdown', 'html', 'csv'] as const) {
      expect(render(reportOf(plan), format, { width: 200 })).toMatch(/300 ?s for one route/);
    }
  });
});

describe('row counts', () => {
  test.each(['good', 'good-json', 'route-without-rule', 'nested-module', 'later-plan'])(
    '%s: one row per method',
    (name) => {
      const changes = readFixture(name).resource_changes;
      const methods = (Array.isArray(changes) ? changes : []).filter((change) =>
        JSON.stringify(change).includes('"type":"aws_api_gateway_method"'),
      );

      expect(methods.length).toBeGreaterThan(0);
      expect(auditPath(fixture(name)).matrix).toHaveLength(methods.length);
    },
  );

  test('keys with dots and brackets do not split addresses', () => {
    const rows = auditPath(fixture('nested-module')).matrix.map(({ api, method, path }) => `${api} ${method} ${path}`);

    expect(rows).toEqual([
      'eu.west GET /v1.0/report.csv',
      'eu.west POST /v1.0/report.csv',
      'eu.west PUT /v1.0/report.csv',
      'eu.west GET /v1.0/report.xml',
      'us[east] GET /v2.0/report.csv',
      'us[east] POST /v2.0/report.csv',
      'us[east] PUT /v2.0/report.csv',
      'us[east] GET /v2.0/report.xml',
    ]);
  });

  test('an API without any route is an error', () => {
    const api = planOf([{ type: 'aws_api_gateway_rest_api', name: 'a', after: { name: 'api' } }]);

    expect(() => reportOf(api)).toThrow('stack stack has an API (aws_api_gateway_rest_api.a) but no readable route');
  });

  test('a second API without routes is told', () => {
    const { notJudged } = reportOf(
      apiWithMethod({ authorization: 'AWS_IAM' }, [
        { type: 'aws_api_gateway_rest_api', name: 'b', after: { name: 'b' } },
      ]),
    );

    expect(notJudged).toMatchObject([{ subject: 'aws_api_gateway_rest_api.b' }]);
  });

  test('a deposed object, left over by a replacement, is no method', () => {
    const plan = apiWithMethod({ authorization: 'AWS_IAM' });
    const changes = Array.isArray(plan.resource_changes) ? plan.resource_changes : [];
    const deposed = { ...Object(changes[1]), deposed: 'ab12cd34' };

    expect(reportOf({ ...plan, resource_changes: [...changes, deposed] }).matrix).toHaveLength(1);
  });

  test('an HTTP API without any route is an error too', () => {
    expect(() => reportOf(planOf([{ type: 'aws_apigatewayv2_api', name: 'h' }]))).toThrow('no readable route');
  });
});

describe('effective throttle', () => {
  test('no stage in the plan: nothing is said', () => {
    expect(row()).toMatchObject({ stages: [], throttle: '-', usagePlans: [] });
  });

  test('nothing set: the account', () => {
    expect(row(stage('dev'))).toMatchObject({ throttle: 'account default' });
  });

  test('the stage before the account', () => {
    expect(row(stage('dev'), settings('dev', '*/*', 1000, 2000))).toMatchObject({ throttle: '1000 rps / 2000 burst' });
  });

  test('-1 is not set', () => {
    expect(row(stage('dev'), settings('dev', '*/*', -1, -1))).toMatchObject({ throttle: 'account default' });
    expect(row(stage('dev'), settings('dev', '*/*', 10, -1))).toMatchObject({ throttle: '10 rps / account burst' });
  });

  test('the usage plan before the stage', () => {
    expect(row(stage('dev'), settings('dev', '*/*', 1000, 2000), plan('basic', 5))).toMatchObject({
      throttle: '5 rps / 10 burst',
      usagePlans: ['basic'],
    });
  });

  test('a usage plan without a throttle leaves the stage to decide', () => {
    expect(row(stage('dev'), settings('dev', '*/*', 1000, 2000), plan('basic', null))).toMatchObject({
      throttle: '1000 rps / 2000 burst',
    });
  });

  test('plans that differ are each shown', () => {
    expect(row(stage('dev'), plan('basic', 5), plan('premium', 50))).toMatchObject({
      throttle: 'basic: 5 rps / 10 burst; premium: 50 rps / 100 burst',
      usagePlans: ['basic', 'premium'],
    });
  });

  test('the method of a usage plan before the plan', () => {
    const own = plan('basic', 5, [{ path: '//GET', rate_limit: 1, burst_limit: 1 }]);

    expect(row(stage('dev'), own)).toMatchObject({ throttle: '1 rps / 1 burst' });
  });

  test('the settings of the method before all', () => {
    expect(
      row(stage('dev'), settings('dev', '~1/GET', 2, 4), settings('dev', '*/*', 1000, 2000), plan('basic', 5)),
    ).toMatchObject({
      throttle: '2 rps / 4 burst',
    });
  });

  test('settings of another method are not for this one', () => {
    expect(row(stage('dev'), settings('dev', 'other/GET', 2, 4))).toMatchObject({ throttle: 'account default' });
  });

  test('stages that differ are each shown', () => {
    expect(row(stage('dev'), stage('live'), settings('dev', '*/*', 1, 2))).toMatchObject({
      stages: ['dev', 'live'],
      throttle: 'dev: 1 rps / 2 burst; live: account default',
    });
  });

  test('without an API key no usage plan applies', () => {
    const { matrix } = reportOf(apiWithMethod({ authorization: 'AWS_IAM' }, [stage('dev'), plan('basic', 5)]));

    expect(matrix[0]).toMatchObject({ usagePlans: [], throttle: 'account default', apiKeyRequired: false });
  });
});

describe('the verdict of a route', () => {
  const planned = apiWithMethod({ authorization: 'AWS_IAM' }, [stage('live')]);
  const verdictWith = (severity: Severity, verdict: Verdict, address: string) => {
    const rule: Rule = {
      ...(RULES[0] as Rule),
      severity,
      check: ({ stacks }) => [{ verdict, stack: stacks[0]?.name ?? '', address, message: 'x' }],
    };
    return buildReport(modelOf(planned), [rule]).matrix[0]?.verdict;
  };

  test.each<[Severity, Verdict, string, Verdict]>([
    ['critical', 'fail', 'aws_api_gateway_stage.live', 'fail'],
    ['critical', 'unknown', 'aws_api_gateway_stage.live', 'unknown'],
    ['critical', 'pass', 'aws_api_gateway_stage.live', 'pass'],
    ['high', 'fail', 'aws_api_gateway_stage.live', 'pass'],
    ['critical', 'fail', 'aws_iam_role.elsewhere', 'pass'],
  ])('beside a finding that is %s and %s at %s is %s', (severity, verdict, address, expected) => {
    expect(verdictWith(severity, verdict, address)).toBe(expected);
  });
});
