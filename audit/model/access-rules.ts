import type { Attributes } from '../reader/attributes';
import type { NotJudged, Resource, Stack } from '../reader/stack';
import { is, show } from '../three-valued';
import type { Api, DeclaredRule } from './types';

/** The declared access rules of the APIs of a stack. */
export class AccessRules {
  private readonly tables = new Map<Api, Map<string, DeclaredRule>>();
  /** Cause for which an API may have rules that cannot be read. */
  private readonly unreadable = new Map<Api, string>();
  private readonly used = new Map<Api, Set<string>>();
  readonly notJudged: NotJudged[] = [];

  /**
   * Reads the tables of access rules: `terraform_data` resources whose input is `{ api, routes: { "GET /path": rule } }`. A table
   * belongs to the API whose stage has the variable `gatehouseApi` with the table's `api`, else to the only API of the stack,
   * else to the one API whose name is `<api>` or ends in `-<api>`.
   */
  constructor(
    private readonly stack: Stack,
    apis: readonly Api[],
  ) {
    for (const resource of stack.ofType('terraform_data')) {
      const input = resource.attributes.object('input');
      if (input.whollyUnknown) {
        this.addUnreadable(resource, apis);
      } else if (input.names().includes('api') && input.names().includes('routes')) {
        this.addTable(resource, input, apis);
      }
    }
  }

  /** The rule that an API declares for a route. */
  of(api: Api, method: string, path: string): DeclaredRule {
    if (api.kind === 'unknown' && this.tables.size > 0) {
      return { kind: 'unknown', cause: 'its API is not known, by which its access rule is found' };
    }
    const key = `${method} ${path}`;
    this.used.get(api)?.add(key);
    const table = this.tables.get(api);
    const cause = this.unreadable.get(api);
    return (
      table?.get(key) ??
      (cause === undefined ? { kind: 'none', listed: table !== undefined } : { kind: 'unknown', cause })
    );
  }

  /** True when the API has a table, readable or not. */
  has(api: Api): boolean {
    return this.tables.has(api) || this.unreadable.has(api) || (api.kind === 'unknown' && this.tables.size > 0);
  }

  /** Reports rules that no method of their API carries; to be called when all routes were asked for. */
  reportUnused(): void {
    for (const [api, table] of this.tables) {
      for (const key of table.keys()) {
        if (!this.used.get(api)?.has(key)) {
          this.note(api.address, `its access rules list ${this.shown(table, key)}, which is no method of the API`);
        }
      }
    }
  }

  private shown(table: ReadonlyMap<string, DeclaredRule>, key: string): string {
    const rule = table.get(key);
    return rule !== undefined && 'sensitive' in rule && rule.sensitive ? 'a sensitive route' : key;
  }

  private addTable(resource: Resource, input: Attributes, apis: readonly Api[]): void {
    const name = input.string('api');
    const api = name.kind === 'known' ? apiNamed(name.value, apis) : apis.length === 1 ? apis[0] : undefined;
    if (api === undefined) {
      this.note(resource.address, `no API of the stack could be found for its access rules (api ${show(name)})`);
      return;
    }
    const routes = input.object('routes');
    if (routes.whollyUnknown) {
      this.unreadable.set(api, `the access rules in ${resource.address} are not known`);
      return;
    }
    const table = this.tables.get(api) ?? new Map<string, DeclaredRule>();
    for (const key of routes.names()) {
      const duplicate = table.has(key);
      table.set(
        key,
        duplicate
          ? { kind: 'invalid', reason: 'two tables declare an access rule for it' }
          : readRule(routes.object(key)),
      );
    }
    this.tables.set(api, table);
    this.used.set(api, this.used.get(api) ?? new Set());
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

function apiNamed(name: string, apis: readonly Api[]): Api | undefined {
  const byVariable = apis.filter((api) => api.stages.some((stage) => is(stage.apiVariable, name)));
  if (byVariable.length > 0) {
    return byVariable.length === 1 ? byVariable[0] : undefined;
  }
  if (apis.length === 1) {
    return apis[0];
  }
  const byName = apis.filter(
    (api) => api.name.kind === 'known' && (api.name.value === name || api.name.value.endsWith(`-${name}`)),
  );
  return byName.length === 1 ? byName[0] : undefined;
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
    case 'public': {
      const reason = rule.string('reason');
      return reason.kind === 'unknown'
        ? { kind: 'unknown', cause: `the reason for which it is public is ${reason.cause}` }
        : publicRule(reason.kind === 'known' ? reason.value : '', reason.kind === 'known' && reason.sensitive);
    }
    case 'scopes': {
      const anyOf = rule.value('anyOf');
      if (anyOf.kind === 'unknown') {
        return { kind: 'unknown', cause: `the scopes of its access rule are ${anyOf.cause}` };
      }
      return scopesRule(anyOf.kind === 'known' ? anyOf.value : undefined, anyOf.kind === 'known' && anyOf.sensitive);
    }
    default:
      return { kind: 'invalid', reason: 'its access rule is of an unknown kind, allowed are scopes, public and iam' };
  }
}

/** A public route needs a written reason. */
export function publicRule(reason: string, sensitive = false): DeclaredRule {
  return reason.trim() === ''
    ? { kind: 'invalid', reason: 'it is declared public without a written reason' }
    : { kind: 'public', reason: reason.trim(), sensitive };
}

/** Alternatives of scopes; an empty alternative would admit every token. */
export function scopesRule(anyOf: unknown, sensitive = false): DeclaredRule {
  const isScopes = (value: unknown): value is string[] =>
    Array.isArray(value) && value.length > 0 && value.every((scope) => typeof scope === 'string' && scope !== '');
  if (!Array.isArray(anyOf) || anyOf.length === 0 || !anyOf.every(isScopes)) {
    return { kind: 'invalid', reason: 'its access rule has no scopes, or an alternative without scopes' };
  }
  return { kind: 'scopes', anyOf, sensitive };
}
