import { personSubject } from '../../lib/person';
import { LONGEST_DERIVED_SECONDS, SOURCE, sourceOf } from '../../lib/token-source';
import type { TokenEndpointConfig } from '../config';
import type { TokenEndpointPorts } from '../ports';
import type { IssuedToken, Mint } from '../tokens/minting';
import { scopesOf, targetOf } from '../tokens/scopes';

/** What asks for the access token of a person's session. It can only come from whoever holds `lambda:InvokeFunction`. */
export interface SessionTokenEvent {
  readonly action: 'mintSessionToken';
  readonly session: {
    /** Id of the session, by which a revocation of the kind `source` ends its tokens. */
    readonly id: string;
    /** Issuer and subject of the person, as the identity provider names them. */
    readonly issuer: string;
    readonly subject: string;
    /** When the person signed in, epoch seconds. */
    readonly authTime?: number;
    readonly acr?: string;
    readonly amr?: readonly string[];
  };
  /** Exact scopes; each must be declared. */
  readonly scopes: readonly string[];
  /** @default - the platform */
  readonly resource?: string;
  /** @default 300, the most */
  readonly lifetimeSeconds?: number;
}

/** Client of these tokens: whoever keeps the sessions. It has no form of a client's id, so that it is never one. */
export const SESSION_CLIENT = 'session-keeper';

/**
 * Makes access tokens for the sessions of people, by direct invocation. Who invokes says who the person is and what the session may do; that is
 * why nothing of it can come through the gateway.
 *
 * @returns a function that rejects for an event of another form; its message quotes nothing of it
 */
export function createSessionTokens(
  config: TokenEndpointConfig,
  ports: TokenEndpointPorts,
  mint: Mint,
): (event: unknown) => Promise<IssuedToken> {
  return async (event) => {
    const { session, scopes, resource, lifetimeSeconds } = readEvent(event);
    const target = targetOf(resource, config);
    return mint({
      audience: target.audience,
      subject: personSubject(session),
      clientId: SESSION_CLIENT,
      scopes: scopesOf(scopes.join(' '), scopes, config.scopes, target),
      source: sourceOf('session', session.id),
      session: { auth_time: session.authTime, acr: session.acr, amr: session.amr },
      lifetimeSeconds,
      issuedAt: Math.floor(ports.clock() / 1000),
    });
  };
}

type Checked = SessionTokenEvent & { readonly lifetimeSeconds: number };

function readEvent(event: unknown): Checked {
  const { session, scopes, resource, lifetimeSeconds = LONGEST_DERIVED_SECONDS.session } = event as SessionTokenEvent;
  const { id, issuer, subject, authTime, acr, amr } = session ?? {};
  const wrong = Object.entries({
    'session.id': isText(id) && SOURCE.pattern.test(sourceOf('session', id)),
    // The character that joins the two must be in neither.
    'session.issuer': isText(issuer) && !issuer.includes('\0'),
    'session.subject': isText(subject) && !subject.includes('\0'),
    'session.authTime': authTime === undefined || (Number.isInteger(authTime) && authTime >= 0),
    'session.acr': acr === undefined || isText(acr),
    'session.amr': amr === undefined || (Array.isArray(amr) && amr.every(isText)),
    scopes: Array.isArray(scopes) && scopes.length > 0 && scopes.every((one) => isText(one) && !one.includes(' ')),
    resource: resource === undefined || isText(resource),
    lifetimeSeconds:
      Number.isInteger(lifetimeSeconds) && lifetimeSeconds >= 1 && lifetimeSeconds <= LONGEST_DERIVED_SECONDS.session,
  }).find(([, isRight]) => !isRight);
  if (wrong) {
    throw new Error(`session token refused: ${wrong[0]} is missing or has another form`);
  }
  return { ...(event as SessionTokenEvent), lifetimeSeconds };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
