import type { AuditModel, Route } from '../model/types';
import { ATTACHED } from './behind';
import { changeText, kindOf } from './change-text';
import { areaOf } from './classes';
import { stagesLeftBehind } from './deployment';
import { resourceChanges } from './resource-changes';
import { type RouteChange, routeChange, type SettingChange, settingChanges } from './route-change';

/** A route of a plan, and what becomes of it. */
export interface ComparedRoute {
  readonly route: Route;
  /** Null where no plan of its stack was read, which alone tells of before. */
  readonly change: RouteChange | null;
  /** Every setting that changes, or may; none of an added route. */
  readonly changes: readonly SettingChange[];
  /** The same of what stands behind the route: what answers it, what decides about it, and what either of them uses. */
  readonly behind: readonly SettingChange[];
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
    return { routes: model.routes.map((route) => ({ route, change: null, changes: [], behind: [] })), removed: [] };
  }
  const further = byRoute(model);
  const planned = new Set(before.stacks.map(({ name }) => name));
  const old = new Map(before.routes.map((route) => [identity(route), route]));
  const kept = new Set(model.routes.map(identity));
  return {
    routes: model.routes.map((route): ComparedRoute => {
      if (!planned.has(route.api.stack.name)) {
        return { route, change: null, changes: [], behind: [] };
      }
      const previous = old.get(identity(route));
      if (previous === undefined) {
        return { route, change: 'added', changes: [], behind: [] };
      }
      const changes = settingChanges({ model: before, route: previous }, { model, route });
      const behind = changesBehind(changes, further.get(route) ?? []);
      return { route, change: changeOf(route, changes, behind), changes, behind };
    }),
    removed: before.routes.filter((route) => !kept.has(identity(route))),
  };
}

/** How a resource behind a route changes in one attribute. */
interface Further {
  readonly change: SettingChange;
  /** The routes compare the attribute themselves. */
  readonly isOwn: boolean;
}

/** What changes behind routes. A resource that is new or gone changes what it is attached to. */
function byRoute(model: AuditModel): Map<Route, Further[]> {
  const found = new Map<Route, Further[]>();
  for (const { resource, kind, attributes, routes } of resourceChanges(model)) {
    const { type, address } = resource;
    const changes = attributes.flatMap((one): Further[] => {
      const kindOfChange = kindOf(one);
      if (areaOf(type, one.of) === 'watch' || kindOfChange === 'harmless' || kindOfChange === 'release') {
        return [];
      }
      const isOwn = one.of !== undefined && 'toldBy' in one.of && one.of.toldBy === 'AUTHZ-002';
      const text = `${address}: ${changeText(one)}`;
      return [{ change: { setting: address, order: one.order, text }, isOwn }];
    });
    const isAttached = kind !== 'changed' && ATTACHED[type] !== undefined && areaOf(type) !== 'watch';
    const what = isAttached
      ? [{ change: attachment(address, kind), isOwn: type === 'aws_wafv2_web_acl_association' }]
      : [];
    if (changes.length + what.length > 0) {
      for (const route of routes()) {
        found.set(route, [...(found.get(route) ?? []), ...changes, ...what]);
      }
    }
  }
  return found;
}

function attachment(address: string, kind: 'added' | 'removed' | 'changed'): SettingChange {
  return { setting: address, order: 'incomparable', text: `${address} is ${kind}` };
}

/** What the routes compare themselves, and found to be the same for this one, changes nothing that holds here: another limit is narrower. */
function changesBehind(changes: readonly SettingChange[], further: readonly Further[]): SettingChange[] {
  return further
    .filter(({ isOwn }) => !isOwn || changes.length === 0)
    .map(({ change, isOwn }) => (isOwn && change.order !== 'unknown' ? { ...change, order: 'incomparable' } : change));
}

/** A method that is strengthened, and not deployed, is served as it was. */
function changeOf(route: Route, changes: readonly SettingChange[], behind: readonly SettingChange[]): RouteChange {
  const change = routeChange([...changes, ...behind]);
  return change === 'strengthened' && isLeftBehind(route, changes) ? 'changed' : change;
}

/** Whether a stage goes on serving a route as it was, though the plan strengthens its method. */
export function isLeftBehind(route: Route, changes: readonly SettingChange[]): boolean {
  return changes.some(isDeployed) && stagesLeftBehind(route.api).length > 0;
}

/** Whether a change makes a route stronger once it is deployed. */
export function isDeployed({ setting, order }: SettingChange): boolean {
  return order === 'stronger' && DEPLOYED.test(setting);
}

/** Settings that a stage serves from its deployment; limits, keys and web ACLs are those of the stage itself. */
const DEPLOYED = /^(authorization|API key|authorizer|identity sources|seconds)/;

function identity({ api, method, path, address, operation }: Route): string {
  const place = method.kind === 'known' && path.kind === 'known' ? [method.value, path.value] : [address, operation];
  return JSON.stringify([api.stack.name, api.address, ...place]);
}
