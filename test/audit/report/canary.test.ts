import { type AuditReport, compareReports, DIFF_FORMATS, FORMATS, render, renderDifferences } from '../../../audit';
import type { JsonObject } from '../../../audit/json';
import { accessRules, apiWithMethod, reportOf } from '../support';

/** Stands in a plan wherever Terraform marks a value as sensitive, in upper and lower case. */
const CANARY = 'Canary-7f3a9c-of-a-secret';

/** A plan that holds the canary in every place of it that can be marked. */
function plan(): JsonObject {
  const rules = { 'GET /': { kind: 'public', reason: CANARY } };
  const base = apiWithMethod({ authorization: 'NONE', http_method: `GET${CANARY}` }, [
    accessRules(rules, { sensitive: { input: { routes: { 'GET /': { reason: true } } } } }),
    {
      type: 'aws_lambda_function',
      name: 'f',
      after: { function_name: CANARY, environment: [{ variables: { TOKEN: CANARY } }], description: CANARY },
      sensitive: { function_name: true, description: true, environment: [{ variables: { TOKEN: true } }] },
    },
    {
      type: 'aws_secretsmanager_secret_version',
      name: 's',
      after: { secret_string: CANARY },
      sensitive: { secret_string: true },
    },
    { type: 'aws_cloudwatch_log_group', name: 'l', after: { name: CANARY }, sensitive: { name: true } },
    { type: 'aws_apigatewayv2_api', name: 'h', after: { name: CANARY }, sensitive: { name: true } },
  ]);
  const { root_module: root } = base.configuration as { root_module: JsonObject };
  return {
    ...base,
    variables: { token: { value: CANARY } },
    output_changes: { token: { actions: ['create'], before: null, after: CANARY, after_sensitive: true } },
    configuration: {
      provider_config: { aws: { name: 'aws', expressions: { secret_key: { constant_value: CANARY } } } },
      root_module: { ...root, variables: { token: { sensitive: true, default: CANARY } } },
    },
  };
}

describe('a value that is marked as sensitive', () => {
  const report: AuditReport = reportOf(plan());

  test('stands in the plan, and makes rules answer', () => {
    expect(JSON.stringify(plan())).toContain(CANARY);
    expect(report.findings.filter(({ verdict }) => verdict !== 'pass').length).toBeGreaterThan(3);
    expect(report.matrix[0]?.method).toBe('GET(sensitive)');
  });

  test.each(FORMATS)('stands in no report: %s', (format) => {
    const text = render(report, format, { color: true, width: 60 }).toLowerCase();

    expect(text).not.toContain(CANARY.toLowerCase());
    // Nor in another notation of the same bytes.
    expect(text).not.toContain(Buffer.from(CANARY).toString('base64').toLowerCase());
    expect(text).not.toContain(encodeURIComponent(CANARY).toLowerCase());
  });

  test.each(DIFF_FORMATS)('stands in no comparison: %s', (format) => {
    const empty = { ...report, findings: [], matrix: [] };
    const texts = [compareReports(empty, report), compareReports(report, empty)].map((differences) =>
      renderDifferences(differences, format).toLowerCase(),
    );

    expect(texts.join()).not.toContain(CANARY.toLowerCase());
    expect(texts.join()).toContain('(sensitive)'.slice(1, -1));
  });
});

test.each(FORMATS)('the same report gives the same bytes: %s', (format) => {
  const report = reportOf(plan());

  expect(render(report, format)).toBe(render(reportOf(plan()), format));
});
