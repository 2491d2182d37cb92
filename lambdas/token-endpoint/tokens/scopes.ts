import { isLiteralScope, TOKEN_SERVICE_SCOPES } from '../../lib/platform-scopes';
import { scopeMatches } from '../../lib/scopes';
import { isResource, type TokenEndpointConfig } from '../config';
import { OAuthError } from '../oauth-error';

/** What a token is for: the value of its `aud`, and the scopes that make sense there. */
export interface Target {
  readonly audience: string;
  /** @default - every scope of the platform */
  readonly scopes?: readonly string[] | undefined;
}

const { read, trail, ...changing } = TOKEN_SERVICE_SCOPES;
/** Scopes of the platform's own operations that change something. */
const CHANGING: ReadonlySet<string> = new Set(Object.values(changing));

/** Scope tokens separated by single spaces (RFC 6749, 3.3). */
const SCOPE = /^[!#-[\]-~]+( [!#-[\]-~]+)*$/;

/**
 * What a token is asked for (RFC 8707, 2): a known resource, or without one the platform.
 *
 * @param allowed resources that the client may ask for. @default - any of the platform
 * @throws {OAuthError} when it is no known resource, or not one of the client's
 */
export function targetOf(
  resource: string | undefined,
  { audience, resources }: TokenEndpointConfig,
  allowed?: readonly string[],
): Target {
  // A client that is bound to one resource asks for it without saying so.
  const wanted = resource ?? (allowed?.length === 1 ? allowed[0] : undefined);
  if (wanted === undefined) {
    if (allowed !== undefined) {
      throw new OAuthError('invalid_target', 'the client has to name one of its resources');
    }
    return { audience, scopes: Object.hasOwn(resources, audience) ? resources[audience]?.scopes : undefined };
  }
  if (!isResource(wanted)) {
    throw new OAuthError('invalid_target', 'the resource is no absolute URI without a fragment');
  }
  const isKnown = wanted === audience || Object.hasOwn(resources, wanted);
  if (!isKnown || allowed?.includes(wanted) === false) {
    throw new OAuthError('invalid_target', 'the resource is not one that tokens may be asked for');
  }
  return { audience: wanted, scopes: Object.hasOwn(resources, wanted) ? resources[wanted]?.scopes : undefined };
}

/**
 * The scopes of a new access token, each by its exact name: those that are asked for, all of which must be granted, else everything granted
 * that the target knows. A wildcard that is granted stands for the scopes that the platform declares, as it does in the authorizer, and is never
 * in an access token itself.
 *
 * @param options.changing whether the platform's own scopes may be among them by which its tokens and teams are changed
 * @throws {OAuthError} when more is asked for than is granted, or nothing is left
 */
export function scopesOf(
  requested: string | undefined,
  granted: readonly string[],
  declared: readonly string[],
  { scopes: known }: Target,
  { changing = true }: { readonly changing?: boolean } = {},
): readonly string[] {
  const mayHave = (scope: string) =>
    isExact(scope) &&
    (changing || !CHANGING.has(scope)) &&
    isGranted(scope, granted) &&
    declared.some((one) => one === scope || (!isLiteralScope(scope) && scopeMatches(one, scope))) &&
    known?.includes(scope) !== false;
  if (requested !== undefined && !SCOPE.test(requested)) {
    throw new OAuthError('invalid_scope', 'the scope is malformed');
  }
  const wanted = requested?.split(' ') ?? [...granted, ...declared].filter(mayHave);
  if (!wanted.every(mayHave)) {
    throw new OAuthError('invalid_scope', 'a scope is asked for that is unknown, or not granted');
  }
  const scopes = [...new Set(wanted)].sort();
  if (scopes.length === 0) {
    throw new OAuthError('invalid_scope', 'nothing is granted that the resource knows');
  }
  return scopes;
}

/** Whether a scope is granted; what reaches beyond a token is granted by its own name only. */
function isGranted(scope: string, granted: readonly string[]): boolean {
  return isLiteralScope(scope) ? granted.includes(scope) : granted.some((one) => scopeMatches(one, scope));
}

function isExact(scope: string): boolean {
  return scope !== '*' && !scope.endsWith(':*');
}
