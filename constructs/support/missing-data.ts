/**
 * What an alarm makes of a period without a data point, and why. `ignore` keeps the state; `missing` leaves it for
 * INSUFFICIENT_DATA, so that the first point after each quiet night is told as a recovery.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export interface MissingData {
  readonly treat: 'breaching' | 'ignore' | 'missing' | 'notBreaching';
  /** One sentence; the table of `docs/alarms.md` has it too. */
  readonly because: string;
}
