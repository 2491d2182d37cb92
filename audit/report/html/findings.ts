import { markup } from '../escape';
import { acceptance, bindingOf, ruleOf } from '../parts';
import { type AuditReport, type Finding, losesState } from '../report';
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
          ...findings.flatMap((finding) => article(report, finding)),
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

function article(report: AuditReport, finding: Finding): string[] {
  const rule = ruleOf(report, finding);
  const { source, verdict, severity } = finding;
  const accepted = finding.waiver !== null || finding.inBaseline;
  const places: [string, string | null][] = [
    ['stack', finding.stack],
    ['address', finding.address],
    ['attribute', finding.attribute],
    ['construct', finding.construct],
    ['a waiver names', bindingOf(report, finding) ?? null],
    ['source', source === null ? null : `${source.file}:${source.line}:${source.column}`],
  ];
  return [
    `<article class="finding ${verdict}" data-item data-verdict="${verdict}" data-severity="${severity}">`,
    `<h3><span class="badge ${verdict}">${losesState(finding) ? `${finding.action}, ` : ''}${verdict}, ${severity}</span> ` +
      `${markup(finding.rule)} ${markup(rule?.title ?? '')}</h3>`,
    `<p>${markup(finding.message)}</p>`,
    ...(accepted ? [`<p><strong>${markup(acceptance(finding))}</strong></p>`] : []),
    '<dl>',
    ...places.flatMap(([name, text]) =>
      text === null ? [] : [`<div><dt>${name}</dt><dd><code>${markup(text)}</code></dd></div>`],
    ),
    '</dl>',
    ...(rule === undefined
      ? []
      : [
          `<details><summary>why, and what to do</summary><p>${markup(rule.why)}</p><p>${markup(rule.fix)}</p></details>`,
        ]),
    '</article>',
  ];
}
