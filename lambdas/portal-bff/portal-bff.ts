import { PORTAL_PATHS, type PortalBffConfig } from './config';
import { type BffDecision, bffDecisionLog } from './decision-log';
import { isReading, refuseForeign, refuseWithoutCsrf } from './guard';
import { type BffAnswer, jsonAnswer, problemAnswer } from './http/answer';
import { cookieOf, dropCookie } from './http/cookies';
import { type BffEvent, type BffRequest, requestOf } from './http/event';
import type { PortalBffPorts } from './ports';
import { asProblem, ProblemError, unavailable } from './problem';
import { createProxy } from './proxy/proxy';
import { createSessionTokenSource } from './proxy/session-tokens';
import { createLiveness } from './session/liveness';
import { type OpenSession, Sessions } from './session/sessions';
import { createLogout } from './sign-in/logout';
import { providerOfCallback, SignIn, type SignInNote } from './sign-in/sign-in';

/** Handles proxy events of a REST API. */
export type PortalBff = (event: unknown) => Promise<BffAnswer>;

type Handler = (request: BffRequest, session: OpenSession, note: SignInNote) => Promise<BffAnswer>;

interface Route {
  readonly kind: BffDecision['kind'];
  readonly methods: readonly string[];
  readonly handle: Handler;
}

/** Id of a session behind the path of the sessions. */
const SESSION_ID = /^\/[0-9A-Za-z]{16}$/;

/**
 * Makes the backend of the portal's pages ("backend for frontend", RFC 10017): it signs people in, keeps their sessions, and passes what its table
 * holds to the APIs of the platform with a token that no browser sees. It is pure: clock, table, providers, APIs and log are ports.
 *
 * It always answers: 503 when something is out of reach, 500 for a mistake of the function, and never without a session where one is needed.
 */
