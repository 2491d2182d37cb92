import { timingSafeEqual } from 'node:crypto';
import type { BffRequest } from './http/event';
import { ProblemError } from './problem';

/** Header without which no request is answered: no form and no link of another page can set it (RFC 10017, 6.1.3.3). */
export const PAGE_HEADER = 'x-gatehouse';
/** Header with the value of the session that changes repeat. */
export const CSRF_HEADER = 'x-gatehouse-csrf';

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Whether a method changes nothing (RFC 9110, 9.2.1). */
export function isReading(method: string): boolean {
  return READING.has(method);
}

/**
 * Refuses a request that does not come from a page of the portal. `SameSite` alone would not do: a browser sends the cookie also with the request
 * of another port or another name of the same domain.
 *
 * @throws {ProblemError} `request-refused`
 */
export function refuseForeign(request: BffRequest, origin: string): void {
  const site = request.header('sec-fetch-site');
  if (request.header(PAGE_HEADER) !== '1') {
    throw refused(`the header ${PAGE_HEADER} is missing`);
  }
  if (site !== undefined && site !== 'same-origin') {
    throw refused('the browser says that a page of another origin sent it');
  }
  if (isReading(request.method)) {
    return;
  }
  if (site === undefined || request.header('origin') !== origin) {
    throw refused('the browser does not say that a page of the portal sent it');
  }
  if (!/^application\/json(\s*;\s*charset="?utf-8"?)?$/i.test(request.header('content-type') ?? '')) {
    throw refused('the content type is another one than application/json');
  }
}

/**
 * Refuses a change that does not repeat the value of its session.
 *
 * @throws {ProblemError} `request-refused`
 */
export function refuseWithoutCsrf(request: BffRequest, csrf: string): void {
  const [sent, expected] = [Buffer.from(request.header(CSRF_HEADER) ?? ''), Buffer.from(csrf)];
  if (!isReading(request.method) && !(sent.length === expected.length && timingSafeEqual(sent, expected))) {
    throw refused(`the header ${CSRF_HEADER} is missing, or is that of another session`);
  }
}

function refused(detail: string): ProblemError {
  return new ProblemError('request-refused', detail);
}
