import type { Attributes } from '../reader/attributes';
import type { NotJudged, Resource, Stack } from '../reader/stack';
import { show, type Value } from '../three-valued';
import { OAUTH_SCOPE } from './scope-grammar';
import { ownersOf } from './table-owners';
import type { Api, DeclaredRule } from './types';

/** A table of access rules that was read. */
interface Table {
  readonly resource: Resource;
  readonly rules: ReadonlyMap<string, DeclaredRule>;
  readonly apis: readonly Api[];
}

/** The declared access rules of the APIs of a stack. */
export class AccessRules {
  private readonly tables: Table[] = [];
  /** Cause for which an API may have rules that cannot be read. */
  private readonly unreadable = new Map<Api, string>();
  private readonly used = new Map<Api, Set<string>>();
  readonly notJudged: NotJudged[] = [];

  /**
   * Reads the tables of access rules: `terraform_data` resources whose input is `{ api, routes: { "GET /path": rule } }`;
   * {@link ownersOf} tells for which API.
   */
  constructor(
    private readonly stack: Stack,
    apis: readonly Api[],
  ) {
    const found: { resource: Resource; id: Value<string> }[] = [];
    for (const resource of stack.ofType('terraform_data')) {
      const input = resource.attributes.object('input');
      if (input.whollyUnknown) {
        this.addUnreadable(resource, apis);
      } else if (input.names().includes('api') && input.names().includes('routes')) {
        found.push({ resource, id: input.string('api') });
      }
    }
    for (const { resource, apis: owners, byId } of ownersOf(found, apis)) {
      this.addTable(resource, owners, byId);
    }
  }

  /** The rule that an API declares for a route. */
  of(api: Api, method: string, path: string): DeclaredRule {
    if (api.kind === 'unknown' && this.tables.length > 0) {
      return { kind: 'unknown', cause: 'its API is not known, by which its access rule is found' };
    }
    const key = `${method} ${path}`;
    this.used.set(api, (this.used.get(api) ?? new Set()).add(key));
    const tables = this.tables.filter(({ apis }) => apis.includes(api));
    const cause = this.unreadable.get(api);
    return (
      ruleIn(tables, key) ??
      (cause === undefined ? { kind: 'none', listed: tables.length > 0 } : { kind: 'unknown', cause })
    );
  }

  /** True when the API has a table, readable or not. */
  has(api: Api): boolean {
    return (
      this.tables.some(({ apis }) => apis.includes(api)) ||
      this.unreadable.has(api) ||
      (api.kind === 'unknown' && this.tables.length > 0)
    );
  }

  /** Reports rules that no method of their API carries; to be called when all routes were asked for. */
  reportUnused(): void {
    for (const { resource, rules, apis } of this.tables) {
      for (const [key, rule] of rules) {
        if (!apis.some((api) => this.used.get(api)?.has(key) === true)) {
          const shown = 'sensitive' in rule && rule.sensitive ? 'a sensitive route' : key;
          const [only] = apis;
          const subject = apis.length === 1 && only !== undefined ? only.address : resource.address;
          this.note(subject, `its access rules list ${shown}, which the API does not have`);
        }
      }
    }
  }

  private addTable(resource: Resource, apis: readonly Api[], byId: boolean): void {
    const input = resource.attributes.object('input');
    const routes = input.object('routes');
    if (apis.length === 0 || (!byId && apis.length > 1)) {
      this.note(
        resource.address,
        `which API of the stack its access rules are for is not known (api ${show(input.string('api'))})`,
      );
      for (const api of apis) {
        this.unreadable.set(api, `its access rule may be in ${resource.address}, which fits several APIs by its name`);
      }
    } else if (routes.whollyUnknown) {
      for (const api of apis) {
        this.unreadable.set(api, `the access rules in ${resource.address} are not known`);
      }
    } else {
      const rules = new Map(routes.names().map((key) => [key, readRule(routes.object(key))]));
      this.tables.push({ resource, rules, apis });
    }
  }

