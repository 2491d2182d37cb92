import { NO_TOKEN_ID } from '../../lib/revocation';
import type { TokenForm } from '../config';
import type { Refusal } from '../reasons';
import { badClaim, type ClaimsCheck, isText, SCOPE } from './claims';
import type { UnverifiedJwt } from './jwt';

type Claims = UnverifiedJwt['payload'];

const OTHER_AUDIENCE: Refusal = { refused: 'audience_mismatch' };
/** Id of a token that has none. */

/**
 * Makes the check of tokens of another form: what shows that it is an access token of the issuer's provider is looked at first,
 * then its claims are given the names and forms of RFC 9068 and checked as any token's. Claims that the form does not name are
 * not passed on.
 */
export function createFormCheck(form: TokenForm, checkClaims: ClaimsCheck): ClaimsCheck {
  const clients = form.clients && new Set<unknown>(form.clients);
  const readScopes = createScopeReader(form);
  const exact = Object.entries(form.exact);
  // Equal headers are the same object, and stay so, which the check of claims relies on to look at each once.
  const typed = new WeakMap<object, UnverifiedJwt['header']>();

  function headerOf(header: UnverifiedJwt['header']): UnverifiedJwt['header'] {
    if (!form.untyped || header.typ !== undefined) {
      return header;
    }
    const found = typed.get(header) ?? { ...header, typ: 'at+jwt' };
    typed.set(header, found);
    return found;
  }

  /** Name of the first claim that an access token of the provider would not have so. */
  function wrongClaim(header: UnverifiedJwt['header'], payload: Claims): string | undefined {
    const { [form.client]: client, [form.id]: id } = payload;
    if ('nonce' in header) {
      // Such a token can be verified by its issuer alone (Microsoft Graph).
      return 'nonce';
    }
    const [another] = exact.find(([name, value]) => payload[name] !== value) ?? [];
    const wrong = another ?? form.refused.find((name) => name in payload);
    if (wrong !== undefined) {
      return wrong;
    }
    if (!isText(client) || clients?.has(client) === false) {
      return form.client;
    }
    return isText(id) || (id === undefined && !form.idRequired) ? undefined : form.id;
  }

  return ({ header, payload }, now) => {
    const wrong = wrongClaim(header, payload);
    if (wrong) {
      return badClaim(wrong);
    }
    const { iss, sub, exp, iat, nbf, cnf, aud, [form.client]: client, [form.id]: id = NO_TOKEN_ID } = payload;
    if (form.clientIsAudience && aud !== undefined) {
      return OTHER_AUDIENCE;
    }
    const scope = readScopes(payload, client as string);
    if (typeof scope !== 'string') {
      return scope;
    }
    const claims = {
      iss,
      aud: form.clientIsAudience ? client : withoutBeside(aud, form.besideAudience),
      sub,
      client_id: client,
      jti: id,
      exp,
      iat,
      nbf,
      cnf,
      scope,
    };
    return checkClaims({ header: headerOf(header), payload: claims }, now);
  };
}

/** Leaves audiences out that may stand beside others; one that stands alone is not beside anything. */
function withoutBeside(aud: unknown, beside: readonly unknown[]): unknown {
  return Array.isArray(aud) && aud.length > 1 ? aud.filter((one) => !beside.includes(one)) : aud;
}

/** Reads the scopes of a token as one text, under the names that they have here. */
function createScopeReader({ scopes, scopeMap, clientScopes }: TokenForm) {
  // Maps, because tokens may have scopes that are called like members of every object.
  const names = scopeMap && new Map(Object.entries(scopeMap));
  const given = clientScopes && new Map(Object.entries(clientScopes));

  return (payload: Claims, client: string): string | Refusal => {
    if (given) {
      return (given.get(client) ?? []).join(' ');
    }
    const { claim, as } = scopes.find((one) => payload[one.claim] !== undefined) ?? {};
    const value = claim === undefined ? '' : payload[claim];
    const list = as === 'list' ? value : typeof value === 'string' && SCOPE.test(value) ? value.split(' ') : undefined;
    if (!Array.isArray(list) || (as === 'list' && !list.every(isScope))) {
      return badClaim(String(claim));
    }
    return list.flatMap((one) => (names ? (names.get(one) ?? []) : one)).join(' ');
  };
}

/** Whether a value is one scope: a list's members have no spaces, by which one would become several. */
function isScope(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes(' ') && SCOPE.test(value);
}
