import type { PortalBffConfig } from '../config';
import { type BffAnswer, textAnswer } from '../http/answer';
import type { BffRequest } from '../http/event';
import type { PortalBffPorts } from '../ports';
import { ProblemError, unavailable } from '../problem';
import type { OpenSession } from '../session/sessions';
import { createRouteTable } from './route-table';
import type { TokenFor } from './session-tokens';

/** Headers of a page that an API gets. */
const REQUEST_HEADERS = ['accept', 'content-type', 'if-match', 'if-none-match', 'idempotency-key'];
/** Headers of an API that a page gets: none that sets a cookie, leads elsewhere or asks for a credential. */
const ANSWER_HEADERS = ['etag', 'retry-after', 'x-request-id'];
/** What an API may answer with; a browser shows nothing of it as a page. */
const ANSWER_TYPE = /^application\/([a-z.+-]+\+)?json\s*(;|$)/i;

/**
 * Passes requests of pages to the APIs of the platform, with the access token of the session, which the page never sees.
 *
 * @returns a function that rejects with a {@link ProblemError} when the table does not hold the request, the person has to sign in again, or
 * the API gives no usable answer
 */
export function createProxy(
  config: PortalBffConfig,
  { clock, send }: Pick<PortalBffPorts, 'clock' | 'send'>,
  tokenFor: TokenFor,
): (request: BffRequest, session: OpenSession) => Promise<BffAnswer> {
  const match = createRouteTable(config);

  return async (request, { record }) => {
    const { route, url } = match(request);
    const { authTime = 0 } = record;
    if (route.stepUp && clock() / 1000 > authTime + config.stepUpSeconds) {
      throw new ProblemError('step-up-required', 'the person has to sign in again for this');
    }
    const body = request.body();
    const token = await tokenFor(record, route.scopes);
    const headers = Object.fromEntries(
      REQUEST_HEADERS.flatMap((name) => {
        const value = request.header(name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
    const answer = await send({
      method: route.method,
      url,
      headers: { ...headers, authorization: `Bearer ${token}` },
      ...(body === '' ? {} : { body }),
    }).catch((cause: unknown) => {
      throw unavailable(`the API ${route.api}`, cause);
    });
    return answerOf(answer, route.api);
  };
}

function answerOf(answer: Awaited<ReturnType<PortalBffPorts['send']>>, api: string): BffAnswer {
  const { status, body } = answer;
  const type = answer.headers['content-type'];
  if (status < 200 || (status >= 300 && status < 400 && status !== 304)) {
    throw new ProblemError('bad-answer', `the API ${api} leads elsewhere`);
  }
  if (status === 401) {
    // The page would take it for the end of the session.
    throw new ProblemError('bad-answer', `the API ${api} does not accept the access token of the session`);
  }
  if (body !== '' && (type === undefined || !ANSWER_TYPE.test(type))) {
    throw new ProblemError('bad-answer', `the API ${api} answered with something else than JSON`);
  }
  const headers = Object.fromEntries(
    ANSWER_HEADERS.flatMap((name) => {
      const value = answer.headers[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return textAnswer(body, body === '' ? undefined : type, { status, headers });
}
