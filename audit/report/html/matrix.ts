import { compareText } from '../../json';
import type { MatrixRow } from '../../matrix';
import { markup } from '../escape';
import { ACCESS_COLUMNS, PLACE_COLUMNS } from '../matrix-cells';
import type { AuditReport } from '../report';
import type { HtmlSection } from './index';
import { filters, table } from './table';

/** The authorization matrix: a row for each route, which can be searched by any of its texts. */
export function matrixSection(report: AuditReport): HtmlSection {
  const title = 'Authorization matrix';
  const access = ACCESS_COLUMNS.filter((column) => column.title !== 'verdict');
  const columns = [...access, ...PLACE_COLUMNS];
  const titles = ['route', ...columns.slice(2).map((column) => column.title), 'verdict'];
  const rows = report.matrix.map((row) => ({
    attributes: ` data-item data-verdict="${row.verdict}" data-access="${markup(kindOf(row))}"`,
    cells: [
      `<code>${markup(`${row.method} ${row.path}`)}</code>`,
      ...columns.slice(2).map(({ cell }) => markup(cell(row))),
      `<span class="badge ${row.verdict}">${row.verdict}</span>`,
    ],
  }));
  const kinds = [...new Set(report.matrix.map(kindOf))].sort(compareText);
  return {
    id: 'matrix',
    title,
    lines: [
      '<section id="matrix" aria-labelledby="matrix-title" data-filtered>',
      `<h2 id="matrix-title">${title}</h2>`,
      '<p>Who may call what. <code>?</code> is unknown, <code>-</code> is not set.</p>',
      ...filters('matrix', { verdict: ['fail', 'unknown', 'pass'], access: kinds }),
      ...table(title, titles, rows),
      '</section>',
    ],
  };
}

/** `public` without its reason. */
function kindOf({ accessRule }: MatrixRow): string {
  return accessRule.replace(/ \([\s\S]*$/, '');
}
