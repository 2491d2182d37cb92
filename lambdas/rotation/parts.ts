import type { RotationConfig } from './config';
import { shortestInterval } from './config';
import type { SecretKind } from './kind';
import type { RotationPorts } from './ports';
import { SecretRecord } from './record-access';
import { whileThrottled } from './retry';
import { RotationLog } from './rotation-log';
import { SecretView } from './secret-view';

/** By how much a rotation may be late before it counts as overdue, in milliseconds. */
export const LATE_MS = 86_400_000;

/** What the reaper, the steps and the commands of one secret share. */
export interface RotationParts<P> extends Omit<RotationPorts, 'log'> {
  readonly secretName: string;
  readonly kind: SecretKind<P>;
  readonly view: SecretView<P>;
  readonly record: SecretRecord<P>;
  readonly log: RotationLog;
  /** Time from one rotation to the next, in seconds. */
  readonly intervalSeconds: number;
  /** For how long after a promotion a rotation that is too early is postponed, in milliseconds. Later it is a fault. */
  readonly postponeMs: number;
}

export function rotationParts<P>(
  config: RotationConfig,
  kind: SecretKind<P>,
  outside: RotationPorts,
): RotationParts<P> {
  const { secretName, intervalSeconds } = config;
  const { clock } = outside;
  const { secrets, records } = tolerantPorts(outside);
  return {
    secretName,
    kind,
    clock,
    secrets,
    records,
    view: new SecretView(secrets, kind, clock),
    record: new SecretRecord(records, kind, clock, secretName),
    log: new RotationLog(config, kind.name, outside.log),
    intervalSeconds,
    postponeMs: shortestInterval(config.secret) * 1000 + LATE_MS,
  };
}

/** The same ports, whose calls are repeated while they are throttled. */
function tolerantPorts({ clock, secrets, records }: RotationPorts): Pick<RotationPorts, 'secrets' | 'records'> {
  const patiently = <T>(call: () => Promise<T>) => whileThrottled(clock, call);
  return {
    secrets: {
      describe: () => patiently(() => secrets.describe()),
      get: (versionId) => patiently(() => secrets.get(versionId)),
      put: (versionId, text, rotationToken) => patiently(() => secrets.put(versionId, text, rotationToken)),
      moveStage: (move) => patiently(() => secrets.moveStage(move)),
    },
    records: {
      read: () => patiently(() => records.read()),
      write: (record) => patiently(() => records.write(record)),
    },
  };
}
