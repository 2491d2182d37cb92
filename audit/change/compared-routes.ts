import type { AuditModel, Route } from '../model/types';
import { type RouteChange, routeChange, type SettingChange, settingChanges } from './route-change';

/** A route of a plan, and what becomes of it. */
export interface ComparedRoute {
  readonly route: Route;
  /** Null where no plan of its stack was read, which alone tells of before. */
  readonly change: RouteChange | null;
  /** Every setting that changes, or may; none of an added route. */
  readonly changes: readonly SettingChange[];
}

/** The routes of a model, each with what the plan makes of it. */
export interface ComparedRoutes {
  readonly routes: readonly ComparedRoute[];
  /** Routes that the plan takes away, as they are before. */
  readonly removed: readonly Route[];
}

/** Compared once: the matrix and the rules answer from the same comparison. */
const COMPARED = new WeakMap<AuditModel, ComparedRoutes>();

/** Compares the routes of a model with those before the plan, by API, method and path: an address may change. */
export function comparedRoutes(model: AuditModel): ComparedRoutes {
  let compared = COMPARED.get(model);
  if (compared === undefined) {
    compared = compare(model);
    COMPARED.set(model, compared);
  }
  return compared;
}

function compare(model: AuditModel): ComparedRoutes {
  const { before } = model;
  if (before === undefined) {
    return { routes: model.routes.map((route) => ({ route, change: null, changes: [] })), removed: [] };
  }
  const planned = new Set(before.stacks.map(({ name }) => name));
  const old = new Map(before.routes.map((route) => [identity(route), route]));
  const kept = new Set(model.routes.map(identity));
  return {
    routes: model.routes.map((route): ComparedRoute => {
      if (!planned.has(route.api.stack.name)) {
        return { route, change: null, changes: [] };
      }
      const previous = old.get(identity(route));
      if (previous === undefined) {
        return { route, change: 'added', changes: [] };
      }
      const changes = settingChanges({ model: before, route: previous }, { model, route });
      return { route, change: routeChange(changes), changes };
    }),
    removed: before.routes.filter((route) => !kept.has(identity(route))),
  };
}

function identity({ api, method, path, address, operation }: Route): string {
  const place = method.kind === 'known' && path.kind === 'known' ? [method.value, path.value] : [address, operation];
  return JSON.stringify([api.stack.name, api.address, ...place]);
}
