import {
  type AuditReport,
  auditPath,
  compareReports,
  diffPaths,
  type MatrixRow,
  renderDifferences,
} from '../../../audit';
import { MOST_CHARACTERS } from '../../../audit/report/markdown';
import { findingOf, HOSTILE, reportFullOf, reportWith, rowWith } from '../report/sample';
import { apiWithMethod, fixture, temporaryFolder, writeJson } from '../support';

function rename(report: AuditReport, name: string): AuditReport {
  const renamed = <T extends { readonly stack: string }>(items: readonly T[]) =>
    items.map((item) => ({ ...item, stack: name }));
  const stacks = report.stacks.map((stack) => ({ ...stack, name }));
  return { ...report, stacks, findings: renamed(report.findings), matrix: renamed(report.matrix) };
}

const ROW: MatrixRow = { ...rowWith('/v1'), method: 'GET', api: 'sales', throttle: '5 rps / 10 burst' };

describe('two reports', () => {
  test('of the same plan do not differ, whatever their files are called', () => {
    const report = auditPath(fixture('route-without-rule'));
    const differences = compareReports(report, rename(report, 'newer'));

    expect(differences).toMatchObject({ introduced: [], resolved: [], added: [], removed: [], changed: [] });
    expect(differences.remaining).toBeGreaterThan(5);
  });

  test('differ by what was introduced and what was resolved', () => {
    const one = findingOf({ address: 'a.one' });
    const two = findingOf({ address: 'a.two' });
    const both = findingOf({ address: 'a.both' });
    const differences = compareReports(reportWith([one, both]), reportWith([two, both]));

    expect(differences.introduced).toEqual([two]);
    expect(differences.resolved).toEqual([one]);
    expect(differences.remaining).toBe(1);
  });

  test('an unknown answer that became a failure was introduced', () => {
    const unknown = findingOf({ verdict: 'unknown' });

    expect(compareReports(reportWith([unknown]), reportWith([findingOf()])).introduced).toHaveLength(1);
  });

  test('one more finding about the same thing was introduced', () => {
    expect(compareReports(reportWith([findingOf()]), reportWith([findingOf(), findingOf()])).introduced).toHaveLength(
      1,
    );
  });

  test('a waived finding whose waiver ended was introduced', () => {
    const waived = reportWith([findingOf({ waiver: 'W-1' })]);

    expect(compareReports(waived, reportWith([findingOf()])).introduced).toHaveLength(1);
  });

  test('a route is added, removed, or changed in columns', () => {
    const older = reportWith([], { matrix: [ROW, { ...ROW, method: 'PUT' }] });
    const newer = reportWith([], {
      matrix: [
        { ...ROW, throttle: '50 rps / 100 burst' },
        { ...ROW, method: 'POST' },
      ],
    });
    const { added, removed, changed } = compareReports(older, newer);

    expect(added.map(({ method }) => method)).toEqual(['POST']);
    expect(removed.map(({ method }) => method)).toEqual(['PUT']);
    expect(changed.map(({ changes }) => changes)).toEqual([
      [{ column: 'throttle', before: '5 rps / 10 burst', after: '50 rps / 100 burst' }],
    ]);
  });

  test('with several stacks, the same route of another stack is another route', () => {
    const stack = reportWith([]).stacks[0];
    const stacks = stack === undefined ? [] : [stack, { ...stack, name: 'prod' }];
    const older = reportWith([], { stacks, matrix: [ROW] });

    expect(compareReports(older, reportWith([], { stacks, matrix: [{ ...ROW, stack: 'prod' }] })).added).toHaveLength(
      1,
    );
  });
});

describe('two plans', () => {
  const folder = temporaryFolder();
  const planWith = (name: string, authorization: string, key: boolean) =>
    writeJson(folder, name, apiWithMethod({ authorization, api_key_required: key }));
  const guarded = planWith('guarded.json', 'AWS_IAM', false);

  test.each([
    ['NONE', false, 'weakened'],
    ['CUSTOM', false, 'changed'],
    ['AWS_IAM', true, 'strengthened'],
  ])('authorization AWS_IAM to %s, key %s: the route is %s', (authorization, key, order) => {
    const { changed } = diffPaths(guarded, planWith('newer.json', authorization, key));

    expect(changed.map((route) => route.order)).toEqual([order]);
  });

  test('that are the same have no change of a route', () => {
    expect(diffPaths(guarded, planWith('newer.json', 'AWS_IAM', false)).changed).toEqual([]);
  });

  test('a weakened route comes first', () => {
    const text = renderDifferences(diffPaths(guarded, planWith('newer.json', 'NONE', false)), 'table');

    expect(text.split('\n')[0]).toContain('0 routes added, 0 removed, 1 changed (1 weakened)');
    expect(text.split('\n').slice(2, 4).join('\n')).toMatch(/^Routes weakened: 1\n {2}weakened: api GET \//);
  });
});

describe('a comparison', () => {
  const older = reportWith([findingOf({ address: 'a.old' })], { matrix: [ROW] });
  const newer = reportWith([findingOf()], { matrix: [{ ...ROW, throttle: '-' }] });

  test('as a table', () => {
    expect(renderDifferences(compareReports(older, newer), 'table').split('\n').slice(0, 5)).toEqual([
      '1 finding introduced, 1 resolved, 0 remain; 0 routes added, 0 removed, 1 changed',
      '',
      'Introduced: 1',
      '  FAIL AUTHZ-001 (critical) stack: aws_api_gateway_method.list: GET /: it has no access rule',
      '',
    ]);
  });

  test('as JSON', () => {
    expect(JSON.parse(renderDifferences(compareReports(older, newer), 'json'))).toMatchObject({ remaining: 0 });
  });

  test('as Markdown fits a comment, and tells what was left out', () => {
    const many = Array.from({ length: 3000 }, (_, index) => findingOf({ address: `a.b${index}` }));
    const text = renderDifferences(compareReports(older, reportWith(many)), 'markdown');

    expect(text.length).toBeLessThan(MOST_CHARACTERS);
    expect(text).toMatch(/\*\*\d+ of 3000 are not shown here\.\*\*/);
  });

  test.each(HOSTILE)('%j stays text', (hostile) => {
    const empty = { ...reportFullOf('x'), findings: [], matrix: [] };
    const differences = compareReports(empty, reportFullOf(hostile));

    const markdown = renderDifferences(differences, 'markdown');
    expect(markdown.replace(/<\/?code>|<!-- (?:-->|gatehouse-plan-audit -->)/g, '')).not.toMatch(/[<>]/);
    expect(renderDifferences(differences, 'table')).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]|^\s*::|##\w*\[/mu);
  });
});
