import { type AuditReport, auditPath, RULES, renderTable, terminalOptions } from '../../../audit';
import { printable } from '../../../audit/report/escape';
import { layOut, width, wrap } from '../../../audit/report/layout';
import { apiWithMethod, fixture, reportOf } from '../support';
import { findingOf, reportWith, rowWith, waiverInfoOf } from './sample';

const rules = RULES.filter(({ id }) => ['AUTHZ-001', 'AUTHZ-004', 'IAM-001'].includes(id));
const good = auditPath(fixture('good'), { rules });
const bad = auditPath(fixture('route-without-rule'), { rules });

describe('the table', () => {
  test('is matrix, findings, counts, in that order', () => {
    const text = renderTable(bad);
    const positions = [
      'Authorization matrix: 6 routes',
      'DELETE',
      'Findings: 7',
      'FAIL AUTHZ-001',
      'UNKNOWN AUTHZ-001',
      '2 pass, 6 fail, 1 unknown',
    ].map((part) => text.indexOf(part));

    expect(positions).not.toContain(-1);
    expect(positions).toEqual([...positions].sort((left, right) => left - right));
  });

  test('a clean plan says so', () => {
    expect(renderTable(good)).toContain('Findings: none');
    expect(renderTable(good)).toMatch(/\n[1-9]\d* pass, 0 fail, 0 unknown\n$/);
  });

  test('a wide terminal has one line per route', () => {
    const line = renderTable(good, { width: 200 })
      .split('\n')
      .find((text) => text.startsWith('GET') && text.includes('{region}'));

    expect(line?.split(/ {2,}/)).toEqual([
      'GET',
      '/v1/sales/{region}',
      'scopes',
      'sales:read or (reports:read + sales:list)',
      'REQUEST 60s',
      'yes',
      'basic',
      '[2]',
      '[1]',
      'pass',
    ]);
  });

  test('what is true of a whole API, and what is long, is told once, above the rows', () => {
    const text = renderTable(good, { width: 200 });

    expect(text).toContain('endpoint REGIONAL; web ACL: no\n');
    expect(text).toContain('throttle [2] 5 rps / 10 burst\n');
    expect(text).toContain('answered by [1] function acme-dev-sales-reports\n');
  });

  test('a path is broken between its parts, so that two routes never look alike', () => {
    const path = '/v1/applications/{application}/environments/{environment}';
    const report = reportWith([], { matrix: [{ ...rowWith('x'), path }] });

    const parts = renderTable(report, { width: 70 })
      .split('\n')
      .flatMap((line) => line.match(/\/[\w{}]+/g) ?? []);

    expect(parts.slice(-5).join('')).toBe(path);
  });

  test('limits that differ by usage plan are told once, above the rows', () => {
    const row = {
      ...good.matrix[1],
      throttle: 'acme-dev-sales-basic: 5 rps / 10 burst; acme-dev-sales-pro: 50 rps / 100 burst',
    };
    const report = { ...good, matrix: [row, { ...row, method: 'PUT' }] } as AuditReport;

    const text = renderTable(report, { width: 160 });

    expect(text).toContain('throttle [1] basic: 5 rps / 10 burst; pro: 50 rps / 100 burst\n');
    expect(text.match(/throttle \[1\]/g)).toHaveLength(1);
  });

  test.each([40, 60, 80, 100, 120, 160])('no line is wider than %i columns', (size) => {
    const lines = [good, bad].flatMap((report) => renderTable(report, { width: size }).split('\n'));

    expect(lines.filter((line) => width(line) > size)).toEqual([]);
  });

  test('what could not be judged is told', () => {
    const report = reportOf(apiWithMethod({ authorization: 'AWS_IAM' }, [{ type: 'aws_apigatewayv2_api', name: 'h' }]));

    expect(renderTable(report)).toContain(
      'Not judged: 1\n  stack: aws_apigatewayv2_api.h: no route of the API can be read from the plan',
    );
  });

  test('control characters of a plan do not reach the terminal', () => {
    const report = reportOf(apiWithMethod({ authorization: 'NONE', http_method: 'GET\u001b[2K\u202e' }));

    const text = renderTable(report);

    expect(text.includes('\u001b') || text.includes('\u202e')).toBe(false);
  });
});

