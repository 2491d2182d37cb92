import type { Resource } from '../reader/stack';
import { is, show, type Value } from '../three-valued';
import type { Api } from './types';

/** A table of access rules, and the id of the API that it says it is for. */
interface TableId {
  readonly resource: Resource;
  readonly id: Value<string>;
}

/** A table of access rules of a stack, and the APIs that it may be for. */
export interface OwnedTable {
  readonly resource: Resource;
  /** None: no API of the stack fits. Several: the plan does not tell which of them, or it is for all of them. */
  readonly apis: readonly Api[];
  /** Whether the APIs have the id of the table; false where they only have a name that fits. */
  readonly byId: boolean;
}

/**
 * Finds the APIs that tables of access rules are for. A table is for the APIs whose stages have its id as the variable
 * `gatehouseApi`; else for the only API of the stack; else for the API whose name is the id or ends in `-<id>`. Where several
 * gateways have one id and there are several tables of it, each gateway has the nearest tables: those in the same
 * module, in the same construct.
 */
export function ownersOf(tables: readonly TableId[], apis: readonly Api[]): OwnedTable[] {
  return tables.map((table): OwnedTable => {
    const { resource, id } = table;
    const named = apisOf(table, apis);
    if (named.length > 0) {
      const same = tables.filter((other) => show(other.id) === show(id)).map((other) => other.resource);
      const near = named.filter((api) => nearest(api, same).includes(resource));
      return { resource, byId: true, apis: named.length === 1 || near.length === 0 ? named : near };
    }
    if (apis.length === 1) {
      return { resource, byId: true, apis };
    }
    return { resource, byId: false, apis: id.kind === 'known' ? apis.filter((api) => hasName(api, id.value)) : [] };
  });
}

function apisOf({ id }: TableId, apis: readonly Api[]): readonly Api[] {
  return id.kind === 'known' ? apis.filter((api) => api.stages.some((stage) => is(stage.apiVariable, id.value))) : [];
}

function hasName({ name }: Api, id: string): boolean {
  return name.kind === 'known' && (name.value === id || name.value.endsWith(`-${id}`));
}

/** The tables nearest to an API; all of them where they are equally near. */
function nearest(api: Api, tables: readonly Resource[]): readonly Resource[] {
  const own = api.resource;
  if (own === undefined) {
    return tables;
  }
  const distances = tables.map((table) => [commonModules(own, table), commonConstructs(own, table)] as const);
  const best = [...distances].sort(([m1, c1], [m2, c2]) => m2 - m1 || c2 - c1)[0];
  return tables.filter((_, index) => distances[index]?.[0] === best?.[0] && distances[index]?.[1] === best?.[1]);
}

function commonModules(one: Resource, other: Resource): number {
  const steps = ({ module }: Resource) => module.steps.map((step) => JSON.stringify([step.name, step.key ?? null]));
  return commonStart(steps(one), steps(other));
}

function commonConstructs(one: Resource, other: Resource): number {
  const parts = ({ config }: Resource) => config?.constructPath?.split('/') ?? [];
  return commonStart(parts(one), parts(other));
}

function commonStart(one: readonly string[], other: readonly string[]): number {
  const differing = one.findIndex((part, index) => part !== other[index]);
  return differing === -1 ? one.length : differing;
}
