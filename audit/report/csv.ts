import { csv } from './escape';
import { ACCESS_COLUMNS, CHANGE_COLUMN, GUARD_COLUMNS, type MatrixColumn, PLACE_COLUMNS } from './matrix-cells';
import type { AuditReport } from './report';

const LAST: readonly MatrixColumn[] = [
  CHANGE_COLUMN,
  { title: 'what changes', cell: ({ changes }) => changes.join('; ') },
  { title: 'address', cell: ({ address }) => address },
  ...GUARD_COLUMNS,
];

/** The authorization matrix as CSV (RFC 4180), for spreadsheets: `?` is unknown, an empty field is not set. */
export function renderCsv(report: AuditReport): string {
  const columns = [...PLACE_COLUMNS, ...ACCESS_COLUMNS, ...LAST];
  const lines = [
    columns.map(({ title }) => title),
    ...report.matrix.map((row) => columns.map(({ cell }) => cell(row)).map((text) => (text === '-' ? '' : text))),
  ];
  return lines.map((fields) => `${fields.map(csv).join(',')}\r\n`).join('');
}
