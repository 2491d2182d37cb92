import { acceptance, bindingOf, placeOf, ruleOf } from './parts';
import { type AuditReport, type Finding, losesState } from './report';

/** All that a report for people says of a finding; writers decide where each part goes. */
export interface FindingCard {
  readonly finding: Finding;
  /** Title of the rule; empty for a rule that the report does not know. */
  readonly title: string;
  /** `stack: address: attribute`. */
  readonly place: string;
  /** `file:line`, and the column; undefined when it is not known. */
  readonly source: { readonly line: string; readonly column: string } | undefined;
  /** What a waiver of a finding about a stateful resource has to name. */
  readonly binding: string | undefined;
  /** What is lost: `delete`, `replace`, `forget`. */
  readonly lost: string | undefined;
  /** By what the finding is accepted; undefined for an open one. */
  readonly acceptance: string | undefined;
  readonly why: string | undefined;
  readonly fix: string | undefined;
  /** Pages that the rule rests on. */
  readonly references: readonly string[];
}

/** Gathers what is told of a finding. */
export function cardOf(report: AuditReport, finding: Finding): FindingCard {
  const rule = ruleOf(report, finding);
  const { source, waiver, inBaseline } = finding;
  const line = source === null ? '' : `${source.file}:${source.line}`;
  return {
    finding,
    title: rule?.title ?? '',
    place: placeOf(finding),
    source: source === null ? undefined : { line, column: `${line}:${source.column}` },
    binding: bindingOf(report, finding),
    lost: losesState(finding) ? (finding.action ?? undefined) : undefined,
    acceptance: waiver !== null || inBaseline ? acceptance(finding) : undefined,
    why: rule?.why,
    fix: rule?.fix,
    references: rule?.references ?? [],
  };
}
