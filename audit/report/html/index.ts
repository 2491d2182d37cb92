import { createHash } from 'node:crypto';
import { markup, markupLines } from '../escape';
import { acceptedFindings, countsText, headline, openFindings } from '../parts';
import { type AuditReport, isTrouble, type StackInfo } from '../report';
import {
  changeSections,
  columnsFor,
  notJudgedSection,
  resolvedSection,
  resourceChangeSections,
  rulesSection,
  type Section,
  waiversSection,
} from '../sections';
import { findingsSection } from './findings';
import { matrixSection } from './matrix';
import { SCRIPT } from './script';
import { STYLE } from './style';
import { type HtmlSection, table } from './table';

/**
 * The report as one HTML file: no other file, no request, no script but its own (a content security policy forbids the rest), so
 * that it can be kept as an artefact of a build and opened from anywhere.
 */
export function renderHtml(report: AuditReport): string {
  const [weakened, changed] = changeSections(report);
  const [resourcesWeakened, resourcesChanged] = resourceChangeSections(report);
  const sections = [
    ...tableSection(weakened),
    ...tableSection(resourcesWeakened),
    findingsSection('findings', 'Findings', 'No findings, and nothing that is unknown.', report, openFindings(report)),
    matrixSection(report),
    ...tableSection(changed),
    ...tableSection(resourcesChanged),
    ...(acceptedFindings(report).length === 0
      ? []
      : [findingsSection('accepted', 'Accepted findings', '', report, acceptedFindings(report))]),
    ...tableSection(waiversSection(report)),
    ...tableSection(resolvedSection(report)),
    ...tableSection(notJudgedSection(report)),
    plainSection(stacksSection(report)),
    plainSection(rulesSection(report)),
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy()}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    `<title>Plan audit: ${markup(headline(report))}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    '<a class="skip" href="#findings">Skip to the findings</a>',
    '<header>',
    '<h1>Plan audit</h1>',
    `<p class="result ${resultOf(report)}">${markup(headline(report))}</p>`,
    counts(report),
    '<nav aria-label="Parts of the report"><ul>',
    ...sections.map(({ id, title }) => `<li><a href="#${id}">${markup(title)}</a></li>`),
    '</ul></nav>',
    '</header>',
    '<main>',
    ...sections.flatMap(({ lines }) => lines),
    '</main>',
    `<footer><p>${markup(countsText(report))}. Unknown does not count as pass. Press <kbd>/</kbd> to search.</p></footer>`,
    `<script>${SCRIPT}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** Nothing but this very style sheet and this very script. */
function policy(): string {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  return `default-src 'none'; style-src ${hash(STYLE)}; script-src ${hash(SCRIPT)}; base-uri 'none'; form-action 'none'`;
}

function resultOf({ counts: { fail, unknown }, notJudged, waivers }: AuditReport): string {
  return fail > 0 ? 'fail' : unknown + notJudged.length > 0 || waivers.some(isTrouble) ? 'unknown' : 'pass';
}

function counts({ counts: all, matrix, notJudged }: AuditReport): string {
  const entries = [
    [all.fail, 'fail'],
    [all.unknown, 'unknown'],
    [all.pass, 'pass'],
    [all.waived, 'waived'],
    [all.baseline, 'in the baseline'],
    [notJudged.length, 'not judged'],
    [matrix.length, 'routes'],
  ];
  return `<dl class="counts">${entries.map(([count, name]) => `<div><dt>${name}</dt><dd>${count}</dd></div>`).join('')}</dl>`;
}

/** A section as a part of the page: only where there is something in it. */
function tableSection<T>(section: Section<T>): HtmlSection[] {
  return section.rows.length === 0 ? [] : [plainSection(section)];
}

function stacksSection({ stacks }: AuditReport): Section<StackInfo> {
  return {
    id: 'stacks',
    title: 'Stacks',
    columns: [
      { title: 'stack', cell: ({ name }) => name },
      { title: 'read from', cell: ({ source }) => source },
      { title: 'file', cell: ({ file }) => file },
      { title: 'Terraform', cell: ({ terraformVersion }) => terraformVersion ?? '-' },
      { title: 'SHA-256 of the plan', cell: ({ planHash }) => planHash ?? '-' },
    ],
    rows: stacks,
  };
}

function plainSection<T>(section: Section<T>): HtmlSection {
  const { id, title, rows } = section;
  const columns = columnsFor(section, 'whole');
  const body = rows.map((row) => ({ attributes: '', cells: columns.map(({ cell }) => markupLines(cell(row))) }));
  return {
    id,
    title,
    lines: [
      `<section id="${id}" aria-labelledby="${id}-title">`,
      `<h2 id="${id}-title">${title}</h2>`,
      ...table(
        title,
        columns.map((column) => column.title),
        body,
      ),
      '</section>',
    ],
  };
}
