/** Value of a field in a log line. Fields with `undefined` are left out. */
export type LogValue = string | number | boolean | undefined;

/** A metric value in CloudWatch embedded metric format. */
export interface MetricValue {
  readonly unit: 'Count' | 'Milliseconds' | 'Seconds' | 'None';
  readonly value: number;
}

/** Metrics that CloudWatch extracts from a log line. Dimensions hold closed sets only: never a token, address or id. */
export interface LogMetrics {
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Which dimensions the metrics are recorded by; each set makes series of its own. */
  readonly dimensionSets: readonly (readonly string[])[];
  readonly values: Readonly<Record<string, MetricValue>>;
}

/** One structured log line. */
export interface LogEntry {
  readonly level: 'info' | 'warn' | 'error';
  /** What happened, for example `auth.decision`. */
  readonly evt: string;
  readonly fields: Readonly<Record<string, LogValue>>;
  readonly metrics?: LogMetrics;
}

/** Receives log lines. */
export type Log = (entry: LogEntry) => void;

/**
 * A log line as JSON, with the embedded metric format (EMF) directive where the entry has metrics. Source: "Specification:
 * Embedded metric format", Amazon CloudWatch user guide.
 *
 * @param timestamp epoch milliseconds
 */
export function formatLogLine(entry: LogEntry, timestamp: number): string {
  const { level, evt, fields, metrics } = entry;
  const line: Record<string, unknown> = { timestamp: new Date(timestamp).toISOString(), level, evt, ...fields };
  if (metrics) {
    Object.assign(line, metrics.dimensions);
    const names = Object.entries(metrics.values).map(([name, metric]) => {
      line[name] = metric.value;
      return { Name: name, Unit: metric.unit };
    });
    line._aws = {
      Timestamp: timestamp,
      CloudWatchMetrics: [{ Namespace: metrics.namespace, Dimensions: metrics.dimensionSets, Metrics: names }],
    };
  }
  return JSON.stringify(line);
}

/** A log that writes to standard output past `console`, whose prefix in Lambda would hide the metrics from CloudWatch. */
export function stdoutLog(now: () => number = Date.now): Log {
  return (entry) => {
    process.stdout.write(formatLogLine(entry, now()) + '\n');
  };
}
