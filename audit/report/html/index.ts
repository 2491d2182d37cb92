import { createHash } from 'node:crypto';
import { markup } from '../escape';
import { acceptedFindings, countsText, headline, openFindings } from '../parts';
import { type AuditReport, isTrouble } from '../report';
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
  const sections = [
    findingsSection('findings', 'Findings', 'No findings, and nothing that is unknown.', report, openFindings(report)),
    matrixSection(report),
    ...(acceptedFindings(report).length === 0
      ? []
      : [findingsSection('accepted', 'Accepted findings', '', report, acceptedFindings(report))]),
    ...waiversSection(report),
    ...baselineSection(report),
    ...notJudgedSection(report),
    stacksSection(report),
    rulesSection(report),
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
    `<footer><p>${markup(countsText(report))}. Unknown is no pass. Press <kbd>/</kbd> to search.</p></footer>`,
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

function waiversSection(report: AuditReport): HtmlSection[] {
  const rows = report.waivers.map((waiver) => [
    waiver.id,
    waiver.rule,
    waiver.target,
    waiver.owner,
    waiver.approver,
    waiver.expires,
    waiver.reason,
    waiver.problem === null ? waiver.status : `${waiver.status}: ${waiver.problem}`,
  ]);
  const titles = ['waiver', 'rule', 'covers', 'owner', 'approver', 'until', 'reason', 'status'];
  return rows.length === 0 ? [] : [plainSection('waivers', 'Waivers', titles, rows)];
}

function baselineSection({ baseline }: AuditReport): HtmlSection[] {
  const rows = (baseline?.resolved ?? []).map(({ rule, stack, address, attribute }) => [
    rule,
    stack,
    address,
    attribute ?? '-',
  ]);
  const title = 'Resolved findings of the baseline';
  return rows.length === 0 ? [] : [plainSection('baseline', title, ['rule', 'stack', 'address', 'attribute'], rows)];
}

function notJudgedSection({ notJudged }: AuditReport): HtmlSection[] {
  const rows = notJudged.map(({ stack, subject, reason }) => [stack, subject, reason]);
  return rows.length === 0 ? [] : [plainSection('not-judged', 'Not judged', ['stack', 'what', 'why'], rows)];
}

function stacksSection({ stacks }: AuditReport): HtmlSection {
  const rows = stacks.map(({ name, source, file, terraformVersion, planHash }) => [
    name,
    source,
    file,
    terraformVersion ?? '-',
    planHash ?? '-',
  ]);
  return plainSection('stacks', 'Stacks', ['stack', 'read from', 'file', 'Terraform', 'SHA-256 of the plan'], rows);
}

function rulesSection({ rules, findings }: AuditReport): HtmlSection {
  const counts = new Map<string, number>();
  for (const { rule, verdict } of findings) {
    counts.set(`${rule} ${verdict}`, (counts.get(`${rule} ${verdict}`) ?? 0) + 1);
  }
  const rows = rules.map(({ id, title, severity, supports }) => [
    id,
    title,
    severity,
    ...['pass', 'fail', 'unknown'].map((verdict) => String(counts.get(`${id} ${verdict}`) ?? 0)),
    supports.map(({ framework, control }) => `${framework} ${control}`).join(', ') || '-',
  ]);
  const titles = [
    'rule',
    'title',
    'severity',
    'pass',
    'fail',
    'unknown',
    'supports evidence for (no claim of compliance)',
  ];
  return plainSection('rules', 'Rules', titles, rows);
}

function plainSection(
  id: string,
  title: string,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): HtmlSection {
  const body = rows.map((row) => ({ attributes: '', cells: row.map(markup) }));
  return {
    id,
    title,
    lines: [
      `<section id="${id}" aria-labelledby="${id}-title">`,
      `<h2 id="${id}-title">${title}</h2>`,
      ...table(title, titles, body),
      '</section>',
    ],
  };
}
