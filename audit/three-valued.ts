/** The answer of a rule. Unknown is an answer of its own: it never counts as pass. */
export type Verdict = 'pass' | 'fail' | 'unknown';

const SEVERITY_ORDER: readonly Verdict[] = ['pass', 'unknown', 'fail'];

/** The worst of several verdicts; `pass` when there are none. */
export function worst(verdicts: Iterable<Verdict>): Verdict {
  let result: Verdict = 'pass';
  for (const verdict of verdicts) {
    if (SEVERITY_ORDER.indexOf(verdict) > SEVERITY_ORDER.indexOf(result)) {
      result = verdict;
    }
  }
  return result;
}

/** A value that the plan states. `sensitive`: Terraform marks it so; it may be judged, never shown. */
export interface Known<T> {
  readonly kind: 'known';
  readonly value: T;
  readonly sensitive: boolean;
}

/** The attribute is not set. */
export interface Absent {
  readonly kind: 'absent';
}

/** The attribute has, or may have, a value that the plan does not tell. */
export interface Unknown {
  readonly kind: 'unknown';
  /** Why it is not known, ready to follow "because": "known only after apply". */
  readonly cause: string;
}

/** What a plan says of an attribute. */
export type Value<T> = Known<T> | Absent | Unknown;

/** The one value of an attribute that is not set. */
export const ABSENT: Absent = { kind: 'absent' };

/** Text that a report shows in place of a value that Terraform marks as sensitive. */
export const REDACTED = '(sensitive)';

/** @param sensitive whether Terraform marks it so. @default false */
export function known<T>(value: T, sensitive = false): Known<T> {
  return { kind: 'known', value, sensitive };
}

/** @param cause see {@link Unknown} */
export function unknown(cause: string): Unknown {
  return { kind: 'unknown', cause };
}

/** Converts a known value; a conversion that yields undefined makes it unknown, with the given cause. */
export function convert<T, U>(value: Value<T>, conversion: (value: T) => U | undefined, cause: string): Value<U> {
  if (value.kind !== 'known') {
    return value;
  }
  const converted = conversion(value.value);
  return converted === undefined ? unknown(cause) : known(converted, value.sensitive);
}

/** Puts a default in the place of an absent value. */
export function orDefault<T>(value: Value<T>, fallback: T): Known<T> | Unknown {
  return value.kind === 'absent' ? known(fallback) : value;
}

/** Text for a report: the value, `(sensitive)`, `?` for unknown, `-` for absent. */
export function show(value: Value<string | number | boolean>): string {
  switch (value.kind) {
    case 'known':
      return value.sensitive ? REDACTED : String(value.value);
    case 'unknown':
      return '?';
    case 'absent':
      return '-';
  }
}

/** True when the value is known to be this one. */
export function is<T>(value: Value<T>, expected: T): boolean {
  return value.kind === 'known' && value.value === expected;
}
