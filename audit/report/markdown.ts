import type { MatrixRow } from '../matrix';
import { markdown, markdownCode } from './escape';
import { ACCESS_COLUMNS, CHANGE_COLUMN, changedRoutes, PLACE_COLUMNS } from './matrix-cells';
import {
  acceptance,
  acceptedFindings,
  bindingOf,
  countsText,
  headline,
  openFindings,
  placeOf,
  ruleOf,
  sourceText,
} from './parts';
import { type AuditReport, type Finding, isTrouble, losesState } from './report';

/** By this line a job finds the comment that it wrote earlier, and replaces it. */
export const STICKY_MARKER = '<!-- gatehouse-plan-audit -->';

/** Characters of a report; GitHub refuses a comment of more than 65,536. */
export const MOST_CHARACTERS = 65_000;

/** Kept free for the ends of sections and for saying what was left out. */
const RESERVE = 1_000;

/** A part of the report whose rows may be left out, from the last one on. */
interface Section {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly string[];
  /** Closed at first. */
  readonly folded?: boolean;
}

/**
 * The report for a pull request: the result first, what is lost and what fails before what is unknown, tables folded away.
 * It never exceeds `MOST_CHARACTERS`; what was left out is said, at the top and in its place.
 */
export function renderMarkdown(report: AuditReport): string {
  const [lost, ...findings] = findingSections(report);
  const [weakened, changed] = routeSections(report);
  const sections = [
    lost,
    weakened,
    ...findings,
    changed,
    waivers(report),
    stacks(report),
    matrix(report),
    accepted(report),
    notJudged(report),
    resolved(report),
  ].filter(({ rows }) => rows.length > 0);
  const top = [STICKY_MARKER, `## Plan audit: ${headline(report)}`, '', countsText(report)];
  const whole = [...top, ...sections.flatMap((section) => sectionLines(section, section.rows.length))];
  const text = `${whole.join('\n')}\n`;
  return text.length <= MOST_CHARACTERS ? text : shortened(top, sections);
}

function shortened(top: readonly string[], sections: readonly Section[]): string {
  const notice = '**Shortened to fit a comment**: the tables that are cut say how many of their rows are missing.';
  const lines = [...top, '', notice];
  let room = MOST_CHARACTERS - RESERVE - size(lines);
  sections.forEach((section, index) => {
    const frame = size(sectionLines(section, 0));
    if (frame > room) {
      lines.push('', `${section.title}: left out, ${section.rows.length} rows.`);
      return;
    }
    // Half of what is left, so that a long section does not take the room of all that follow.
    const share = index === sections.length - 1 ? room : Math.max(room / 2, frame);
    let kept = 0;
    let used = frame;
    for (const row of section.rows) {
      if (used + row.length + 1 > share) {
        break;
      }
      used += row.length + 1;
      kept += 1;
    }
    lines.push(...sectionLines(section, kept));
    room -= used;
  });
  return `${lines.join('\n')}\n`;
}

