const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `2026-01-31 03:00Z` */
export function minute(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')}Z`;
}

/** `in 3 days`, `2 hours ago`, `now`: rounded to the largest unit that is full, or as good as full. */
export function relative(iso: string, now: number): string {
  const away = Date.parse(iso) - now;
  const text = spanOf(Math.abs(away));
  if (text === undefined) return 'now';
  return away > 0 ? `in ${text}` : `${text} ago`;
}

const UNITS = [
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
] as const;

/** A time of 59 minutes 50 seconds is an hour to whoever asked for an hour. */
const AS_GOOD_AS_FULL = 0.99;

function spanOf(milliseconds: number): string | undefined {
  const [unit, name] = UNITS.find(([length]) => milliseconds >= length * AS_GOOD_AS_FULL) ?? [];
  if (unit === undefined) return undefined;
  const count = Math.round(milliseconds / unit);
  return `${count} ${count === 1 ? name : `${name}s`}`;
}

/** Both: `2026-01-31 03:00Z (in 3 days)`; `-` for what never was. */
export function moment(iso: string | undefined, now: number): string {
  return iso === undefined ? '-' : `${minute(iso)} (${relative(iso, now)})`;
}

/** A length of time in seconds as a person says it: `1 hour 30 minutes`. */
export function duration(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'day'],
    [Math.floor((seconds % 86_400) / 3600), 'hour'],
    [Math.floor((seconds % 3600) / 60), 'minute'],
    [Math.floor(seconds % 60), 'second'],
  ] as const;
  const told = parts
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${count} ${count === 1 ? name : `${name}s`}`);
  return told.length === 0 ? '0 seconds' : told.join(' ');
}

/** When every API goes by a change, as the end of a sentence; nothing where the service does not say. */
export function boundText({
  effectiveWithinSeconds: seconds,
}: {
  readonly effectiveWithinSeconds?: number | undefined;
}): string {
  if (seconds === undefined) return '';
  return seconds === 0 ? ', on every API from now on' : `, on every API within ${duration(seconds)}`;
}