describe('what the plan does to routes', () => {
  const routes = (['added', 'weakened', 'same', 'removed'] as const).map((change) => ({
    ...rowWith(`/${change}`),
    api: 'sales',
    method: 'GET',
    change,
    changes: change === 'weakened' ? ['weakened: API key required → not required'] : [],
  }));

  test('stands before the matrix where it is weaker, and before the findings else', () => {
    const text = renderTable(reportWith([], { matrix: routes }));

    const weakened = [
      'Routes weakened: 1',
      '  weakened     GET /weakened of sales',
      '    weakened: API key required → not required',
      '',
    ];
    const others = [
      'Other changes of routes: 2',
      '  removed      GET /removed of sales',
      '  added        GET /added of sales',
      '',
    ];
    expect(text.startsWith([...weakened, 'Authorization matrix: 4 routes'].join('\n'))).toBe(true);
    expect(text).toContain([...others, 'Findings: none'].join('\n'));
  });

  test('has a column of the matrix', () => {
    const rows = renderTable(reportWith([], { matrix: routes })).split('\n');

    expect(rows.find((line) => line.startsWith('METHOD'))).toMatch(/CHANGE +VERDICT$/);
    expect(rows.find((line) => line.startsWith('GET') && line.includes('/same'))).toMatch(/ same +/);
    expect(renderTable(reportWith([], { matrix: routes.slice(0, 1) }))).not.toContain('CHANGE');
  });

  test('is not told of a first plan', () => {
    expect(renderTable(reportWith([], { matrix: routes.slice(0, 1) }))).not.toMatch(/Routes weakened|Other changes/);
  });
});

describe('what the plan does to resources', () => {
  const change = {
    stack: 'stack',
    address: 'aws_lambda_function.f',
    attribute: 'handler',
    area: 'function',
    what: 'what runs',
  } as const;
  const changes = [
    { ...change, change: 'changed', values: 'a → b', routes: ['GET /a', 'GET /b', 'GET /c', 'GET /d', 'GET /e'] },
    { ...change, change: 'weakened', attribute: 'timeout', values: null, routes: [] },
    { ...change, change: 'unclassified', attribute: 'shape', values: null, what: null, routes: [] },
  ] as const;

  test('is told with before and after, and the routes behind it; what is weaker or not understood comes first', () => {
    const text = renderTable(reportWith([], { changes }));

    expect(text).toContain(
      [
        'Resources weakened, or changed in a way that is not known: 2',
        '  weakened     stack: aws_lambda_function.f: timeout',
        '    what runs',
        '  unclassified stack: aws_lambda_function.f: shape',
        '',
      ].join('\n'),
    );
    expect(text).toContain(
      [
        'Other changes of resources: 1',
        '  changed      stack: aws_lambda_function.f: handler',
        '    a → b',
        '    behind GET /a, GET /b, GET /c, and 2 more',
      ].join('\n'),
    );
  });
});

describe('findings', () => {
  test('of one rule stand together; what to do, and where to read on, is told once', () => {
    const text = renderTable(reportWith([findingOf(), findingOf({ address: 'aws_api_gateway_method.other' })]));

    expect(text.match(/FAIL AUTHZ-001 .*: 2 findings\n/g)).toHaveLength(1);
    expect(text.match(/ {2}fix: /g)).toHaveLength(1);
    expect(text.match(/ {2}see: https:\/\/docs\.aws\.amazon\.com/g)).toHaveLength(1);
  });

  test('alone are told without the matrix where that is asked for, and weakened routes with them', () => {
    const text = renderTable(bad, { findingsOnly: true });

    expect(text).toContain('FAIL AUTHZ-001');
    expect(text).not.toContain('Authorization matrix');
  });
});

