import type { APIGatewayProxyEvent } from 'aws-lambda';
import { type FieldError, invalid, Problem } from './shared';

/*
 * API Gateway checks that required parameters are there and bodies match their model, but neither the format of a
 * parameter nor a body of another content type. So every value is read through these functions.
 */

/** Limits of one member of a body. */
export type Check =
  | { readonly type: 'text'; readonly max: number; readonly pattern?: RegExp; readonly optional?: true }
  | { readonly type: 'choice'; readonly of: readonly string[]; readonly optional?: true }
  | { readonly type: 'integer'; readonly min: number; readonly max: number }
  | { readonly type: 'flag' }
  | { readonly type: 'object'; readonly members: Checks }
  | { readonly type: 'list'; readonly of: Checks; readonly max: number };

/** Members of an object; one that is not named is refused. */
export type Checks = Readonly<Record<string, Check>>;

/**
 * Reads a JSON body and checks each member.
 *
 * @throws {Problem} 415 when the body is not `application/json`; 400 when it is no JSON or a member is refused
 */
export function readBody<Body>(event: APIGatewayProxyEvent, checks: Checks): Body {
  const contentType = Object.entries(event.headers ?? {}).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  if (contentType?.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    throw new Problem(415, 'content type must be application/json');
  }
  const text = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Problem(400, 'the body is no JSON');
  }
  const errors = checkObject(body, checks, '');
  if (errors.length > 0) {
    throw new Problem(400, 'the body is not as described', errors);
  }
  return body as Body;
}

function checkObject(value: unknown, checks: Checks, path: string): FieldError[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ field: path === '' ? 'body' : path, message: 'must be an object' }];
  }
  const members = value as Record<string, unknown>;
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  const unknown = Object.keys(members).filter((name) => !Object.hasOwn(checks, name));
  return [
    ...unknown.map((name) => ({ field: at(name), message: 'is not known' })),
    ...Object.entries(checks).flatMap(([name, check]) => {
      if (Object.hasOwn(members, name)) {
        return checkValue(members[name], check, at(name));
      }
      return 'optional' in check ? [] : [{ field: at(name), message: 'is required' }];
    }),
  ];
}

function checkValue(value: unknown, check: Check, path: string): FieldError[] {
  const refuse = (message: string): FieldError[] => [{ field: path, message }];
  switch (check.type) {
    case 'text': {
      // JSON Schema counts characters, not UTF-16 units.
      const good = typeof value === 'string' && value.length > 0 && [...value].length <= check.max;
      return good && (check.pattern?.test(value) ?? true)
        ? []
        : refuse(`must be a text of 1 to ${check.max} characters`);
    }
    case 'choice':
      return check.of.includes(value as string) ? [] : refuse(`must be one of ${check.of.join(', ')}`);
    case 'integer':
      return Number.isInteger(value) && (value as number) >= check.min && (value as number) <= check.max
        ? []
        : refuse(`must be an integer from ${check.min} to ${check.max}`);
    case 'flag':
      return typeof value === 'boolean' ? [] : refuse('must be true or false');
    case 'object':
      return checkObject(value, check.members, path);
    case 'list':
      return Array.isArray(value) && value.length > 0 && value.length <= check.max
        ? value.flatMap((item, index) => checkObject(item, check.of, `${path}[${index}]`))
        : refuse(`must be a list of 1 to ${check.max}`);
  }
}

/** A query parameter that is one of some words. @throws {Problem} 400 for any other value */
export function queryChoice<Word extends string>(
  event: APIGatewayProxyEvent,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = event.queryStringParameters?.[name];
  if (value === undefined) {
    return undefined;
  }
  const found = words.find((word) => word === value);
  if (found === undefined) {
    throw invalid(name, `must be one of ${words.join(', ')}`);
  }
  return found;
}

/** A query parameter that is an integer from 1. @throws {Problem} 400 for any other value */
export function queryLimit(event: APIGatewayProxyEvent, max: number, fallback: number): number {
  const value = event.queryStringParameters?.limit;
  if (value === undefined) {
    return fallback;
  }
  const limit = /^\d{1,4}$/.test(value) ? Number(value) : 0;
  if (limit < 1 || limit > max) {
    throw invalid('limit', `must be an integer from 1 to ${max}`);
  }
  return limit;
}

/** A query parameter that is a day, not after today (UTC). @throws {Problem} 400 for any other value */
export function queryDay(event: APIGatewayProxyEvent, name: string, now: Date): string | undefined {
  const value = event.queryStringParameters?.[name];
  if (value === undefined) {
    return undefined;
  }
  const time = /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(value) : Number.NaN;
  // A parser may accept 2025-02-30 as a day of March.
  if (Number.isNaN(time) || dayOf(new Date(time)) !== value) {
    throw invalid(name, 'must be a date (YYYY-MM-DD)');
  }
  if (value > dayOf(now)) {
    throw invalid(name, 'must not be after today');
  }
  return value;
}

/** The UTC day of a time, `YYYY-MM-DD`. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The day some days later, or earlier for a negative number. */
export function addDays(day: string, days: number): string {
  return dayOf(new Date(Date.parse(day) + days * 86_400_000));
}
