import type { Framework } from './framework-controls';
import { FRAMEWORK_SOURCES, FRAMEWORK_TABLE_VERSION, supports } from './frameworks';
import { DEFAULT_RULE_POLICY } from './policy';
import type { Rule } from './rule';

/** Families of rules, in the order of the catalogue, by the first part of their ids. */
const FAMILIES: readonly (readonly [prefix: string, title: string])[] = [
  ['AUTHZ', 'Authorization'],
  ['CHANGE', 'Changes'],
  ['STATE', 'Stateful resources'],
  ['IAM', 'Least privilege'],
  ['SECRET', 'Secret material'],
  ['ROT', 'Rotation'],
  ['RATE', 'Throttling and quota'],
  ['EDGE', 'Network, TLS and firewall'],
  ['VALID', 'Request validation'],
  ['DATA', 'Data at rest'],
  ['LOG', 'Logs'],
  ['OBS', 'Alarms and dashboards'],
  ['LAM', 'Functions'],
  ['TAG', 'Tags'],
  ['PLAN', 'The plan itself'],
];

/** Renders the catalogue of rules as Markdown; the page docs/audit-rules.md is made by it. */
export function renderCatalogue(rules: readonly Rule[]): string {
  const families = FAMILIES.map(([prefix, title]) => ({
    prefix,
    title,
    rules: rules.filter(({ id }) => id.startsWith(`${prefix}-`)),
  }));
  return `${[
    '# Rules of the plan audit',
    '<!-- Made by scripts/audit-rules.mjs from audit/rules; do not edit. -->',
    `${rules.length} rules. Each answers \`pass\`, \`fail\` or \`unknown\` for everything that it looks at; unknown never counts as pass. What a rule reads of a plan, and exit codes, are told in [the page on the plan audit](plan-audit.md).`,
    overview(families),
    '## Policy',
    'Limits, and rules that are asked only on demand. A policy file (JSON) names what differs from the defaults.',
    policyTable(),
    ...families.flatMap(({ title, rules: members }) => [`## ${title}`, ...members.map(section)]),
    '## Frameworks',
    `Version ${FRAMEWORK_TABLE_VERSION} of the table. The answers of a rule **support evidence for** a control; no rule, and no report, shows compliance. Controls of AWS FSBP are published by AWS for the same check; all others are this project's reading, to be reviewed with an assessor.`,
    sources(),
  ].join('\n\n')}\n`;
}

function overview(families: readonly { prefix: string; title: string; rules: readonly Rule[] }[]): string {
  const rows = families.map(
    ({ prefix, title, rules }) => `| ${title} | ${prefix} | ${rules.length} | ${rules.map(link).join(' ')} |`,
  );
  return ['| family | prefix | rules | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function link({ id, title }: Rule): string {
  return `[${id.split('-')[1]}](#${anchor(`${id} ${title}`)})`;
}

/** The anchor that GitHub gives a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function policyTable(): string {
  const rows = Object.entries(DEFAULT_RULE_POLICY).map(([name, value]) => `| \`${name}\` | ${shown(value)} |`);
  return ['| setting | default |', '| --- | --- |', ...rows].join('\n');
}

function shown(value: unknown): string {
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : value.map((item) => `\`${String(item)}\``).join(', ');
  }
  return `\`${String(value)}\``;
}

function section(rule: Rule): string {
  return [
    `### ${rule.id} ${rule.title}`,
    `**${rule.severity}.** ${rule.why}`,
    `- Cause: ${rule.cause}\n- Remedy: ${rule.fix}\n- Source: ${rule.references.map((url) => `<${url}>`).join(', ')}\n- Supports evidence for: ${evidence(rule)}`,
  ].join('\n\n');
}

function evidence({ id }: Rule): string {
  const controls = new Map<Framework, string[]>();
  for (const { framework, control } of supports(id)) {
    controls.set(framework, [...(controls.get(framework) ?? []), control]);
  }
  return [...controls].map(([framework, list]) => `${framework} ${list.join(', ')}`).join('; ');
}

function sources(): string {
  return Object.entries(FRAMEWORK_SOURCES)
    .map(([framework, source]) => `- ${framework}: ${source}`)
    .join('\n');
}
