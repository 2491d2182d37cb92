import { gunzipSync } from 'node:zlib';

/** One log line as CloudWatch Logs delivers it. */
export interface DeliveredLine {
  /** Unique for the line; the same in every delivery of it. */
  readonly id: string;
  readonly message: string;
}

/** What a subscription of CloudWatch Logs sends to a function. */
export interface Delivery {
  readonly logGroup: string;
  /** Empty where CloudWatch Logs only tests whether the function can be reached (`CONTROL_MESSAGE`). */
  readonly lines: readonly DeliveredLine[];
}

/** The event is not one that CloudWatch Logs sends; nothing of it is counted. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
}

/** A delivery has at most 6 MB when it is compressed; log lines compress about tenfold. */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;

/**
 * Unpacks an event of a log subscription: gzip in base64, and in it JSON.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample
 * @throws {DeliveryError} for anything else; the message quotes nothing of the event
 */
export function readDelivery(event: unknown): Delivery {
  const data = member(member(event, 'awslogs'), 'data');
  if (typeof data !== 'string') {
    throw new DeliveryError('the event has no awslogs.data, which a subscription of CloudWatch Logs sends');
  }
  const payload = unpack(data);
  const kind = member(payload, 'messageType');
  const logGroup = member(payload, 'logGroup');
  if (kind === 'CONTROL_MESSAGE') {
    return { logGroup: typeof logGroup === 'string' ? logGroup : '', lines: [] };
  }
  const events = member(payload, 'logEvents');
  if (kind !== 'DATA_MESSAGE' || typeof logGroup !== 'string' || !Array.isArray(events)) {
    throw new DeliveryError('awslogs.data is neither a DATA_MESSAGE with logGroup and logEvents nor a CONTROL_MESSAGE');
  }
  return { logGroup, lines: events.map(lineOf) };
}

function unpack(data: string): unknown {
  try {
    return JSON.parse(gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: MAX_UNPACKED_BYTES }).toString());
  } catch {
    // The parser's own text would quote log lines.
    throw new DeliveryError('awslogs.data is not JSON in gzip in base64');
  }
}

function lineOf(event: unknown): DeliveredLine {
  const id = member(event, 'id');
  const message = member(event, 'message');
  if (typeof id !== 'string' || id === '' || typeof message !== 'string') {
    throw new DeliveryError('a log event of awslogs.data has no id or no message');
  }
  return { id, message };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