describe('what somebody accepted', () => {
  const waived = findingOf({ waiver: 'W-1' });

  test('is told apart from the findings, and counted', () => {
    const text = renderTable(
      reportWith([waived, findingOf({ inBaseline: true, address: 'aws_api_gateway_method.old' })]),
    );

    expect(text).toContain('Findings: none');
    expect(text).toContain('AUTHZ-001 stack: aws_api_gateway_method.list: waived by W-1');
    expect(text).toContain('AUTHZ-001 stack: aws_api_gateway_method.old: in the baseline');
    expect(text).toContain('0 pass, 0 fail, 0 unknown, 1 waived, 1 in the baseline');
  });

  test('a waiver in trouble and a resolved entry of the baseline are told', () => {
    const expired = waiverInfoOf({ status: 'expired', problem: 'expired on 2026-01-01' });
    const entry = { rule: 'IAM-001', stack: 'stack', address: 'aws_iam_role.gone', attribute: null, fingerprint: 'f' };
    const report = reportWith([], { waivers: [expired], baseline: { known: 0, resolved: [entry] } });

    expect(renderTable(report)).toContain('Waivers that need a look: 1\n  W-1: expired on 2026-01-01');
    expect(renderTable(report)).toContain('baseline: 1\n  IAM-001 stack: aws_iam_role.gone');
  });

  test('a lost resource comes before a failure of higher severity, and that before what is unknown', () => {
    const lost = findingOf({ severity: 'high', action: 'delete', address: 'aws_dynamodb_table.lost' });
    const unknown = findingOf({ verdict: 'unknown', address: 'aws_api_gateway_method.open' });
    const text = renderTable(reportWith([unknown, findingOf(), lost]));
    const order = ['aws_dynamodb_table.lost', 'aws_api_gateway_method.list', 'aws_api_gateway_method.open'];

    expect(order.map((part) => text.indexOf(part))).toEqual(
      order.map((part) => text.indexOf(part)).sort((left, right) => left - right),
    );
  });

  test('what a waiver of a lost resource has to name is told', () => {
    const report = reportWith([findingOf({ action: 'delete' })]);
    const stacks = report.stacks.map((stack) => ({ ...stack, planHash: 'a'.repeat(64) }));

    expect(renderTable({ ...report, stacks })).toContain(`a waiver names: action delete, plan ${'a'.repeat(64)}\n`);
  });

  test('the line that made a resource is told', () => {
    const source = { file: 'stacks/api.ts', line: 12, column: 5 };

    expect(renderTable(reportWith([findingOf({ source })]))).toContain('  source: stacks/api.ts:12\n');
  });
});

describe('colour', () => {
  test('is off unless asked for', () => {
    expect(renderTable(bad)).not.toContain('\u001b');
    expect(renderTable(bad, { color: true })).toContain('\u001b[31mfail\u001b[0m');
  });

  test('does not change the layout', () => {
    const codes = ['31', '32', '33', '0'].map((code) => `\u001b[${code}m`);
    const plain = codes.reduce((text, code) => text.replaceAll(code, ''), renderTable(bad, { color: true }));

    expect(plain).toBe(renderTable(bad));
  });

  test('is for terminals, without NO_COLOR', () => {
    expect(terminalOptions({ isTTY: true, columns: 90 }, {})).toEqual({ color: true, width: 90 });
    expect(terminalOptions({ isTTY: true, columns: 90 }, { NO_COLOR: '' })).toMatchObject({ color: true });
    expect(terminalOptions({ isTTY: true }, { NO_COLOR: '1' })).toEqual({ color: false });
    expect(terminalOptions({ isTTY: true }, { TERM: 'dumb' })).toEqual({ color: false });
    expect(terminalOptions({ isTTY: false }, {})).toEqual({ color: false });
    expect(terminalOptions({}, {})).toEqual({ color: false });
  });
});

describe('layout', () => {
  test('wraps at blanks, and within words that are too long', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrap('', 4)).toEqual(['']);
  });

  test('loses no letter of a cell', () => {
    const lines = layOut(['A', 'B'], [['abcdefghijklmnopqrstuvwxyz', 'x']], 20, (text) => text);

    expect(
      lines
        ?.slice(2)
        .map((line) => line.replace(/ .*$/, ''))
        .join(''),
    ).toBe('abcdefghijklmnopqrstuvwxyz');
  });

  test('gives up when the columns do not fit', () => {
    expect(layOut(['AAAAAAAA', 'BBBBBBBB'], [], 10, (text) => text)).toBeUndefined();
  });

  test('line ends and marks of direction are replaced', () => {
    expect(printable('a\nb\u2028c')).toBe('a\uFFFDb\uFFFDc');
  });
});
