import { compareText } from '../json';
import { type AuditReport, countFindings, type Finding, type WaiverInfo, type WaiverStatus } from '../report/report';
import { ANNOUNCED_DAYS, dayNumber, LONGEST_CRITICAL_WAIVER_DAYS, type Waiver, type WaiverFile } from './waivers';

/**
 * Marks the findings that a waiver covers. An expired waiver covers nothing: its findings are open again. A finding about a
 * stateful resource is covered only by a waiver that names this plan, this address and this action.
 *
 * @param today `YYYY-MM-DD`, UTC
 */
export function applyWaivers(report: AuditReport, file: WaiverFile, today: string): AuditReport {
  const now = dayNumber(today);
  if (now === undefined) {
    throw new RangeError(`today is ${JSON.stringify(today)}, expected a day as YYYY-MM-DD`);
  }
  const hashes = new Map(report.stacks.map(({ name, planHash }) => [name, planHash]));
  const covered = new Map<Finding, string>();
  const results = file.waivers.map((waiver) => {
    const matching = report.findings.filter((finding) => finding.verdict !== 'pass' && covers(waiver, finding, hashes));
    const [status, problem] = judge(waiver, matching, report, now);
    const holds = status === 'used' || status === 'expires soon';
    if (holds) {
      for (const finding of matching) {
        covered.set(finding, covered.get(finding) ?? waiver.id);
      }
    }
    return info(waiver, status, problem, holds ? matching.length : 0);
  });
  const rejected = file.faulty.map(({ waiver, fault }) => info(waiver, 'rejected', fault, 0));
  const findings = report.findings.map((finding) => {
    const waiver = covered.get(finding);
    return waiver === undefined ? finding : { ...finding, waiver };
  });
  return {
    ...report,
    findings,
    counts: countFindings(findings),
    waivers: [...results, ...rejected].sort((left, right) => compareText(left.id, right.id)),
  };
}

function judge(
  waiver: Waiver,
  matching: readonly Finding[],
  report: AuditReport,
  now: number,
): [WaiverStatus, string | null] {
  const rule = report.rules.find(({ id }) => id === waiver.rule);
  if (rule === undefined) {
    return ['rejected', `there is no rule ${waiver.rule}`];
  }
  const created = dayNumber(waiver.created) ?? 0;
  const expires = dayNumber(waiver.expires) ?? 0;
  if (created > now) {
    return ['rejected', `was created on ${waiver.created}, which is in the future`];
  }
  if (rule.severity === 'critical' && expires - created > LONGEST_CRITICAL_WAIVER_DAYS) {
    const days = `holds for ${expires - created} days`;
    return ['rejected', `${days}, at most ${LONGEST_CRITICAL_WAIVER_DAYS} are allowed for a critical rule`];
  }
  if (expires < now) {
    return ['expired', `expired on ${waiver.expires}: what it covered is open again`];
  }
  if (matching.length === 0) {
    return ['unused', unusedBecause(waiver, report)];
  }
  const left = expires - now;
  return left <= ANNOUNCED_DAYS
    ? ['expires soon', `expires in ${left} ${left === 1 ? 'day' : 'days'}, on ${waiver.expires}`]
    : ['used', null];
}

function unusedBecause(waiver: Waiver, report: AuditReport): string {
  const stateful = report.findings.some(
    (finding) => finding.action !== null && finding.verdict !== 'pass' && aims(waiver, finding),
  );
  return stateful
    ? 'covers nothing: what a plan does to a stateful resource is waived by the hash of that plan, the exact address and the action'
    : 'covers nothing: remove it';
}

function covers(waiver: Waiver, finding: Finding, hashes: ReadonlyMap<string, string | null>): boolean {
  if (!aims(waiver, finding)) {
    return false;
  }
  if (finding.action === null) {
    return waiver.plan === undefined;
  }
  const hash = hashes.get(finding.stack) ?? null;
  return (
    hash !== null && waiver.plan === hash && waiver.action === finding.action && waiver.address === finding.address
  );
}

function aims(waiver: Waiver, finding: Finding): boolean {
  return (
    waiver.rule === finding.rule &&
    (waiver.stack === undefined || waiver.stack === finding.stack) &&
    (waiver.attribute === undefined || waiver.attribute === finding.attribute) &&
    (waiver.address === undefined || matches(waiver.address, finding.address)) &&
    (waiver.construct === undefined || (finding.construct !== null && matches(waiver.construct, finding.construct)))
  );
}

/** `*` matches any text, also an empty text; everything else matches itself. */
function matches(glob: string, text: string): boolean {
  const [first = '', ...parts] = glob.split('*');
  if (parts.length === 0) {
    return glob === text;
  }
  const last = parts.pop() ?? '';
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) {
    return false;
  }
  const end = text.length - last.length;
  let at = first.length;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) {
      return false;
    }
    at = found + part.length;
  }
  return true;
}

function info(waiver: Partial<Waiver>, status: WaiverStatus, problem: string | null, findings: number): WaiverInfo {
  const { id = '', rule = '', reason = '', owner = '', approver = '', ticket = null, expires = '' } = waiver;
  const parts = [waiver.stack, waiver.address ?? waiver.construct, waiver.attribute];
  const target = parts.filter((part) => part !== undefined).join(': ');
  return { id, rule, target, reason, owner, approver, ticket, expires, status, problem, findings };
}
