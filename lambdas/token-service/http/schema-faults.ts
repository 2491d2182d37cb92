import type { z } from '@hono/zod-openapi';
import { jsonPointer, type RequestFault } from './problems';
import { redact, shownValue } from './redact';

type Issue = z.core.$ZodIssue;

/** Where a value was: in the JSON body, or among the path or query parameters. */
export type RequestPart = 'body' | 'parameter';

/** Says for each issue of a schema where it is, what was found and what is allowed. */
export function faultsOf(issues: readonly Issue[], data: unknown, part: RequestPart): RequestFault[] {
  return issues.map((issue) => {
    const steps = issue.path.map((step) => redact(String(step)));
    const place = part === 'body' ? { pointer: jsonPointer(steps) } : { parameter: steps[0] ?? unknownMembers(issue) };
    const name = steps.length === 0 ? (part === 'body' ? 'the body' : 'the query') : steps.join('.');
    return { ...place, detail: `${name} ${complaint(issue, valueAt(data, issue.path))}` };
  });
}

function complaint(issue: Issue, value: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    return `holds the unknown ${unknownMembers(issue)}, ${issue.message}`;
  }
  const found = value === undefined ? 'is missing' : `is ${shownValue(value)}`;
  return `${found}, ${allowed(issue)}`;
}

function unknownMembers(issue: Issue): string {
  return issue.code === 'unrecognized_keys' ? issue.keys.map((key) => shownValue(key)).join(', ') : '';
}

function allowed(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPE_NAMES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return `expected at least ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `expected at most ${amount(issue.maximum, issue.origin)}`;
    default:
      // The schemas word the rest themselves.
      return issue.message;
  }
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  int: 'an integer',
  number: 'a number',
  array: 'a list',
  object: 'an object',
  record: 'an object of texts',
};

function amount(count: number | bigint, origin: string): string {
  const [one, many] = { string: ['character', 'characters'], array: ['entry', 'entries'] }[origin] ?? [];
  const unit = count === 1 ? one : many;
  return unit === undefined ? `${count}` : `${count} ${unit}`;
}

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
      return undefined;
    }
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}