export function createPortalBff(config: PortalBffConfig, ports: PortalBffPorts): PortalBff {
  const sessions = new Sessions(config, ports);
  const signIn = new SignIn(config, ports, sessions);
  const isAlive = createLiveness(sessions, ports);
  const proxy = createProxy(config, ports, createSessionTokenSource(ports));
  const logout = createLogout(config, ports, sessions);
  const log = bffDecisionLog(ports.log, config);

  /** The session of a request, noted as used. */
  async function sessionOf(request: BffRequest): Promise<OpenSession> {
    const cookie = cookieOf(request, 'session');
    const found = cookie === undefined ? undefined : await sessions.find(cookie).catch(tableOutOfReach);
    if (!found || !(await isAlive(found))) {
      throw new ProblemError('signed-out', 'there is no session, or it has ended', {
        ...(cookie === undefined ? {} : { headers: { 'set-cookie': dropCookie('session') } }),
      });
    }
    await sessions.touch(found);
    return found;
  }

  function show({ record, csrf }: OpenSession): BffAnswer {
    const { id, memberId, name, email, provider, scopes, authTime, startedAt, endsAt } = record;
    const { environment, idleSeconds, stepUpSeconds } = config;
    return jsonAnswer({
      person: { memberId, name, email, provider, scopes },
      session: { id, authTime, startedAt, endsAt, idleSeconds, stepUpSeconds },
      environment,
      csrf,
      now: Math.floor(ports.clock() / 1000),
    });
  }

  async function endOthers(_: BffRequest, { record }: OpenSession): Promise<BffAnswer> {
    return jsonAnswer({ ended: await sessions.end(record.memberId, (id) => id !== record.id) });
  }

  async function endOne(request: BffRequest, { record }: OpenSession): Promise<BffAnswer> {
    const wanted = request.path.slice(PORTAL_PATHS.sessions.length + 1);
    const ended = await sessions.end(record.memberId, (id) => id === wanted);
    if (ended.length === 0) {
      throw new ProblemError('not-found', 'the person has no session with this id');
    }
    return jsonAnswer({ ended });
  }

  /** To end sessions elsewhere, the person must have signed in a moment ago (ASVS 5.0, 7.5.2). */
  function afterStepUp(handle: Handler): Handler {
    return (request, session, note) => {
      if (ports.clock() / 1000 > (session.record.authTime ?? 0) + config.stepUpSeconds) {
        throw new ProblemError('step-up-required', 'the person has to sign in again for this');
      }
      return handle(request, session, note);
    };
  }

  /** What pages ask for by script. */
  function pageRouteOf({ path }: BffRequest): Route | undefined {
    switch (path) {
      case PORTAL_PATHS.session:
        return { kind: 'session', methods: ['GET'], handle: async (_, session) => show(session) };
      case PORTAL_PATHS.logout:
        return { kind: 'logout', methods: ['POST'], handle: (_, session) => logout(session) };
      case PORTAL_PATHS.sessions:
        return {
          kind: 'sessions',
          methods: ['GET', 'DELETE'],
          handle: async (request, session, note) =>
            isReading(request.method)
              ? jsonAnswer({ sessions: await sessions.shown(session) })
              : afterStepUp(endOthers)(request, session, note),
        };
      default:
    }
    if (path.startsWith(`${PORTAL_PATHS.api}/`)) {
      return { kind: 'api', methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], handle: proxy };
    }
    const isSession =
      path.startsWith(PORTAL_PATHS.sessions) && SESSION_ID.test(path.slice(PORTAL_PATHS.sessions.length));
    return isSession ? { kind: 'sessions', methods: ['DELETE'], handle: afterStepUp(endOne) } : undefined;
  }

  async function answerPage(request: BffRequest, note: SignInNote, route: Route): Promise<BffAnswer> {
    refuseForeign(request, config.origin);
    refuseMethod(request, route.methods);
    const session = await sessionOf(request);
    note.session = session.record.id;
    refuseWithoutCsrf(request, session.csrf);
    return route.handle(request, session, note);
  }

  /** What browsers navigate to. The header of pages cannot be set there; what acts is bound to a cookie and to a sign-in of its own. */
  async function answerNavigation(
    request: BffRequest,
    note: SignInNote,
    kind: BffDecision['kind'],
    provider = '',
  ): Promise<BffAnswer> {
    refuseMethod(request, ['GET']);
    if (kind === 'login') {
      return signIn.begin(request, note);
    }
    return kind === 'callback'
      ? signIn.end(request, provider, note)
      : signIn.stepUp(request, await sessionOf(request), note);
  }

  async function answer(
    request: BffRequest,
    note: SignInNote,
  ): Promise<Pick<BffDecision, 'kind' | 'problem'> & { answer: BffAnswer }> {
    const provider = providerOfCallback(request.path, config.providers);
    const navigation =
      request.path === PORTAL_PATHS.login
        ? 'login'
        : request.path === PORTAL_PATHS.stepUp
          ? 'step-up'
          : provider === undefined
            ? undefined
            : 'callback';
    const route = navigation === undefined ? pageRouteOf(request) : undefined;
    const kind = navigation ?? route?.kind ?? 'none';
    try {
      if (!navigation && !route) {
        throw new ProblemError('not-found', 'there is nothing at this address');
      }
      return {
        kind,
        answer: route ? await answerPage(request, note, route) : await answerNavigation(request, note, kind, provider),
      };
    } catch (error) {
      const problem = asProblem(error);
      return { kind, problem, answer: problemAnswer(problem, request.requestId) };
    }
  }

  return async (event) => {
    if (!isProxyEvent(event)) {
      throw new Error('unsupported event');
    }
    const startedAt = ports.clock();
    const request = requestOf(event);
    const note: SignInNote = {};
    const { kind, problem, answer: given } = await answer(request, note);
    const latencyMs = ports.clock() - startedAt;
    log({ kind, requestId: request.requestId, status: given.statusCode, note, problem, latencyMs });
    return given;
  };
}

function refuseMethod({ method }: BffRequest, methods: readonly string[]): void {
  if (!methods.includes(method)) {
    const allow = methods.join(', ');
    throw new ProblemError('method-not-allowed', `the address knows ${allow}`, { headers: { allow } });
  }
}

function tableOutOfReach(cause: unknown): never {
  throw unavailable('the store of sessions', cause);
}

function isProxyEvent(event: unknown): event is BffEvent {
  return typeof event === 'object' && event !== null && 'httpMethod' in event && 'requestContext' in event;
}
