import type { RouteRule } from '../lib/access-rule';
import { satisfies } from '../lib/scopes';
import { findPath, type Pattern, type Step } from './segments';

/** A route of the table, for one method. */
export interface Route {
  /** Method and path as written: `GET /v1/sales/{region}`. */
  readonly key: string;
  /** Alternatives of all-of scope lists; empty for public and IAM routes, which the authorizer neither allows nor protects. */
  readonly anyOf: readonly (readonly string[])[];
  /** Method and path as the gateway resolves them. */
  readonly template: Pattern;
  /** Method and path as an IAM resource, each parameter a `*`. */
  readonly resource: string;
  /** {@link resource} as a pattern: its `*` crosses slashes. */
  readonly resourcePattern: Pattern;
}

/** A compiled route table. */
export interface RouteTable {
  readonly routes: readonly Route[];
  /** The route of a method and a path template, `GET /v1/sales/{region}`; parameter names play no part. */
  find(route: string): Route | undefined;
  /** Routes that a token with these scopes may call. */
  granted(scopes: readonly string[]): readonly Route[];
  /** Whether a request that the gateway resolves to `route` can match the resource pattern of `other`. */
  exposed(route: Route, other: Route): boolean;
}

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];
const LITERAL = /^[A-Za-z0-9._:-]+$/;
const PARAMETER = /^\{[A-Za-z0-9._:-]+(\+?)\}$/;
const MAX_PATH_LENGTH = 400;
const MAX_SEGMENTS = 28;

/**
 * Compiles a route table. `ANY` stands for each method that the path has no route of its own for.
 *
 * @throws {Error} when a method or a path is outside the grammar of API Gateway, two routes are the same but for the
 *   names of their parameters, or a rule has no scopes
 */
export function compileRoutes(rules: readonly RouteRule[]): RouteTable {
  const byShape = new Map<string, Route>();
  for (const rule of rules.filter((one) => one.method !== 'ANY')) {
    add(byShape, rule, rule.method);
  }
  const ownMethods = new Set(byShape.keys());
  for (const rule of rules.filter((one) => one.method === 'ANY')) {
    for (const method of METHODS.filter((one) => !ownMethods.has(`${one} ${shapeOf(rule.path)}`))) {
      add(byShape, rule, method);
    }
  }
  const routes = [...byShape.values()];
  const exposures = new Map<Route, ReadonlySet<Route>>();
  return {
    routes,
    find: (route) => byShape.get(shapeOf(route)),
    granted: (scopes) => routes.filter((route) => satisfies(scopes, route.anyOf)),
    exposed: (route, other) => {
      let others = exposures.get(route);
      if (!others) {
        others = new Set(exposedTo(route, routes));
        exposures.set(route, others);
      }
      return others.has(other);
    },
  };
}

/**
 * Routes that the gateway prefers to `route` for the paths that both match: at the first difference a literal
 * goes before a parameter, and a parameter before a greedy one.
 */
export function preferredTo(route: Route, routes: readonly Route[]): readonly Route[] {
  return routes.filter((other) => {
    const at = route.template.findIndex((step, index) => rank(step) !== rank(other.template[index]));
    const step = route.template[at];
    return (
      typeof step === 'string' && rank(other.template[at]) < rank(step) && !!findPath([route.template, other.template])
    );
  });
}

/** Templates of {@link preferredTo}, to be excluded from the paths of `route`. */
export function preferredTemplates(route: Route, routes: readonly Route[]): readonly Pattern[] {
  return preferredTo(route, routes).map((other) => other.template);
}

function exposedTo(route: Route, routes: readonly Route[]): readonly Route[] {
  const candidates = routes.filter(
    (other) =>
      other !== route && mayMatch(route, other) && findPath([route.template, other.resourcePattern]) !== undefined,
  );
  const excluded = candidates.length > 0 ? preferredTemplates(route, routes) : [];
  return candidates.filter((other) => findPath([route.template, other.resourcePattern], excluded) !== undefined);
}

/** Whether a look at the literals before the first parameter leaves a match possible. It spares nearly all searches. */
function mayMatch(route: Route, other: Route): boolean {
  const first = other.resourcePattern.indexOf('many');
  return (
    first > 0 &&
    other.resourcePattern.slice(0, first).every((step, index) => {
      const own = route.template[index];
      return typeof own !== 'object' || rank(own) === rank(step);
    })
  );
}

/** Literals before parameters before greedy parameters; two literals differ by their text. */
function rank(step: Step | undefined): string {
  return step === undefined ? '~' : step === 'one' ? '1' : step === 'many' ? '2' : `0${step.literal}`;
}

function add(byShape: Map<string, Route>, rule: RouteRule, method: string): void {
  const key = `${method} ${rule.path}`;
  const shape = `${method} ${shapeOf(rule.path)}`;
  const earlier = byShape.get(shape);
  if (earlier) {
    throw new Error(`routes ${earlier.key} and ${key} are the same route`);
  }
  const template = [{ literal: method }, ...templateOf(rule, key)];
  if (!METHODS.includes(method)) {
    throw new Error(`method of route ${key} is not supported, expected ANY or one of ${METHODS.join(', ')}`);
  }
  byShape.set(shape, {
    key,
    anyOf: rule.rule.kind === 'scopes' ? alternativesOf(rule.rule.anyOf, key) : [],
    template,
    resource: template.map((step) => (typeof step === 'string' ? '*' : step.literal)).join('/'),
    resourcePattern: template.map((step) => (typeof step === 'string' ? 'many' : step)),
  });
}

function alternativesOf(anyOf: readonly (readonly string[])[], key: string): readonly (readonly string[])[] {
  if (anyOf.length === 0 || anyOf.some((alternative) => alternative.length === 0)) {
    throw new Error(
      `rule of route ${key} has an empty list of scopes, expected at least one scope in each alternative`,
    );
  }
  return anyOf;
}

function templateOf(rule: RouteRule, key: string): Step[] {
  const segments = rule.path.slice(1).split('/');
  if (!rule.path.startsWith('/') || rule.path.length > MAX_PATH_LENGTH || segments.length > MAX_SEGMENTS) {
    throw new Error(
      `path of route ${key} is not supported, expected "/" first, at most ${MAX_PATH_LENGTH} characters and ${MAX_SEGMENTS} segments`,
    );
  }
  return segments.map((segment, index): Step => {
    if (LITERAL.test(segment) || rule.path === '/') {
      return { literal: segment };
    }
    const greedy = PARAMETER.exec(segment)?.[1];
    if (greedy === undefined || (greedy && index < segments.length - 1)) {
      throw new Error(
        `path of route ${key} has the segment ${JSON.stringify(segment)}, expected letters, digits and ._:- or {parameter}, or {parameter+} at the end`,
      );
    }
    return greedy ? 'many' : 'one';
  });
}

/** A path with its parameter names left out. */
function shapeOf(path: string): string {
  return path.replace(/\{[^}+]*(\+?)\}/g, '{$1}');
}
