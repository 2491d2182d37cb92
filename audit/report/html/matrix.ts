import { compareText } from '../../json';
import type { MatrixAuthorizer, MatrixRow } from '../../matrix';
import { markup, markupLines } from '../escape';
import { webAclText } from '../matrix-cells';
import { authorizerInFull, groupsOf, type MatrixGroup, withoutApi } from '../matrix-groups';
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
  'answered by',
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

function groupLines({ protocol, api, stages, guards, stack, rows, authorizers }: MatrixGroup): string[] {
  const title = `${protocol} API ${api}, ${stages}, stack ${stack}`;
  const body = rows.map((row) => ({
    attributes: ` data-item data-verdict="${row.verdict}" data-access="${markup(kindOf(row))}" data-change="${row.change ?? '-'}"`,
    cells: [
      `<code>${markup(row.method)} ${markup(row.path)}</code>`,
      `<span class="badge ${row.verdict}">${row.verdict}</span>`,
      markup(row.accessRule),
      markup(row.scopes),
      markup(inShort(row.authorizer)),
      row.apiKeyRequired === null ? '?' : row.apiKeyRequired ? 'yes' : 'no',
      markupLines(row.usagePlans.map((plan) => withoutApi(plan, row))) || '-',
      `<span class="limits">${markupLines(row.throttle.split('; ').map((limit) => withoutApi(limit, row)))}</span>`,
      webAclText(row),
      markup(row.answers),
      changeCell(row),
    ],
  }));
  return [
    '<div data-group>',
    `<h3>${markup(title)}</h3>`,
    `<p class="quiet">endpoint ${markup(guards)}</p>`,
    ...authorizers.map((authorizer) => {
      const text = authorizerInFull(authorizer, `${authorizer.ttlSeconds} s`);
      return `<p class="quiet">authorizer ${markup(text)}</p>`;
    }),
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

function inShort(authorizer: MatrixAuthorizer | null): string {
  if (authorizer === null) {
    return '-';
  }
  return authorizer.name === '?' ? '?' : `${authorizer.name}, ${authorizer.ttlSeconds} s`;
}

/** `public` without its reason. */
function kindOf({ accessRule }: MatrixRow): string {
  return accessRule.replace(/ \([\s\S]*$/, '');
}
