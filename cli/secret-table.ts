import type { CredentialStatus } from '../lambdas/rotation/commands';
import type { SecretReport } from './secret-status';

const DAY_MS = 86_400_000;

/** Reports as text: a paragraph per secret, what is wrong at its end. */
export function renderReports(reports: readonly SecretReport[], now: number): string {
  return `${reports.map((report) => renderReport(report, now).join('\n')).join('\n\n')}\n`;
}

function renderReport(report: SecretReport, now: number): string[] {
  const { name, status, lastRotatedAt, nextRotationAt, versions, problems } = report;
  const since = status?.currentSince ?? lastRotatedAt;
  const lines = [
    `${name}${status === undefined ? '' : `  (${status.kind}${status.generation === undefined ? '' : `, generation ${status.generation}`})`}`,
    `  rotated    ${since === undefined ? 'never' : `${minute(since)}, ${age(since, now)} ago`}; next by ${nextRotationAt === undefined ? '-' : minute(nextRotationAt)}`,
  ];
  for (const { id, labels, createdAt, lastReadAt } of versions) {
    const read = lastReadAt === undefined ? 'never read' : `last read ${lastReadAt.slice(0, 10)}`;
    lines.push(
      `  version    ${id}  ${labels.join(' ')}  made ${createdAt === undefined ? '-' : minute(createdAt)}, ${read}`,
    );
  }
  for (const credential of status?.credentials ?? []) lines.push(`  credential ${describe(credential)}`);
  if (status?.rollBackUntil !== undefined && Date.parse(status.rollBackUntil) > now) {
    lines.push(`  roll-back  possible until ${minute(status.rollBackUntil)}`);
  }
  const { postponed } = status ?? {};
  if (postponed) {
    const until = postponed.until === undefined ? '' : ` until ${minute(postponed.until)}`;
    lines.push(`  postponed  on ${minute(postponed.at)}${until}: ${postponed.reason}`);
  }
  return [...lines, ...problems.map((problem) => `  problem    ${problem}`)];
}

function describe({ id, state, promotedAt, retireAt, inUseBy }: CredentialStatus): string {
  const gone = state === 'retired' ? 'until nothing needs it' : undefined;
  const parts = [
    `${id}  ${state}`,
    ...(promotedAt === undefined ? [] : [`in use from ${minute(promotedAt)}`]),
    ...(inUseBy === undefined ? [] : [`used by ${inUseBy}`]),
    ...(retireAt === undefined ? [gone].filter((part) => part !== undefined) : [`until ${minute(retireAt)}`]),
  ];
  return parts.join(', ');
}

/** `2026-01-31 03:00Z` */
function minute(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')}Z`;
}

function age(iso: string, now: number): string {
  const days = Math.floor((now - Date.parse(iso)) / DAY_MS);
  return days === 1 ? '1 day' : `${days} days`;
}
