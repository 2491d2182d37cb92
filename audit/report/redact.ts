import { compareText } from '../json';
import { REDACTED } from '../three-valued';

/** Last line of defence: no text that Terraform marks as sensitive leaves the audit, whichever way it came in. */
export function redact<T>(value: T, secrets: ReadonlySet<string>): T {
  if (secrets.size === 0) {
    return value;
  }
  // Longest first, so that a secret within another leaves no rest of it behind. Methods and kinds are shown in upper case.
  const ordered = [...secrets].sort((left, right) => right.length - left.length || compareText(left, right));
  const pattern = new RegExp(ordered.map((secret) => secret.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'gi');
  const clean = (part: unknown): unknown => {
    if (typeof part === 'string') {
      return part.replace(pattern, REDACTED);
    }
    if (Array.isArray(part)) {
      return part.map(clean);
    }
    if (typeof part === 'object' && part !== null) {
      return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, clean(item)]));
    }
    return part;
  };
  // The copy has the members of the original, with other texts.
  return clean(value) as T;
}
