import type { ChangeRow } from '../change/change-rows';
import type { MatrixRow } from '../matrix';
import type { NotJudged } from '../reader/stack';
import { ACCESS_COLUMNS, CHANGE_COLUMN, changedRoutes, PLACE_COLUMNS } from './matrix-cells';
import { acceptance, acceptedFindings, openFindings, placeOf } from './parts';
import {
  type AuditReport,
  type BaselineEntry,
  type Finding,
  isTrouble,
  type RuleInfo,
  type WaiverInfo,
} from './report';

/** A column of a part of the report. */
export interface Column<T> {
  readonly title: string;
  /** One text, or several below each other. */
  cell(row: T): string | readonly string[];
  /** Whether it holds names of the plan, which are set as code where a format can. */
  readonly isCode?: boolean;
  /** Whether it holds addresses of pages, which are links where a format can. */
  readonly isLink?: boolean;
  /** `short`: in reports that are to be short; `whole`: in those that have room. @default - in both */
  readonly in?: 'short' | 'whole';
}

/** A part of the report that is a table: rows of the report, and how each is told. Writers decide how a table looks. */
export interface Section<T> {
  /** Names the part within a page. */
  readonly id: string;
  readonly title: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
}

/** The columns of a section that a short report, or one with room, has. */
export function columnsFor<T>({ columns }: Section<T>, size: 'short' | 'whole'): readonly Column<T>[] {
  return columns.filter((column) => column.in === undefined || column.in === size);
}

/** What to do about each rule that fails, once. */
export function remediesSection(report: AuditReport): Section<RuleInfo> {
  const failed = new Set(openFindings(report).flatMap(({ rule, verdict }) => (verdict === 'fail' ? [rule] : [])));
  return {
    id: 'remedies',
    title: 'What to do',
    columns: [
      { title: 'rule', cell: ({ id, title }) => `${id} ${title}` },
      { title: 'what to do', cell: ({ fix }) => fix },
      { title: 'read', isLink: true, cell: ({ references }) => references },
    ],
    rows: report.rules.filter(({ id }) => failed.has(id)),
  };
}

/** Every route with who may call it. */
export function matrixSection({ matrix }: AuditReport): Section<MatrixRow> {
  return {
    id: 'matrix',
    title: 'Authorization matrix',
    columns: [...PLACE_COLUMNS.slice(0, 2), ...ACCESS_COLUMNS, CHANGE_COLUMN],
    rows: matrix,
  };
}

/** Routes that the plan changes: those that it weakens, and the others. */
export function changeSections({ matrix }: AuditReport): [weakened: Section<MatrixRow>, others: Section<MatrixRow>] {
  const columns: readonly Column<MatrixRow>[] = [
    { title: 'API', isCode: true, cell: ({ api }) => api },
    { title: 'route', isCode: true, cell: ({ method, path }) => `${method} ${path}` },
    { title: 'change', cell: ({ change }) => change ?? '-' },
    { title: 'what changes', cell: ({ changes, accessRule }) => (changes.length === 0 ? accessRule : changes) },
  ];
  const rows = changedRoutes(matrix);
  const isWeakened = ({ change }: MatrixRow) => change === 'weakened';
  return [
    { id: 'weakened', title: 'Routes weakened', columns, rows: rows.filter(isWeakened) },
    { id: 'changes', title: 'Other changes of routes', columns, rows: rows.filter((row) => !isWeakened(row)) },
  ];
}

/** What the plan makes of the resources behind routes, tokens, keys and alarms: what is weaker or not understood, and the rest. */
export function resourceChangeSections({
  changes,
}: AuditReport): [worse: Section<ChangeRow>, others: Section<ChangeRow>] {
  const columns: readonly Column<ChangeRow>[] = [
    { title: 'change', cell: ({ change }) => change },
    { title: 'resource', isCode: true, cell: ({ stack, address }) => `${stack}: ${address}` },
    { title: 'attribute', isCode: true, cell: ({ attribute }) => attribute ?? '-' },
    { title: 'before → after', cell: ({ values, what }) => values ?? what ?? '-' },
    { title: 'behind', isCode: true, cell: ({ routes }) => routesInShort(routes) },
  ];
  const isWorse = ({ change }: ChangeRow) => WORSE.includes(change);
  const rows = [...changes].sort((left, right) => WORSE.indexOf(left.change) - WORSE.indexOf(right.change));
  return [
    {
      id: 'resources-weakened',
      title: 'Resources weakened, or changed in a way that is not known',
      columns,
      rows: rows.filter(isWorse),
    },
    {
      id: 'resources-changed',
      title: 'Other changes of resources',
      columns,
      rows: changes.filter((row) => !isWorse(row)),
    },
  ];
}