  /** The input may be a table: of whichever API, since not even that is known. */
  private addUnreadable(resource: Resource, apis: readonly Api[]): void {
    if (resource.attributes.configured('input')) {
      for (const api of apis) {
        this.unreadable.set(api, `the input of ${resource.address}, which may hold its access rule, is not known`);
      }
    }
  }

  private note(subject: string, reason: string): void {
    this.notJudged.push({ stack: this.stack.name, subject, reason });
  }
}

/** The rule of a route in the tables of its API; undefined where none of them lists it. */
function ruleIn(tables: readonly Table[], key: string): DeclaredRule | undefined {
  const [first, ...others] = tables.flatMap(({ rules }) => rules.get(key) ?? []);
  if (first === undefined) {
    return undefined;
  }
  // Several gateways have the id of these tables, and the plan does not tell which table is whose.
  const isShared = tables.some(({ apis }) => apis.length > 1);
  if (!isShared) {
    return others.length === 0 ? first : { kind: 'invalid', reason: 'two tables declare an access rule for it' };
  }
  if (others.some((rule) => JSON.stringify(rule) !== JSON.stringify(first))) {
    return { kind: 'unknown', cause: 'tables of access rules of the same API id say different things about it' };
  }
  return 'reason' in first && others.length + 1 < tables.length
    ? { kind: 'unknown', cause: `not every table of access rules of this API id declares it ${first.kind}` }
    : first;
}

/** Reads an entry of a table of access rules. */
export function readRule(rule: Attributes): DeclaredRule {
  const kind = rule.string('kind');
  if (kind.kind !== 'known') {
    return kind.kind === 'absent'
      ? { kind: 'invalid', reason: 'its access rule has no kind' }
      : { kind: 'unknown', cause: `the kind of its access rule is ${kind.cause}` };
  }
  switch (kind.value) {
    case 'iam':
      return { kind: 'iam' };
    case 'authenticated':
    case 'public': {
      const reason = rule.string('reason');
      return reason.kind === 'unknown'
        ? { kind: 'unknown', cause: `the reason for which it is ${kind.value} is ${reason.cause}` }
        : reasonedRule(
            kind.value,
            reason.kind === 'known' ? reason.value : '',
            reason.kind === 'known' && reason.sensitive,
          );
    }
    case 'scopes': {
      const anyOf = rule.value('anyOf');
      if (anyOf.kind === 'unknown') {
        return { kind: 'unknown', cause: `the scopes of its access rule are ${anyOf.cause}` };
      }
      return scopesRule(anyOf.kind === 'known' ? anyOf.value : undefined, anyOf.kind === 'known' && anyOf.sensitive);
    }
    default:
      return {
        kind: 'invalid',
        reason: 'its access rule is of an unknown kind, allowed are scopes, authenticated, public and iam',
      };
  }
}

/** A route that is open to everybody, or to every valid credential, needs a written reason. */
export function reasonedRule(kind: 'authenticated' | 'public', reason: string, sensitive = false): DeclaredRule {
  return reason.trim() === ''
    ? { kind: 'invalid', reason: `it is declared ${kind} without a written reason` }
    : { kind, reason: reason.trim(), sensitive };
}

/** Alternatives of scopes; an empty alternative would admit every token. */
export function scopesRule(anyOf: unknown, sensitive = false): DeclaredRule {
  const isScopes = (value: unknown): value is string[] =>
    Array.isArray(value) && value.length > 0 && value.every((scope) => typeof scope === 'string' && scope !== '');
  if (!Array.isArray(anyOf) || anyOf.length === 0 || !anyOf.every(isScopes)) {
    return { kind: 'invalid', reason: 'its access rule has no scopes, or an alternative without scopes' };
  }
  if (anyOf.flat().some((scope) => !OAUTH_SCOPE.test(scope))) {
    return { kind: 'invalid', reason: 'its access rule has a scope that no token can hold (RFC 6749, 3.3)' };
  }
  return { kind: 'scopes', anyOf, sensitive };
}
