import type { MatrixAuthorizer, MatrixRow } from '../matrix';
import type { Verdict } from '../three-valued';
import { noCommand, printable } from './escape';
import { cardOf, type FindingCard } from './finding-card';
import { layOut, wrap } from './layout';
import { webAclText } from './matrix-cells';
import { authorizerInFull, groupsOf, withoutApi } from './matrix-groups';
import { acceptance, openFindings, placeOf, plural, sourceText } from './parts';
import type { AuditReport } from './report';
import { acceptedSection, changeSections, notJudgedSection, resolvedSection, troubledWaivers } from './sections';

export interface TableOptions {
  /** Width in columns. @default 120 */
  readonly width?: number;
  /** Colours verdicts with ANSI sequences. @default false */
  readonly color?: boolean;
}

/** Narrower than this, a table would be one letter wide columns: rows are written one below the other. */
const NARROWEST_TABLE = 60;

const COLORS: Readonly<Record<Verdict, string>> = { pass: '32', fail: '31', unknown: '33' };

/**
 * Options for a stream: its width, and colour only on a terminal and without `NO_COLOR` (https://no-color.org: any non-empty
 * value switches colour off).
 */
export function terminalOptions(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: Readonly<Record<string, string | undefined>>,
): TableOptions {
  const color = stream.isTTY === true && (environment.NO_COLOR ?? '') === '' && environment.TERM !== 'dumb';
  return { color, ...(stream.columns === undefined ? {} : { width: stream.columns }) };
}

/** The report for people: matrix first, then what failed or is unknown, then what could not be judged, then the counts. */
export function renderTable(report: AuditReport, options: TableOptions = {}): string {
  const size = Math.max(options.width ?? 120, 20);
  const paint: Paint = (text, verdict) =>
    options.color === true ? `\u001b[${COLORS[verdict]}m${text}\u001b[0m` : text;
  const lines: string[] = [];
  lines.push(`Authorization matrix: ${plural(report.matrix.length, 'route')}`, '');
  for (const stack of report.stacks) {
    const rows = report.matrix.filter((row) => row.stack === stack.name);
    lines.push(...wrap(`${printable(stack.name)} (${sourceText(stack.source)} ${printable(stack.file)})`, size));
    lines.push(...(rows.length === 0 ? ['  no API'] : matrixLines(rows, size, paint)), '');
  }
  const changed = changeSections(report).flatMap(({ rows }) => rows);
  if (changed.length > 0) {
    lines.push(
      `Routes that the plan changes: ${changed.length}`,
      ...changed.flatMap((row) => changeLines(row, size)),
      '',
    );
  }
  const open = openFindings(report);
  lines.push(open.length === 0 ? 'Findings: none' : `Findings: ${open.length}`);
  for (const finding of open) {
    lines.push('', ...findingLines(cardOf(report, finding), size, paint));
  }
  lines.push(...notes(report, size));
  const { pass, fail, unknown, waived, baseline } = report.counts;
  const accepted = [
    ...(waived === 0 ? [] : [`${waived} waived`]),
    ...(baseline === 0 ? [] : [`${baseline} in the baseline`]),
  ];
  const counts = [paint(`${pass} pass`, 'pass'), paint(`${fail} fail`, 'fail'), paint(`${unknown} unknown`, 'unknown')];
  lines.push('', [...counts, ...accepted].join(', '));
  return `${lines.map(noCommand).join('\n')}\n`;
}

/** What somebody accepted, waivers and entries of the baseline that need a look, and what could not be judged. */
function notes(report: AuditReport, size: number): string[] {
  const groups: readonly (readonly [title: string, texts: readonly string[]])[] = [
    [
      'Accepted',
      acceptedSection(report).rows.map((finding) => `${finding.rule} ${placeOf(finding)}: ${acceptance(finding)}`),
    ],
    ['Waivers that need a look', troubledWaivers(report).rows.map(({ id, problem }) => `${id}: ${problem ?? ''}`)],
    [
      'Resolved, to be taken out of the baseline',
      resolvedSection(report).rows.map(({ rule, stack, address }) => `${rule} ${stack}: ${address}`),
    ],
    [
      'Not judged',
      notJudgedSection(report).rows.map(({ stack, subject, reason }) => `${stack}: ${subject}: ${reason}`),
    ],
  ];
  return groups.flatMap(([title, texts]) =>
    texts.length === 0 ? [] : ['', `${title}: ${texts.length}`, ...texts.flatMap((text) => indented(text, size))],
  );
}