function size(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function sectionLines({ title, head, rows, folded = false }: Section, kept: number): string[] {
  const left = rows.length - kept;
  const heading = `${title} (${rows.length})`;
  return [
    '',
    ...(folded ? [`<details><summary>${heading}</summary>`] : [`### ${heading}`]),
    '',
    ...head,
    ...rows.slice(0, kept),
    ...(left === 0 ? [] : ['', `**${left} of ${rows.length} rows are not shown here.**`]),
    ...(folded ? ['', '</details>'] : []),
  ];
}

function tableHead(titles: readonly string[]): string[] {
  return [`| ${titles.join(' | ')} |`, `|${' --- |'.repeat(titles.length)}`];
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function stacks(report: AuditReport): Section {
  return {
    title: 'Stacks',
    head: tableHead(['stack', 'read from']),
    rows: report.stacks.map(({ name, source, file }) =>
      tableRow([markdownCode(name), `${sourceText(source)} ${markdownCode(file)}`]),
    ),
    folded: true,
  };
}

function findingSections(report: AuditReport): [lost: Section, failed: Section, unknown: Section] {
  const open = openFindings(report);
  const failed = open.filter(({ verdict }) => verdict === 'fail');
  const head = tableHead(['severity', 'rule', 'where', 'what']);
  const section = (title: string, findings: readonly Finding[]): Section => ({
    title,
    head,
    rows: findings.map((finding) => findingRow(report, finding)),
  });
  return [
    section('Destroyed, replaced or given up', failed.filter(losesState)),
    section(
      'Findings',
      failed.filter((finding) => !losesState(finding)),
    ),
    {
      ...section(
        'Unknown',
        open.filter(({ verdict }) => verdict === 'unknown'),
      ),
      folded: failed.length > 0,
    },
  ];
}

function routeSections(report: AuditReport): [weakened: Section, others: Section] {
  const rows = changedRoutes(report.matrix);
  const section = (title: string, routes: readonly MatrixRow[]): Section => ({
    title,
    head: tableHead(['API', 'route', 'change', 'what changes']),
    rows: routes.map((row) =>
      tableRow([
        markdownCode(row.api),
        markdownCode(`${row.method} ${row.path}`),
        row.change ?? '-',
        row.changes.map(markdown).join('<br>') || markdown(row.accessRule),
      ]),
    ),
  });
  return [
    section(
      'Routes weakened',
      rows.filter(({ change }) => change === 'weakened'),
    ),
    {
      ...section(
        'Other changes of routes',
        rows.filter(({ change }) => change !== 'weakened'),
      ),
      folded: true,
    },
  ];
}

function findingRow(report: AuditReport, finding: Finding): string {
  const title = ruleOf(report, finding)?.title ?? '';
  const { source, construct } = finding;
  const binding = bindingOf(report, finding);
  const where = [
    markdownCode(placeOf(finding)),
    ...(construct === null ? [] : [`construct ${markdownCode(construct)}`]),
    ...(source === null ? [] : [markdownCode(`${source.file}:${source.line}`)]),
    ...(binding === undefined ? [] : [`a waiver names ${markdownCode(binding)}`]),
  ];
  return tableRow([
    finding.severity,
    `${finding.rule} ${markdown(title)}`,
    where.join('<br>'),
    markdown(finding.message),
  ]);
}

function waivers(report: AuditReport): Section {
  return {
    title: 'Waivers in trouble',
    head: tableHead(['waiver', 'rule', 'covers', 'owner', 'problem']),
    rows: report.waivers
      .filter((waiver) => isTrouble(waiver) || waiver.problem !== null)
      .map(({ id, rule, target, owner, problem }) =>
        tableRow([markdownCode(id), markdown(rule), markdownCode(target), markdown(owner), markdown(problem ?? '')]),
      ),
  };
}

function matrix(report: AuditReport): Section {
  const columns = [...PLACE_COLUMNS.slice(0, 2), ...ACCESS_COLUMNS, CHANGE_COLUMN];
  return {
    title: 'Authorization matrix',
    head: tableHead(columns.map(({ title }) => title)),
    rows: report.matrix.map((row) => tableRow(columns.map(({ cell }) => markdown(cell(row))))),
    folded: true,
  };
}

function accepted(report: AuditReport): Section {
  const reason = (finding: Finding): string => {
    const waiver = report.waivers.find(({ id }) => id === finding.waiver);
    return waiver === undefined ? acceptance(finding) : `${waiver.id} until ${waiver.expires}: ${waiver.reason}`;
  };
  return {
    title: 'Accepted findings',
    head: tableHead(['rule', 'where', 'accepted by']),
    rows: acceptedFindings(report).map((finding) =>
      tableRow([finding.rule, markdownCode(placeOf(finding)), markdown(reason(finding))]),
    ),
    folded: true,
  };
}

function notJudged(report: AuditReport): Section {
  return {
    title: 'Not judged',
    head: tableHead(['stack', 'what', 'why']),
    rows: report.notJudged.map(({ stack, subject, reason }) =>
      tableRow([markdownCode(stack), markdownCode(subject), markdown(reason)]),
    ),
    folded: true,
  };
}

function resolved(report: AuditReport): Section {
  return {
    title: 'Resolved: take them out of the baseline',
    head: tableHead(['rule', 'where']),
    rows: (report.baseline?.resolved ?? []).map((entry) =>
      tableRow([
        markdown(entry.rule),
        markdownCode(`${entry.stack}: ${entry.address}${entry.attribute === null ? '' : `: ${entry.attribute}`}`),
      ]),
    ),
    folded: true,
  };
}
