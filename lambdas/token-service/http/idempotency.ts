import { createHash } from 'node:crypto';
import type { Context, Next } from 'hono';
import { apiTokenPattern } from '../../lib/api-token';
import type { Log } from '../../lib/log';
import { type KeptAnswer, type Repeatable, type Requests, requestKey } from '../domain/idempotency/requests';
import { invalidRequest, ProblemError } from './problems';
import { IDEMPOTENCY_KEY } from './repeatable';
import type { Environment, Route } from './route';

const REPLAYED = 'idempotent-replayed';

/** Headers of an answer that a repeated request gets, too. */
const KEPT_HEADERS = ['content-type', 'etag', 'location'];

/** Longest answer that is kept, in characters: an item of DynamoDB holds 400 kB. */
const LONGEST_KEPT = 100_000;

const JSON_MEDIA_TYPE = /^application\/json\b/;
const TOKEN = new RegExp(apiTokenPattern());

/**
 * Does a request once, however often it comes with its key. Answers of success are kept, without the token that they show; what was refused or
 * failed may be repeated, and is judged again.
 *
 * @throws {ProblemError} for a malformed key, the key of another request, and a request that is still running
 */
export async function once(
  context: Context<Environment>,
  next: Next,
  { route, requests, log }: { readonly route: Route; readonly requests: Requests; readonly log: Log },
): Promise<Response | undefined> {
  const key = context.req.header(IDEMPOTENCY_KEY);
  if (key === undefined) {
    await next();
    return undefined;
  }
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    const detail = `${IDEMPOTENCY_KEY} has ${key.length} characters, expected 1 to 255 of ASCII without spaces`;
    throw invalidRequest([{ parameter: IDEMPOTENCY_KEY, detail }]);
  }
  const item = requestKey(context.env.caller.principal, `${route.method} ${route.path}`, key);
  const begun = await requests.begin(item, await fingerprintOf(context));
  switch (begun.is) {
    case 'another':
      throw new ProblemError(
        'idempotency-key-reused',
        'another request came with this Idempotency-Key within the last day, expected a key of its own for each request',
      );
    case 'running':
      throw new ProblemError(
        'request-running',
        'a request with this Idempotency-Key is still running; repeat it later',
        [],
        { 'retry-after': String(begun.seconds) },
      );
    case 'done':
      return replayed(begun.answer);
  }
  Object.assign(context.env, { repeatable: begun.request });
  await next();
  await keep(context, begun, requests, log);
  return undefined;
}

async function keep(
  context: Context<Environment>,
  { request, version }: { readonly request: Repeatable; readonly version: number },
  requests: Requests,
  log: Log,
): Promise<void> {
  const answer = context.res.ok ? await keptAnswer(context.res.clone()) : undefined;
  try {
    await (answer === undefined
      ? requests.release(request.key, version)
      : requests.finish(request.key, version, answer));
  } catch (error) {
    // What was asked for is done or refused, whatever becomes of the key: a repeat finds it.
    const errorName = error instanceof Error ? error.name : 'Error';
    log({ level: 'warn', evt: 'token-service.key_not_kept', fields: { errorName, requestId: context.env.requestId } });
  }
  if (request.wasDone && context.res.ok) {
    context.res.headers.set(REPLAYED, 'true');
  }
}

function replayed({ status, headers, body }: KeptAnswer): Response {
  const isEmpty = status === 204;
  return new Response(isEmpty ? null : body, { status, headers: { ...headers, [REPLAYED]: 'true' } });
}

/** What is kept of an answer; `undefined` when it cannot be kept whole. */
async function keptAnswer(response: Response): Promise<KeptAnswer | undefined> {
  const text = await response.text();
  const headers: Record<string, string> = {};
  for (const name of KEPT_HEADERS) {
    const value = response.headers.get(name);
    if (value !== null) {
      headers[name] = value;
    }
  }
  const isKept = text === '' || JSON_MEDIA_TYPE.test(headers['content-type'] ?? '');
  const body = isKept && text !== '' ? JSON.stringify(withoutTokens(JSON.parse(text))) : '';
  return isKept && body.length <= LONGEST_KEPT ? { status: response.status, headers, body } : undefined;
}

/** A JSON value without the members that are tokens. */
function withoutTokens(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutTokens);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => typeof member !== 'string' || !TOKEN.test(member))
      .map(([name, member]) => [name, withoutTokens(member)]),
  );
}

/** Hash of everything that a request asks for. */
async function fingerprintOf({ req }: Context<Environment>): Promise<string> {
  const { pathname, searchParams } = new URL(req.url);
  searchParams.sort();
  const parts = [req.method, pathname, searchParams.toString(), req.header('if-match') ?? '', await req.text()];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
