import { markup } from '../escape';
import { cardOf, type FindingCard } from '../finding-card';
import { byRule } from '../parts';
import type { AuditReport, Finding } from '../report';
import { filters, type HtmlSection } from './table';

/** Findings one below the other, each with its place, what was found, why it matters and what to do. */
export function findingsSection(
  id: string,
  title: string,
  none: string,
  report: AuditReport,
  findings: readonly Finding[],
): HtmlSection {
  const verdicts = ['fail', 'unknown'].filter((verdict) => findings.some((finding) => finding.verdict === verdict));
  const severities = ['critical', 'high', 'medium', 'low', 'info'].filter((severity) =>
    findings.some((finding) => finding.severity === severity),
  );
  const content =
    findings.length === 0
      ? [`<p>${markup(none)}</p>`]
      : [
          ...filters(id, { verdict: verdicts, severity: severities }),
          ...byRule(findings).flatMap((group) => ruleLines(group.map((finding) => cardOf(report, finding)))),
        ];
  return {
    id,
    title: `${title} (${findings.length})`,
    lines: [
      `<section id="${id}" aria-labelledby="${id}-title"${findings.length === 0 ? '' : ' data-filtered'}>`,
      `<h2 id="${id}-title">${markup(title)} (${findings.length})</h2>`,
      ...content,
      '</section>',
    ],
  };
}

/** The findings of a rule: why it matters and what to do is told once, above them. */
function ruleLines(cards: readonly FindingCard[]): string[] {
  const [first] = cards;
  if (first === undefined) {
    return [];
  }
  const { finding, title, why, fix, references } = first;
  const links = references.map((address) => `<li><a href="${markup(address)}">${markup(address)}</a></li>`);
  return [
    '<div data-group>',
    `<h3>${markup(finding.rule)} ${markup(title)} (${cards.length})</h3>`,
    ...(why === undefined || fix === undefined
      ? []
      : [
          '<details><summary>why, and what to do</summary>',
          `<p>${markup(why)}</p><p>${markup(fix)}</p>`,
          ...(links.length === 0 ? [] : [`<ul>${links.join('')}</ul>`]),
          '</details>',
        ]),
    ...cards.flatMap(article),
    '</div>',
  ];
}

function article({ finding, title, source, binding, lost, acceptance }: FindingCard): string[] {
  const { verdict, severity } = finding;
  const places: [string, string | null | undefined][] = [
    ['stack', finding.stack],
    ['address', finding.address],
    ['attribute', finding.attribute],
    ['construct', finding.construct],
    ['a waiver names', binding],
    ['source', source?.column],
  ];
  return [
    `<article class="finding ${verdict}" data-item data-verdict="${verdict}" data-severity="${severity}">`,
    `<h4><span class="badge ${verdict}">${lost === undefined ? '' : `${lost}, `}${verdict}, ${severity}</span> ` +
      `${markup(finding.rule)} ${markup(title)}</h4>`,
    `<p>${markup(finding.message)}</p>`,
    ...(acceptance === undefined ? [] : [`<p><strong>${markup(acceptance)}</strong></p>`]),
    '<dl>',
    ...places.flatMap(([name, text]) =>
      text === null || text === undefined ? [] : [`<div><dt>${name}</dt><dd><code>${markup(text)}</code></dd></div>`],
    ),
    '</dl>',
    '</article>',
  ];
}
