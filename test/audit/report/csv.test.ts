import { auditPath } from '../../../audit';
import { renderCsv } from '../../../audit/report/csv';
import { fixture } from '../support';
import { HOSTILE, reportWith, rowWith } from './sample';

/** Fields of a CSV text as RFC 4180 says. */
function records(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '\r\n') {
      rows.push([]);
    }
  }
  return rows.slice(0, -1);
}

describe('the matrix as CSV', () => {
  test('has a line of titles and one line for each route', () => {
    const report = auditPath(fixture('good'));
    const [titles, ...rows] = records(renderCsv(report));

    expect(titles?.slice(4, 7)).toEqual(['method', 'path', 'access rule']);
    expect(rows.map((row) => row.length)).toEqual(report.matrix.map(() => titles?.length));
    expect(rows.map((row) => row[5])).toEqual(report.matrix.map(({ path }) => path));
  });

  test('tells what the plan does to a route', () => {
    const row = {
      ...rowWith('x'),
      change: 'weakened' as const,
      changes: ['weakened: API key required → not required'],
    };
    const [titles, fields] = records(renderCsv(reportWith([], { matrix: [row] })));

    expect(titles?.slice(-5)).toEqual(['change', 'what changes', 'address', 'endpoint', 'guarded by']);
    expect(fields?.slice(-5, -3)).toEqual(['weakened', 'weakened: API key required → not required']);
  });

  test('what is not set is an empty field', () => {
    const report = auditPath(fixture('good'));
    const [, first] = records(renderCsv(report));

    expect(report.matrix[0]?.scopes).toBe('-');
    expect(first?.[7]).toBe('');
  });

  test.each(HOSTILE)('%j is one field and no formula', (hostile) => {
    const text = renderCsv(reportWith([], { matrix: [rowWith(hostile)] }));
    const [titles, row, ...rest] = records(text);

    expect(rest).toEqual([]);
    expect(row).toHaveLength(titles?.length ?? 0);
    expect(row?.filter((field) => /^[=+\-@\t\r]/.test(field))).toEqual([]);
    expect(row?.[1]).toContain('hostile');
  });
});
