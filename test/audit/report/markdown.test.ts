import { STICKY_MARKER } from '../../../audit';
import { MOST_CHARACTERS, renderMarkdown } from '../../../audit/report/markdown';
import { findingOf, HOSTILE, reportFullOf, reportWith, rowWith, waiverInfoOf } from './sample';

describe('the Markdown report', () => {
  test('begins with the marker by which a job finds its comment, and the result', () => {
    const lines = renderMarkdown(reportWith([findingOf()])).split('\n');

    expect(lines[0]).toBe(STICKY_MARKER);
    expect(lines[1]).toBe('## Plan audit: 1 finding (1 critical), 0 unknown');
  });

  test('tells lost resources, findings, unknown answers and waivers before the folded tables', () => {
    const report = reportWith(
      [
        findingOf({ action: 'delete', address: 'aws_dynamodb_table.lost' }),
        findingOf(),
        findingOf({ verdict: 'unknown', address: 'aws_api_gateway_method.open' }),
        findingOf({ waiver: 'W-1', address: 'aws_api_gateway_method.waived' }),
      ],
      {
        matrix: [rowWith('/v1'), { ...rowWith('/v2'), change: 'removed' }],
        waivers: [waiverInfoOf({ status: 'expired', problem: 'expired on 2026-01-01' })],
        notJudged: [{ stack: 'stack', subject: 'aws_apigatewayv2_api.x', reason: 'not read' }],
      },
    );
    const text = renderMarkdown(report);
    const parts = [
      '### Destroyed, replaced or given up (1)',
      '### Routes weakened (1)',
      '### Findings (1)',
      '<details><summary>Unknown (1)</summary>',
      '<details><summary>Other changes of routes (1)</summary>',
      '### Waivers in trouble (1)',
      '<details><summary>Authorization matrix (2)</summary>',
      '<details><summary>Accepted findings (1)</summary>',
      '<details><summary>Not judged (1)</summary>',
    ].map((part) => text.indexOf(part));

    expect(parts).not.toContain(-1);
    expect(parts).toEqual([...parts].sort((left, right) => left - right));
  });

  test('a weakened route is told in the first line, with what is weaker', () => {
    const row = { ...rowWith('/v1'), method: 'GET', changes: ['weakened: authorization CUSTOM → NONE'] };
    const text = renderMarkdown(reportWith([], { matrix: [row] }));

    expect(text).toContain('## Plan audit: 1 route weakened, no findings');
    expect(text).toContain('| <code>GET /v1</code> | weakened | weakened: authorization CUSTOM &#8594; NONE |');
  });

  test('what to do about each rule stands once, with links to read on', () => {
    const text = renderMarkdown(reportWith([findingOf(), findingOf({ address: 'aws_api_gateway_method.other' })]));

    expect(text.match(/<summary>What to do \(1\)/g)).toHaveLength(1);
    expect(text).toContain(
      '| <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html><br>',
    );
  });

  test('a first plan, in which every route is new, has no changes of routes', () => {
    const matrix = ['/v1', '/v2'].map((path) => ({ ...rowWith(path), change: 'added' as const, changes: [] }));

    expect(renderMarkdown(reportWith([], { matrix }))).not.toMatch(/changes of routes|weakened/);
  });

  test('names the line that made the resource', () => {
    const source = { file: 'stacks/api.ts', line: 12, column: 5 };

    expect(renderMarkdown(reportWith([findingOf({ source })]))).toContain('stacks/api.ts&#58;12');
  });

  test.each([1000, 5000])('%i findings and routes fit, and what is left out is told', (count) => {
    const many = Array.from({ length: count }, (_, index) =>
      findingOf({ address: `aws_api_gateway_method.m${index}` }),
    );
    const matrix = Array.from({ length: count }, (_, index) => rowWith(`/v1/${index}`));
    const text = renderMarkdown(reportWith(many, { matrix }));
    const parts = text.split(/\n(?=### |<details>)/);
    const section = (title: string) => parts.find((part) => part.includes(`${title} (${count})`)) ?? '';

    expect(text.length).toBeLessThan(MOST_CHARACTERS);
    expect(text.slice(0, 500)).toContain('**Shortened to fit a comment**');
    for (const title of ['Routes weakened', 'Findings', 'Authorization matrix']) {
      const shown =
        section(title)
          .split('\n')
          .filter((line) => line.startsWith('| ')).length - 2;
      const [, left, of] = /\*\*(\d+) of (\d+) rows are not shown here/.exec(section(title)) ?? [];
      expect([shown + Number(left), Number(of)]).toEqual([count, count]);
      expect(shown).toBeGreaterThan(5);
    }
  });

  test('a report that fits is not shortened', () => {
    const text = renderMarkdown(reportWith([findingOf()], { matrix: [rowWith('/v1')] }));

    expect(text).not.toMatch(/Shortened|not shown/);
  });

  test('one text longer than a comment is left out and told', () => {
    const text = renderMarkdown(reportWith([findingOf({ message: 'x'.repeat(MOST_CHARACTERS) })]));

    expect(text.length).toBeLessThan(MOST_CHARACTERS);
    expect(text).toContain('**1 of 1 rows are not shown here.**');
  });

  test('folded parts are closed, whatever was cut', () => {
    const matrix = Array.from({ length: 3000 }, (_, index) => rowWith(`/v1/${index}`));
    const text = renderMarkdown(reportWith([findingOf()], { matrix }));

    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
  });

  test.each(HOSTILE)('%j stays text in its cell', (hostile) => {
    const text = renderMarkdown(reportFullOf(hostile));
    const foreign = text.replace(
      /<\/?(?:code|details|summary|br)>|<https:\/\/(?:docs\.aws|owasp)[\w./-]+>|<!-- (?:-->|gatehouse-plan-audit -->)/g,
      '',
    );
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    const columns = rows.map((row) => row.split('|').length - 2);

    expect(foreign).not.toMatch(/[<>]/);
    expect(text).not.toContain('@');
    expect(new Set(columns)).toEqual(new Set([4, 5, 2, 14, 3]));
    expect(text).toContain('hostile');
  });
});
