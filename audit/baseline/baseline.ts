import { AuditError, EXIT_CODES } from '../errors';
import { compareText, isObject, type Json } from '../json';
import { parseTraversal } from '../reader/traversal';
import { type AuditReport, type BaselineEntry, countFindings, type Finding } from '../report/report';

/** Findings that were there when the audit was introduced: they are told and fail nothing. The list may only shrink. */
export interface Baseline {
  readonly version: 1;
  readonly entries: readonly BaselineEntry[];
}

/** The baseline cannot be read, or would grow; exit code 3. */
export class BaselineError extends AuditError {
  override readonly name = 'BaselineError';

  constructor(file: string, reason: string) {
    super(`${file}: ${reason}`, EXIT_CODES.waiver);
  }
}

/**
 * Reads a baseline.
 *
 * @param file name of the file in messages
 * @throws {BaselineError} when the file is not a baseline, or is no longer one after an edit by hand
 */
export function readBaseline(document: unknown, file: string): Baseline {
  // Whatever a parser made of the file: every member is checked before it is used.
  const root = document as Json | undefined;
  if (!isObject(root) || root.version !== 1 || !Array.isArray(root.entries)) {
    throw new BaselineError(file, 'is not a baseline, expected { "version": 1, "entries": [...] }');
  }
  const fingerprints = new Set<string>();
  const entries = root.entries.map((entry, index): BaselineEntry => {
    const texts = isObject(entry) ? [entry.rule, entry.stack, entry.address, entry.fingerprint] : [];
    const [rule, stack, address, fingerprint] = texts;
    const attribute = isObject(entry) ? entry.attribute : undefined;
    if (
      typeof rule !== 'string' ||
      typeof stack !== 'string' ||
      typeof address !== 'string' ||
      typeof fingerprint !== 'string' ||
      (attribute !== null && typeof attribute !== 'string')
    ) {
      throw new BaselineError(file, `entries[${index}] lacks one of rule, stack, address, attribute and fingerprint`);
    }
    if (fingerprints.has(fingerprint)) {
      throw new BaselineError(file, `entries[${index}] has the fingerprint of another entry`);
    }
    fingerprints.add(fingerprint);
    return { rule, stack, address, attribute, fingerprint };
  });
  return { version: 1, entries };
}

/** Marks the findings that the baseline holds. What a plan does to a stateful resource is never in a baseline. */
export function applyBaseline(report: AuditReport, baseline: Baseline): AuditReport {
  const matched = match(report, baseline);
  const findings = report.findings.map((finding) =>
    matched.has(finding) && finding.waiver === null ? { ...finding, inBaseline: true } : finding,
  );
  const used = new Set(matched.values());
  return {
    ...report,
    findings,
    counts: countFindings(findings),
    baseline: { known: used.size, resolved: baseline.entries.filter((entry) => !used.has(entry)) },
  };
}

/**
 * The baseline for a report: all its open findings at first, and later those of the former baseline that are still there.
 *
 * @param file name of the baseline in messages
 * @throws {BaselineError} when findings are open that the former baseline does not hold: it never grows
 */
export function nextBaseline(report: AuditReport, former: Baseline | undefined, file: string): Baseline {
  const candidates = report.findings.filter(mayEnter);
  if (former === undefined) {
    return baselineOf(candidates);
  }
  const matched = match(report, former);
  const added = candidates.filter((finding) => !matched.has(finding));
  const first = added[0];
  if (first !== undefined) {
    const more = added.length === 1 ? '' : ` and ${added.length - 1} more`;
    throw new BaselineError(
      file,
      `would grow by ${first.rule} at ${first.address}${more}: fix or waive new findings, a baseline only shrinks`,
    );
  }
  return baselineOf(candidates);
}

/** A baseline as a file: sorted, one entry after the other, so that a review shows what left it. */
export function renderBaseline(baseline: Baseline): string {
  return `${JSON.stringify(baseline, null, 2)}\n`;
}

function baselineOf(findings: readonly Finding[]): Baseline {
  const entries = new Map<string, BaselineEntry>();
  for (const { rule, stack, address, attribute, fingerprint } of findings) {
    entries.set(fingerprint, { rule, stack, address, attribute, fingerprint });
  }
  const sorted = [...entries.values()].sort(
    (left, right) =>
      compareText(left.rule, right.rule) ||
      compareText(left.stack, right.stack) ||
      compareText(left.address, right.address) ||
      compareText(left.fingerprint, right.fingerprint),
  );
  return { version: 1, entries: sorted };
}

function mayEnter(finding: Finding): boolean {
  return finding.verdict !== 'pass' && finding.waiver === null && finding.action === null;
}

/**
 * Finds the entry of each finding: by its fingerprint; else, where the address of an entry is gone from the stack, the entry of
 * the same resource in another module, since moving a resource is not a new fault.
 */
function match(report: AuditReport, baseline: Baseline): Map<Finding, BaselineEntry> {
  const byFingerprint = new Map(baseline.entries.map((entry) => [entry.fingerprint, entry]));
  const matched = new Map<Finding, BaselineEntry>();
  const rest: Finding[] = [];
  for (const finding of report.findings.filter(mayBeKnown)) {
    const entry = byFingerprint.get(finding.fingerprint);
    if (entry === undefined) {
      rest.push(finding);
    } else {
      matched.set(finding, entry);
    }
  }
  const used = new Set(matched.values());
  const present = new Set(report.findings.map(({ stack, address }) => `${stack} ${address}`));
  const moved = new Map<string, BaselineEntry[]>();
  for (const entry of baseline.entries) {
    if (!used.has(entry) && !present.has(`${entry.stack} ${entry.address}`)) {
      const key = withoutModule(entry);
      moved.set(key, [...(moved.get(key) ?? []), entry]);
    }
  }
  for (const finding of rest) {
    const entry = moved.get(withoutModule(finding))?.shift();
    if (entry !== undefined) {
      matched.set(finding, entry);
    }
  }
  return matched;
}

function mayBeKnown(finding: Finding): boolean {
  return finding.verdict !== 'pass' && finding.action === null;
}

/** Rule, stack, attribute, and the address without its modules. */
function withoutModule({ rule, stack, address, attribute }: BaselineEntry): string {
  const steps = parseTraversal(address) ?? [];
  let start = 0;
  for (let step = steps[start]; step !== undefined && 'name' in step && step.name === 'module'; step = steps[start]) {
    const key = steps[start + 2];
    start += key !== undefined && 'index' in key ? 3 : 2;
  }
  return JSON.stringify([rule, stack, steps.length === 0 ? address : steps.slice(start), attribute]);
}