/** What a plan does to a route: `weakened   GET /v1/sales of API sales`, and each setting below it. */
function changeLines(row: MatrixRow, size: number): string[] {
  const place = row.path === '?' ? ` (${row.address})` : '';
  const route = `${(row.change ?? '-').padEnd(12)} ${row.method} ${row.path} of ${row.api}${place}`;
  return [...indented(route, size), ...row.changes.flatMap((text) => indented(text, size, 4))];
}

const HEAD = [
  'METHOD',
  'PATH',
  'ACCESS RULE',
  'SCOPES',
  'AUTHORIZER',
  'KEY',
  'USAGE PLANS',
  'THROTTLE',
  'WAF',
  'VERDICT',
];

type Paint = (text: string, verdict: Verdict) => string;

/** The rows of a stack, under a heading for each API and its stages. */
function matrixLines(rows: readonly MatrixRow[], size: number, paint: Paint): string[] {
  return groupsOf(rows).flatMap((group) => {
    const { authorizers } = group;
    // Limits that differ by usage plan or stage are long, and the same for most rows: they are told once.
    const throttles = [...new Set(group.rows.map(({ throttle }) => throttle))].filter((text) => text.includes('; '));
    const heading = [
      `API ${group.api}, ${group.stages}`,
      ...authorizers.map((authorizer) => `authorizer ${authorizerInFull(authorizer, seconds(authorizer))}`),
      ...throttles.map((text, index) => `throttle [${index + 1}] ${withoutApi(text, group)}`),
    ];
    const cells = group.rows.map((row) => rowCells(row, authorizers.length > 1, throttles.indexOf(row.throttle)));
    return [
      '',
      ...heading.flatMap((line) => wrap(printable(line), size)),
      '',
      ...groupLines(group.rows, cells, size, paint),
    ];
  });
}

function groupLines(
  rows: readonly MatrixRow[],
  cells: readonly (readonly string[])[],
  size: number,
  paint: Paint,
): string[] {
  const color = (text: string, row: number, column: number) => {
    const verdict = rows[row]?.verdict;
    return column === HEAD.length - 1 && verdict !== undefined ? paint(text, verdict) : text;
  };
  const table = size < NARROWEST_TABLE ? undefined : layOut(HEAD, cells, size, color);
  return (
    table ??
    cells.flatMap((row, index) => [...recordLines(row, size, (text, column) => color(text, index, column)), ''])
  );
}

/** A row of the matrix for narrow terminals: one line per column. */
function recordLines(row: readonly string[], size: number, color: (text: string, column: number) => string): string[] {
  return HEAD.flatMap((title, column) =>
    wrap(row[column] ?? '', Math.max(size - 14, 6)).map(
      (text, line) => (line === 0 ? title : '').padEnd(13) + color(text, column),
    ),
  );
}

/**
 * @param named whether the group has several authorizers, so that each row must name its own
 * @param note number of the row's throttle in the heading, from 0; -1 for none
 */
function rowCells(row: MatrixRow, named: boolean, note: number): string[] {
  const { authorizer } = row;
  const guard = authorizer === null ? '-' : authorizer.name === '?' ? '?' : `${authorizer.kind} ${seconds(authorizer)}`;
  return [
    row.method,
    row.path,
    row.accessRule,
    row.scopes,
    named && authorizer !== null && authorizer.name !== '?' ? `${authorizer.name} ${guard}` : guard,
    row.apiKeyRequired === null ? '?' : row.apiKeyRequired ? 'yes' : 'no',
    row.usagePlans.map((plan) => withoutApi(plan, row)).join(', ') || '-',
    note === -1 ? row.throttle : `[${note + 1}]`,
    webAclText(row),
    row.verdict,
  ].map(printable);
}

function seconds({ ttlSeconds }: MatrixAuthorizer): string {
  return /^\d+$/.test(ttlSeconds) ? `${ttlSeconds}s` : ttlSeconds;
}

function findingLines(
  { finding, title, place, source, binding, fix }: FindingCard,
  size: number,
  paint: Paint,
): string[] {
  const { verdict, rule, severity, construct, message } = finding;
  const heading = wrap(`${verdict.toUpperCase()} ${rule} ${title} (${severity})`, size);
  const texts = [
    place,
    construct === null ? undefined : `construct: ${construct}`,
    source === undefined ? undefined : `source: ${source.line}`,
    message,
    binding === undefined ? undefined : `a waiver names: ${binding}`,
    verdict === 'fail' && fix !== undefined ? `fix: ${fix}` : undefined,
  ];
  return [
    ...heading.map((line) => paint(line, verdict)),
    ...texts.flatMap((text) => (text === undefined ? [] : indented(text, size))),
  ];
}

function indented(text: string, size: number, by = 2): string[] {
  return wrap(printable(text), size - by).map((line) => ' '.repeat(by) + line);
}
