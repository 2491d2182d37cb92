import type { ChangeRow } from '../change/change-rows';
import type { MatrixAuthorizer, MatrixRow } from '../matrix';
import type { Verdict } from '../three-valued';
import { noCommand, printable } from './escape';
import { cardOf, type FindingCard } from './finding-card';
import { layOut, wrap } from './layout';
import { isLaterPlan, webAclText } from './matrix-cells';
import { authorizerInFull, groupsOf, withoutApi } from './matrix-groups';
import { acceptance, byRule, openFindings, placeOf, plural, sourceText } from './parts';
import type { AuditReport, Finding } from './report';
import {
  acceptedSection,
  changeSections,
  notJudgedSection,
  resolvedSection,
  resourceChangeSections,
  routesInShort,
  troubledWaivers,
} from './sections';

export interface TableOptions {
  /** Width in columns. @default 120 */
  readonly width?: number;
  /** Colours verdicts with ANSI sequences. @default false */
  readonly color?: boolean;
  /** Leaves out the routes that do not change. @default false */
  readonly findingsOnly?: boolean;
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

/** The report for people: what got weaker first, then the matrix, other changes, what failed or is unknown by rule, and the counts. */
export function renderTable(report: AuditReport, options: TableOptions = {}): string {
  const size = Math.max(options.width ?? 120, 20);
  const paint: Paint = (text, verdict) =>
    options.color === true ? `\u001b[${COLORS[verdict]}m${text}\u001b[0m` : text;
  const { pass, fail, unknown, waived, baseline } = report.counts;
  const accepted = [
    ...(waived === 0 ? [] : [`${waived} waived`]),
    ...(baseline === 0 ? [] : [`${baseline} in the baseline`]),
  ];
  const counts = [paint(`${pass} pass`, 'pass'), paint(`${fail} fail`, 'fail'), paint(`${unknown} unknown`, 'unknown')];
  const [weakened, changed] = changeSections(report);
  const [worse, others] = resourceChangeSections(report);
  const lines = [
    ...changesLines(weakened.title, weakened.rows.map(routeChange), size),
    ...changesLines(worse.title, worse.rows.map(resourceChange), size),
    ...(options.findingsOnly === true ? [] : allRoutes(report, size, paint)),
    ...changesLines(changed.title, changed.rows.map(routeChange), size),
    ...changesLines(others.title, others.rows.map(resourceChange), size),
    ...findingsLines(report, size, paint),
    ...notes(report, size),
    '',
    [...counts, ...accepted].join(', '),
  ];
  return `${lines.map(noCommand).join('\n')}\n`;
}

function allRoutes({ matrix, stacks }: AuditReport, size: number, paint: Paint): string[] {
  const isLater = isLaterPlan(matrix);
  return [
    `Authorization matrix: ${plural(matrix.length, 'route')}`,
    '',
    ...stacks.flatMap(({ name, source, file }) => {
      const rows = matrix.filter((row) => row.stack === name);
      const heading = wrap(`${printable(name)} (${sourceText(source)} ${printable(file)})`, size);
      return [...heading, ...(rows.length === 0 ? ['  no API'] : matrixLines(rows, isLater, size, paint)), ''];
    }),
  ];
}

/** A change in lines: the first says what, the others how. */
function changesLines(title: string, changes: readonly (readonly string[])[], size: number): string[] {
  return changes.length === 0
    ? []
    : [
        `${title}: ${changes.length}`,
        ...changes.flatMap(([first = '', ...more]) => [
          ...indented(first, size),
          ...more.flatMap((text) => indented(text, size, 4)),
        ]),
        '',
      ];
}

/** What a plan does to a route: `weakened   GET /v1/sales of API sales`, and each setting below it. */
function routeChange(row: MatrixRow): string[] {
  const place = row.path === '?' ? ` (${row.address})` : '';
  return [`${(row.change ?? '-').padEnd(12)} ${row.method} ${row.path} of ${row.api}${place}`, ...row.changes];
}

/** What a plan does to a resource, with before and after, and the routes that it stands behind. */
function resourceChange({ change, stack, address, attribute, values, what, routes }: ChangeRow): string[] {
  const behind = routesInShort(routes).join(', ');
  return [
    `${change.padEnd(12)} ${stack}: ${address}${attribute === null ? '' : `: ${attribute}`}`,
    ...[values ?? what].flatMap((text) => text ?? []),
    ...(routes.length === 0 ? [] : [`behind ${behind}`]),
  ];
}

/** What failed or is unknown, rule by rule: what to do is told once. */
function findingsLines(report: AuditReport, size: number, paint: Paint): string[] {
  const open = openFindings(report);
  return [
    open.length === 0 ? 'Findings: none' : `Findings: ${open.length}`,
    ...byRule(open).flatMap((findings) => ['', ...ruleLines(report, findings, size, paint)]),
  ];
}

function ruleLines(report: AuditReport, findings: readonly Finding[], size: number, paint: Paint): string[] {
  const cards = findings.map((finding) => cardOf(report, finding));
  const [first] = cards;
  if (first === undefined) {
    return [];
  }
  const { title, fix, references } = first;
  const { verdict, rule, severity } = first.finding;
  const count = cards.length === 1 ? '' : `: ${cards.length} findings`;
  const heading = wrap(`${verdict.toUpperCase()} ${rule} ${title} (${severity})${count}`, size);
  const remedy = [
    ...(verdict === 'fail' && fix !== undefined ? [`fix: ${fix}`] : []),
    ...references.slice(0, 1).map((address) => `see: ${address}`),
  ];
  return [
    ...heading.map((line) => paint(line, verdict)),
    ...cards.flatMap((card) => placeLines(card, size)),
    ...remedy.flatMap((text) => indented(text, size)),
  ];
}

/** Where a finding is and what was found. */
function placeLines({ finding: { construct, message }, place, source, binding }: FindingCard, size: number): string[] {
  const more = [
    ...(construct === null ? [] : [`construct: ${construct}`]),
    ...(source === undefined ? [] : [`source: ${source.line}`]),
    message,
    ...(binding === undefined ? [] : [`a waiver names: ${binding}`]),
  ];
  return [...indented(place, size), ...more.flatMap((text) => indented(text, size, 4))];
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

type Paint = (text: string, verdict: Verdict) => string;

/** A column of the matrix on a terminal. */
interface Cell {
  readonly title: string;
  cell(row: MatrixRow): string;
}

/** Texts that are longer than this are told once, in the heading of the API: the room is for the paths. */
const LONG = 14;

/** The rows of a stack, under a heading for each API and its stages. */
function matrixLines(rows: readonly MatrixRow[], isLater: boolean, size: number, paint: Paint): string[] {
  return groupsOf(rows).flatMap((group) => {
    const { authorizers } = group;
    const plans = new Notes(group.rows.map((row) => plansOf(row)));
    const throttles = new Notes(group.rows.map((row) => withoutApi(row.throttle, row)));
    const backends = new Notes(group.rows.map(({ answers }) => answers));
    const firewalls = new Set(group.rows.map(webAclText));
    const heading = [
      `API ${group.api}, ${group.stages}`,
      `endpoint ${group.guards}${firewalls.size === 1 ? `; web ACL: ${[...firewalls].join('')}` : ''}`,
      ...authorizers.map((authorizer) => `authorizer ${authorizerInFull(authorizer, seconds(authorizer))}`),
      ...plans.lines('usage plans'),
      ...throttles.lines('throttle'),
      ...backends.lines('answered by'),
    ];
    const columns: readonly Cell[] = [
      { title: 'METHOD', cell: ({ method }) => method },
      { title: 'PATH', cell: ({ path }) => path },
      { title: 'ACCESS RULE', cell: ({ accessRule }) => accessRule },
      { title: 'SCOPES', cell: ({ scopes }) => scopes },
      { title: 'AUTHORIZER', cell: (row) => guardOf(row, authorizers.length > 1) },
      { title: 'KEY', cell: ({ apiKeyRequired: key }) => (key === null ? '?' : key ? 'yes' : 'no') },
      { title: 'PLANS', cell: (row) => plans.short(plansOf(row)) },
      { title: 'THROTTLE', cell: (row) => throttles.short(withoutApi(row.throttle, row)) },
      ...(firewalls.size === 1 ? [] : [{ title: 'WAF', cell: webAclText }]),
      { title: 'ANSWERED BY', cell: ({ answers }) => backends.short(answers) },
      ...(isLater ? [{ title: 'CHANGE', cell: ({ change }: MatrixRow) => change ?? '-' }] : []),
      { title: 'VERDICT', cell: ({ verdict }) => verdict },
    ];
    return [
      '',
      ...heading.flatMap((line) => wrap(printable(line), size)),
      '',
      ...groupLines(group.rows, columns, size, paint),
    ];
  });
}

/** Long texts, by a number. */
class Notes {
  private readonly texts: readonly string[];

  constructor(all: readonly string[]) {
    this.texts = [...new Set(all)].filter((text) => text.length > LONG);
  }

  short(text: string): string {
    const at = this.texts.indexOf(text);
    return at < 0 ? text : `[${at + 1}]`;
  }

  lines(title: string): string[] {
    return this.texts.map((text, index) => `${title} [${index + 1}] ${text}`);
  }
}

function plansOf(row: MatrixRow): string {
  return row.usagePlans.map((plan) => withoutApi(plan, row)).join(', ') || '-';
}

function groupLines(rows: readonly MatrixRow[], columns: readonly Cell[], size: number, paint: Paint): string[] {
  const head = columns.map(({ title }) => title);
  const cells = rows.map((row) => columns.map(({ cell }) => printable(cell(row))));
  const color = (text: string, row: number, column: number) => {
    const verdict = rows[row]?.verdict;
    return column === head.length - 1 && verdict !== undefined ? paint(text, verdict) : text;
  };
  const table = size < NARROWEST_TABLE ? undefined : layOut(head, cells, size, color);
  return (
    table ??
    cells.flatMap((row, index) => [...recordLines(head, row, size, (text, column) => color(text, index, column)), ''])
  );
}

/** A row of the matrix for narrow terminals: one line per column. */
function recordLines(
  head: readonly string[],
  row: readonly string[],
  size: number,
  color: (text: string, column: number) => string,
): string[] {
  return head.flatMap((title, column) =>
    wrap(row[column] ?? '', Math.max(size - 14, 6)).map(
      (text, line) => (line === 0 ? title : '').padEnd(13) + color(text, column),
    ),
  );
}

/** @param isNamed whether the group has several authorizers, so that each row must name its own */
function guardOf({ authorizer }: MatrixRow, isNamed: boolean): string {
  if (authorizer === null) {
    return '-';
  }
  const guard = `${authorizer.kind} ${seconds(authorizer)}`;
  return authorizer.name === '?' ? '?' : isNamed ? `${authorizer.name} ${guard}` : guard;
}

function seconds({ ttlSeconds }: MatrixAuthorizer): string {
  return /^\d+$/.test(ttlSeconds) ? `${ttlSeconds}s` : ttlSeconds;
}

function indented(text: string, size: number, by = 2): string[] {
  return wrap(printable(text), size - by).map((line) => ' '.repeat(by) + line);
}
