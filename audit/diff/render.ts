import type { MatrixRow } from '../matrix';
import { json, markdown, markdownCode, noCommand, printable } from '../report/escape';
import { wrap } from '../report/layout';
import { MOST_CHARACTERS, STICKY_MARKER } from '../report/markdown';
import { placeOf, plural } from '../report/parts';
import type { Finding } from '../report/report';
import type { ChangedRoute, ReportDifferences } from './compare';

/** Formats of a comparison. */
export const DIFF_FORMATS = ['table', 'json', 'markdown'] as const;

/** Name of a format of a comparison. */
export type DiffFormat = (typeof DIFF_FORMATS)[number];

/** The comparison in a format. */
export function renderDifferences(
  differences: ReportDifferences,
  format: DiffFormat,
  options: { readonly width?: number } = {},
): string {
  switch (format) {
    case 'json':
      return json(differences);
    case 'markdown':
      return asMarkdown(differences);
    case 'table':
      return asText(differences, Math.max(options.width ?? 120, 20));
  }
}

/** `2 findings introduced, 1 resolved, 4 remain; 1 route added, 0 removed, 2 changed`. */
function headline({ introduced, resolved, remaining, added, removed, changed }: ReportDifferences): string {
  const findings = `${plural(introduced.length, 'finding')} introduced, ${resolved.length} resolved, ${remaining} remain`;
  const weakened = changed.filter(({ order }) => order === 'weakened').length;
  const told = weakened === 0 ? '' : ` (${weakened} weakened)`;
  return `${findings}; ${plural(added.length, 'route')} added, ${removed.length} removed, ${changed.length} changed${told}`;
}

function asText(differences: ReportDifferences, size: number): string {
  const groups = groupsOf(differences, {
    finding: (finding) =>
      `${finding.verdict.toUpperCase()} ${finding.rule} (${finding.severity}) ${placeOf(finding)}: ${finding.message}`,
    route: (row) => `${routeName(row)}: ${row.accessRule}`,
    change: ({ row, order, changes }) =>
      `${order === null ? '' : `${order}: `}${routeName(row)}: ${changes.map(({ column, before, after }) => `${column} ${before} -> ${after}`).join('; ')}`,
  });
  const lines = [headline(differences)];
  for (const [title, texts] of groups) {
    const body = texts.flatMap((text) => wrap(printable(text), size - 2).map((line) => `  ${line}`));
    lines.push('', `${title}: ${texts.length}`, ...body);
  }
  return `${lines.map(noCommand).join('\n')}\n`;
}

function asMarkdown(differences: ReportDifferences): string {
  const groups = groupsOf(differences, {
    finding: (finding) =>
      `- ${finding.severity} ${finding.rule} (${finding.verdict}) ${markdownCode(placeOf(finding))}: ${markdown(finding.message)}`,
    route: (row) => `- ${markdownCode(routeName(row))}: ${markdown(row.accessRule)}`,
    change: ({ row, order, changes }) =>
      `- ${order === null ? '' : `${order} `}${markdownCode(routeName(row))}: ${changes.map(({ column, before, after }) => `${column} ${markdownCode(before)} → ${markdownCode(after)}`).join('; ')}`,
  });
  const lines = [STICKY_MARKER, `## Plan audit: ${headline(differences)}`];
  let room = MOST_CHARACTERS - 1000 - lines.join('\n').length;
  for (const [title, texts] of groups) {
    lines.push('', `### ${title} (${texts.length})`, '');
    let kept = 0;
    for (const text of texts) {
      if (text.length + 1 > room) {
        lines.push('', `**${texts.length - kept} of ${texts.length} are not shown here.**`);
        break;
      }
      lines.push(text);
      room -= text.length + 1;
      kept += 1;
    }
  }
  return `${lines.join('\n')}\n`;
}

/** How the three kinds of items are written. */
interface Writers {
  finding(finding: Finding): string;
  route(row: MatrixRow): string;
  change(route: ChangedRoute): string;
}

/** What matters most first; empty groups are left out. */
function groupsOf(differences: ReportDifferences, write: Writers): [string, string[]][] {
  const weakened = differences.changed.filter(({ order }) => order === 'weakened');
  const others = differences.changed.filter(({ order }) => order !== 'weakened');
  const groups: [string, string[]][] = [
    ['Routes weakened', weakened.map(write.change)],
    ['Introduced', differences.introduced.map(write.finding)],
    ['Routes changed', others.map(write.change)],
    ['Routes added', differences.added.map(write.route)],
    ['Routes removed', differences.removed.map(write.route)],
    ['Resolved', differences.resolved.map(write.finding)],
  ];
  return groups.filter(([, texts]) => texts.length > 0);
}

function routeName({ api, method, path }: MatrixRow): string {
  return `${api} ${method} ${path}`;
}
