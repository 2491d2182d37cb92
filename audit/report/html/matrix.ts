import { compareText } from '../../json';
import type { MatrixAuthorizer, MatrixRow } from '../../matrix';
import { markup } from '../escape';
import { resultsText, webAclText } from '../matrix-cells';
import type { AuditReport } from '../report';
import { filters, type HtmlSection, table } from './table';

const TITLES = [
  'route',
  'verdict',
  'access rule',
  'scopes',
  'authorizer',
  'key',
  'usage plans',
  'throttle',
  'web ACL',
  'change',
];

/** The authorization matrix: a table for each API, a row for each route, which can be searched by any of its texts. */
export function matrixSection(report: AuditReport): HtmlSection {
  const kinds = [...new Set(report.matrix.map(kindOf))].sort(compareText);
  const changes = [...new Set(report.matrix.map(({ change }) => change ?? '-'))].sort(compareText);
  const empty = report.matrix.length === 0;
  return {
    id: 'matrix',
    title: `Authorization matrix (${report.matrix.length})`,
    lines: [
      `<section id="matrix" aria-labelledby="matrix-title"${empty ? '' : ' data-filtered'}>`,
      `<h2 id="matrix-title">Authorization matrix (${report.matrix.length})</h2>`,
      empty
        ? '<p>No stack has an API.</p>'
        : '<p>Who may call what. <code>?</code> is unknown, <code>-</code> is not set.</p>',
      ...(empty ? [] : filters('matrix', { verdict: ['fail', 'unknown', 'pass'], access: kinds, change: changes })),
      ...groupsOf(report.matrix).flatMap(groupLines),
      '</section>',
    ],
  };
}

/** The rows of one API in one stack. */
interface Group {
  readonly title: string;
  readonly rows: readonly MatrixRow[];
}

function groupsOf(rows: readonly MatrixRow[]): Group[] {
  const groups = new Map<string, MatrixRow[]>();
  for (const row of rows) {
    const stages = `${row.stages.length === 1 ? 'stage' : 'stages'} ${row.stages.join(', ') || '(none in the plan)'}`;
    const title = `${row.protocol} API ${row.api}, ${stages}, stack ${row.stack}`;
    const group = groups.get(title);
    if (group === undefined) {
      groups.set(title, [row]);
    } else {
      group.push(row);
    }
  }
  return [...groups].map(([title, members]) => ({ title, rows: members }));
}

function groupLines({ title, rows }: Group): string[] {
  const authorizers = [...new Set(rows.map(({ authorizer }) => inFull(authorizer)))].filter((text) => text !== '');
  const body = rows.map((row) => ({
    attributes: ` data-item data-verdict="${row.verdict}" data-access="${markup(kindOf(row))}" data-change="${row.change ?? '-'}"`,
    cells: [
      `<code>${markup(row.method)} ${markup(row.path)}</code>`,
      `<span class="badge ${row.verdict}">${row.verdict}</span>`,
      markup(row.accessRule),
      markup(row.scopes),
      markup(inShort(row.authorizer)),
      row.apiKeyRequired === null ? '?' : row.apiKeyRequired ? 'yes' : 'no',
      lines(row.usagePlans.map((plan) => withoutApi(plan, row))) || '-',
      `<span class="limits">${lines(row.throttle.split('; ').map((limit) => withoutApi(limit, row)))}</span>`,
      webAclText(row),
      changeCell(row),
    ],
  }));
  return [
    '<div data-group>',
    `<h3>${markup(title)}</h3>`,
    ...authorizers.map((text) => `<p class="quiet">authorizer ${markup(text)}</p>`),
    ...table(title, TITLES, body),
    '</div>',
  ];
}

/** Colours by what a change means for who may call the route. */
const CHANGE_CLASSES: Readonly<Record<string, string>> = { weakened: 'fail', strengthened: 'pass', unknown: 'unknown' };

function changeCell({ change, changes }: MatrixRow): string {
  if (change === null) {
    return '-';
  }
  const badge = `<span class="badge ${CHANGE_CLASSES[change] ?? 'info'}">${change}</span>`;
  return [badge, ...changes.map(markup)].join('<br>');
}

function lines(texts: readonly string[]): string {
  return texts.map(markup).join('<br>');
}

/** Usage plans are mostly named after their API, which stands in the heading. */
function withoutApi(text: string, row: MatrixRow): string {
  return text.replaceAll(`${row.api}-`, '');
}

function inShort(authorizer: MatrixAuthorizer | null): string {
  if (authorizer === null) {
    return '-';
  }
  return authorizer.name === '?' ? '?' : `${authorizer.name}, ${authorizer.ttlSeconds} s`;
}

function inFull(authorizer: MatrixAuthorizer | null): string {
  return authorizer === null || authorizer.name === '?'
    ? ''
    : `${authorizer.name}: ${authorizer.kind}, answers kept ${authorizer.ttlSeconds} s${resultsText(authorizer)}, identity source ${authorizer.identitySource}`;
}

/** `public` without its reason. */
function kindOf({ accessRule }: MatrixRow): string {
  return accessRule.replace(/ \([\s\S]*$/, '');
}