/** Changes of resources that a reviewer must see first. */
const WORSE: readonly ChangeRow['change'][] = ['weakened', 'unclassified', 'unknown'];
/** A function may stand behind hundreds of routes. */
const ROUTES_SHOWN = 3;

/** The first routes that something stands behind, and how many more. */
export function routesInShort(routes: readonly string[]): readonly string[] {
  const shown = routes.slice(0, ROUTES_SHOWN);
  const left = routes.length - shown.length;
  return routes.length === 0 ? ['-'] : left === 0 ? shown : [...shown, `and ${left} more`];
}

/** Findings that somebody accepted. */
export function acceptedSection(report: AuditReport): Section<Finding> {
  const reason = (finding: Finding): string => {
    const waiver = report.waivers.find(({ id }) => id === finding.waiver);
    return waiver === undefined ? acceptance(finding) : `${waiver.id} until ${waiver.expires}: ${waiver.reason}`;
  };
  return {
    id: 'accepted',
    title: 'Accepted findings',
    columns: [
      { title: 'rule', cell: ({ rule }) => rule },
      { title: 'where', isCode: true, cell: placeOf },
      { title: 'accepted by', cell: reason },
    ],
    rows: acceptedFindings(report),
  };
}

/** All waivers. */
export function waiversSection({ waivers }: AuditReport): Section<WaiverInfo> {
  return {
    id: 'waivers',
    title: 'Waivers',
    columns: [
      { title: 'waiver', isCode: true, cell: ({ id }) => id },
      { title: 'rule', cell: ({ rule }) => rule },
      { title: 'covers', isCode: true, cell: ({ target }) => target },
      { title: 'owner', cell: ({ owner }) => owner },
      { title: 'problem', in: 'short', cell: ({ problem }) => problem ?? '' },
      { title: 'approver', in: 'whole', cell: ({ approver }) => approver },
      { title: 'until', in: 'whole', cell: ({ expires }) => expires },
      { title: 'reason', in: 'whole', cell: ({ reason }) => reason },
      {
        title: 'status',
        in: 'whole',
        cell: ({ status, problem }) => (problem === null ? status : `${status}: ${problem}`),
      },
    ],
    rows: waivers,
  };
}

/** Waivers that somebody has to look at: in trouble, or soon to be. */
export function troubledWaivers(report: AuditReport): Section<WaiverInfo> {
  const section = waiversSection(report);
  const rows = section.rows.filter((waiver) => isTrouble(waiver) || waiver.problem !== null);
  return { ...section, title: 'Waivers in trouble', rows };
}

/** Entries of the baseline that are no findings any more. */
export function resolvedSection({ baseline }: AuditReport): Section<BaselineEntry> {
  return {
    id: 'baseline',
    title: 'Resolved findings of the baseline',
    columns: [
      { title: 'rule', cell: ({ rule }) => rule },
      {
        title: 'where',
        in: 'short',
        isCode: true,
        cell: ({ stack, address, attribute }) => [stack, address, attribute].filter((part) => part !== null).join(': '),
      },
      { title: 'stack', in: 'whole', cell: ({ stack }) => stack },
      { title: 'address', in: 'whole', cell: ({ address }) => address },
      { title: 'attribute', in: 'whole', cell: ({ attribute }) => attribute ?? '-' },
    ],
    rows: baseline?.resolved ?? [],
  };
}

/** What could not be judged, and why. */
export function notJudgedSection({ notJudged }: AuditReport): Section<NotJudged> {
  return {
    id: 'not-judged',
    title: 'Not judged',
    columns: [
      { title: 'stack', isCode: true, cell: ({ stack }) => stack },
      { title: 'what', isCode: true, cell: ({ subject }) => subject },
      { title: 'why', cell: ({ reason }) => reason },
    ],
    rows: notJudged,
  };
}

/** The rules that were asked, with the number of their answers. */
export function rulesSection({ rules, findings }: AuditReport): Section<RuleInfo> {
  const counts = new Map<string, number>();
  for (const { rule, verdict } of findings) {
    counts.set(`${rule} ${verdict}`, (counts.get(`${rule} ${verdict}`) ?? 0) + 1);
  }
  const answers = (verdict: string): Column<RuleInfo> => ({
    title: verdict,
    cell: ({ id }) => String(counts.get(`${id} ${verdict}`) ?? 0),
  });
  return {
    id: 'rules',
    title: 'Rules',
    columns: [
      { title: 'rule', cell: ({ id }) => id },
      { title: 'title', cell: ({ title }) => title },
      { title: 'severity', cell: ({ severity }) => severity },
      answers('pass'),
      answers('fail'),
      answers('unknown'),
      {
        title: 'supports evidence for (no claim of compliance)',
        cell: ({ supports }) => supports.map(({ framework, control }) => `${framework} ${control}`).join(', ') || '-',
      },
    ],
    rows: rules,
  };
}
