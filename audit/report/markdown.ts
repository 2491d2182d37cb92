import { markdown, markdownCode, markdownLink } from './escape';
import { cardOf, type FindingCard } from './finding-card';
import { countsText, headline, openFindings, sourceText } from './parts';
import { type AuditReport, type Finding, losesState } from './report';
import {
  acceptedSection,
  changeSections,
  columnsFor,
  matrixSection,
  notJudgedSection,
  remediesSection,
  resolvedSection,
  resourceChangeSections,
  type Section,
  troubledWaivers,
} from './sections';

/** By this line a job finds the comment that it wrote earlier, and replaces it. */
export const STICKY_MARKER = '<!-- gatehouse-plan-audit -->';

/** Characters of a report; GitHub refuses a comment of more than 65,536. */
export const MOST_CHARACTERS = 65_000;

/** Kept free for the ends of sections and for saying what was left out. */
const RESERVE = 1_000;

/** A part of the report as Markdown, whose rows may be left out, from the last one on. */
interface Part {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly string[];
  /** Closed at first. */
  readonly folded: boolean;
}

/**
 * The report for a pull request: the result first, what is lost and what fails before what is unknown, tables folded away.
 * It never exceeds `MOST_CHARACTERS`; what was left out is said, at the top and in its place.
 */
export function renderMarkdown(report: AuditReport): string {
  const [lost, ...findings] = findingParts(report);
  const [weakened, changed] = changeSections(report);
  const [resourcesWeakened, resourcesChanged] = resourceChangeSections(report);
  const parts = [
    lost,
    partOf(weakened),
    partOf(resourcesWeakened),
    ...findings,
    partOf(remediesSection(report), true),
    partOf(changed, true),
    partOf(resourcesChanged, true),
    partOf(troubledWaivers(report)),
    stacks(report),
    partOf(matrixSection(report), true),
    partOf(acceptedSection(report), true),
    partOf(notJudgedSection(report), true),
    partOf({ ...resolvedSection(report), title: 'Resolved: take them out of the baseline' }, true),
  ].filter(({ rows }) => rows.length > 0);
  const top = [STICKY_MARKER, `## Plan audit: ${headline(report)}`, '', countsText(report)];
  const whole = [...top, ...parts.flatMap((part) => partLines(part, part.rows.length))];
  const text = `${whole.join('\n')}\n`;
  return text.length <= MOST_CHARACTERS ? text : shortened(top, parts);
}

function shortened(top: readonly string[], parts: readonly Part[]): string {
  const notice = '**Shortened to fit a comment**: the tables that are cut say how many of their rows are missing.';
  const lines = [...top, '', notice];
  let room = MOST_CHARACTERS - RESERVE - size(lines);
  parts.forEach((part, index) => {
    const frame = size(partLines(part, 0));
    if (frame > room) {
      lines.push('', `${part.title}: left out, ${part.rows.length} rows.`);
      return;
    }
    // Half of what is left, so that a long part does not take the room of all that follow.
    const share = index === parts.length - 1 ? room : Math.max(room / 2, frame);
    let kept = 0;
    let used = frame;
    for (const row of part.rows) {
      if (used + row.length + 1 > share) {
        break;
      }
      used += row.length + 1;
      kept += 1;
    }
    lines.push(...partLines(part, kept));
    room -= used;
  });
  return `${lines.join('\n')}\n`;
}

function size(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function partLines({ title, head, rows, folded }: Part, kept: number): string[] {
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

/** A section as a table of Markdown. */
function partOf<T>(section: Section<T>, folded = false): Part {
  const columns = columnsFor(section, 'short');
  return {
    title: section.title,
    head: tableHead(columns.map(({ title }) => title)),
    rows: section.rows.map((row) =>
      tableRow(
        columns.map(({ cell, isCode, isLink }) =>
          textsOf(cell(row))
            .map(isLink ? markdownLink : isCode ? markdownCode : markdown)
            .join('<br>'),
        ),
      ),
    ),
    folded,
  };
}

function textsOf(cell: string | readonly string[]): readonly string[] {
  return typeof cell === 'string' ? [cell] : cell;
}

function stacks(report: AuditReport): Part {
  return {
    title: 'Stacks',
    head: tableHead(['stack', 'read from']),
    rows: report.stacks.map(({ name, source, file }) =>
      tableRow([markdownCode(name), `${sourceText(source)} ${markdownCode(file)}`]),
    ),
    folded: true,
  };
}

function findingParts(report: AuditReport): [lost: Part, failed: Part, unknown: Part] {
  const open = openFindings(report);
  const failed = open.filter(({ verdict }) => verdict === 'fail');
  const part = (title: string, findings: readonly Finding[], folded = false): Part => ({
    title,
    head: tableHead(['severity', 'rule', 'where', 'what']),
    rows: findings.map((finding) => findingRow(cardOf(report, finding))),
    folded,
  });
  const [lost, others] = [failed.filter(losesState), failed.filter((finding) => !losesState(finding))];
  const unknown = open.filter(({ verdict }) => verdict === 'unknown');
  return [
    part('Destroyed, replaced or given up', lost),
    part('Findings', others),
    part('Unknown', unknown, failed.length > 0),
  ];
}

function findingRow({ finding, title, place, source, binding }: FindingCard): string {
  const { severity, rule, construct, message } = finding;
  const where = [
    markdownCode(place),
    ...(construct === null ? [] : [`construct ${markdownCode(construct)}`]),
    ...(source === undefined ? [] : [markdownCode(source.line)]),
    ...(binding === undefined ? [] : [`a waiver names ${markdownCode(binding)}`]),
  ];
  return tableRow([severity, `${rule} ${markdown(title)}`, where.join('<br>'), markdown(message)]);
}
