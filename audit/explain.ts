import { compareText } from './json';
import { wrap } from './report/layout';
import { severityRank } from './report/parts';
import { RULES } from './rules';
import { supports } from './rules/frameworks';
import type { Rule } from './rules/rule';

/** What a rule is about, for people; undefined when no rule has that id. */
export function explainRule(id: string, width = 100): string | undefined {
  const rule = RULES.find((candidate) => candidate.id === id.toUpperCase());
  return rule === undefined ? undefined : text(rule, Math.max(width, 40));
}

/** Every rule in one line. */
export function listRules(): string {
  const sorted = [...RULES].sort((left, right) => compareText(left.id, right.id));
  const lines = sorted.map(({ id, severity, title }) => `${id.padEnd(11)}${severity.padEnd(10)}${title}`);
  return `${lines.join('\n')}\n`;
}

function text(rule: Rule, width: number): string {
  const part = (title: string, paragraphs: readonly string[]) =>
    paragraphs.length === 0
      ? []
      : ['', title, ...paragraphs.flatMap((paragraph) => wrap(paragraph, width - 2).map((line) => `  ${line}`))];
  const lines = [
    `${rule.id}  ${rule.title}`,
    `severity ${rule.severity} (${severityRank(rule.severity) + 1} of 5)`,
    ...part('Why', [rule.why]),
    ...part('Cause', [rule.cause]),
    ...part('Fix', [rule.fix]),
    ...part('References', rule.references),
    ...part('Supports evidence for (no claim of compliance)', controls(rule.id)),
  ];
  return `${lines.join('\n')}\n`;
}

/** One line for each framework. */
function controls(rule: string): string[] {
  const byFramework = new Map<string, string[]>();
  for (const { framework, control } of supports(rule)) {
    byFramework.set(framework, [...(byFramework.get(framework) ?? []), control]);
  }
  return [...byFramework].map(([framework, names]) => `${framework}: ${names.join(', ')}`);
}
