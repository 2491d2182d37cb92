import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { auditPath, renderJson, renderTable } from '../../../audit';
import schema from '../../../audit/report/report.schema.json';
import { accessRules, apiWithMethod, fixture, readFixture, reportOf, temporaryFolder, writeJson } from '../support';

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });
addFormats(ajv);
const validate = ajv.compile(schema);
const NAMES = [
  'good',
  'good-json',
  'route-without-rule',
  'wildcard-allow',
  'wildcard-template',
  'openapi-body',
  'nested-module',
  'later-plan',
];

describe('the JSON report', () => {
  test.each(NAMES)('%s is as the schema says', (name) => {
    validate(JSON.parse(renderJson(auditPath(fixture(name)))));

    expect(validate.errors ?? []).toEqual([]);
  });

  test('a route for every valid credential is as the schema says', () => {
    const rules = { 'GET /': { kind: 'authenticated', reason: 'tells who calls' } };
    const guarded = { authorization: 'CUSTOM', authorizer_id: 'z' };
    const report = reportOf(apiWithMethod(guarded, [accessRules(rules)]));
    const rule = 'authenticated (tells who calls)';

    expect(validate({ ...report, matrix: report.matrix.map((row) => ({ ...row, accessRule: rule })) })).toBe(true);
    expect(validate({ ...report, matrix: report.matrix.map((row) => ({ ...row, accessRule: 'authenticated' })) })).toBe(
      false,
    );
  });

  test('the schema refuses what is no report', () => {
    const report = auditPath(fixture('good'));

    expect(validate({ ...report, reportVersion: 2 })).toBe(false);
    expect(validate({ ...report, more: 1 })).toBe(false);
  });

  test.each(NAMES)('%s gives the same bytes twice, whatever the order of the plan', (name) => {
    const plan = readFixture(name);
    const changes = Array.isArray(plan.resource_changes) ? [...plan.resource_changes].reverse() : [];
    const file = writeJson(temporaryFolderOnce, 'plan.json', { ...plan, resource_changes: changes });

    expect(renderJson(auditPath(file))).toBe(renderJson(auditPath(fixture(name))));
  });
});

const temporaryFolderOnce = temporaryFolder();

describe('values marked as sensitive', () => {
  const CANARY = 'canary-5f1d7c1e-sensitive';

  test('the fixture holds one in clear', () => {
    expect(JSON.stringify(readFixture('wildcard-allow'))).toContain(CANARY);
  });

  test('no report shows it', () => {
    const report = auditPath(fixture('wildcard-allow'));

    expect(renderJson(report)).not.toContain(CANARY);
    expect(renderTable(report)).not.toContain(CANARY);
  });

  test('a sensitive rule is judged and not shown', () => {
    const rules = { 'GET /': { kind: 'public', reason: CANARY } };
    const report = reportOf(
      apiWithMethod({ authorization: 'NONE' }, [
        accessRules(rules, { sensitive: { input: { routes: { 'GET /': { reason: true } } } } }),
      ]),
    );

    expect(report.matrix[0]).toMatchObject({ accessRule: 'public (sensitive)', verdict: 'pass' });
    expect(renderJson(report)).not.toContain(CANARY);
  });

  test('a value that reaches the report by another way is blanked', () => {
    const plan = apiWithMethod({ authorization: 'NONE', http_method: `GET${CANARY}` });
    const variables = { variables: { token: { value: CANARY } } };
    const configuration = {
      root_module: { ...Object(plan.configuration).root_module, variables: { token: { sensitive: true } } },
    };

    const report = reportOf({ ...plan, ...variables, configuration });

    expect(report.matrix[0]?.method).toBe('GET(sensitive)');
    expect(renderJson(report).toLowerCase()).not.toContain(CANARY);
  });
});
