import { type AccessRule, NO_SCOPE, type Requirement, type RouteRule } from '../../lib/access-rule';
import { templateSteps } from '../../lib/gateway-paths';
import { type CompiledRoute, type Route, resourceOf, shapeOf } from './route-table';
import { MAX_STEPS, overlap, type Pattern, type Step } from './segments';

/** A route with what is known of it at synth. */
export interface PatternRoute extends Route {
  readonly method: string;
  readonly path: string;
  /** Segments that the gateway may resolve to the route. */
  readonly template: Pattern;
}

/** Grammar of API Gateway; the length keeps ARNs below the 512 characters of a policy resource. */
const KEY = /^(?=.{1,400}$)(?!ANY )[A-Z]+ (?=\/)(\/$|(\/([\w.:-]+|\{[\w.:-]+\}))*(\/\{[\w.:-]+\+\})?$)/;

/**
 * Compiles a route table for the packaged configuration.
 *
 * @throws {Error} when a route is outside the grammar of API Gateway, stands twice, or requires no scope
 */
export function compileRoutes(rules: readonly RouteRule[]): readonly CompiledRoute[] {
  return patternRoutes(rules).map(({ key, anyOf }) => ({ key, anyOf }));
}

/**
 * Reads route rules.
 *
 * @throws {Error} as {@link compileRoutes} does
 */
export function patternRoutes(rules: readonly RouteRule[]): readonly PatternRoute[] {
  const byShape = new Map<string, PatternRoute>();
  for (const { method, path, rule } of rules) {
    const key = `${method} ${path}`;
    const template = templateSteps(path);
    const anyOf = requirementOf(rule);
    const isRuled =
      rule.kind !== 'scopes' || (rule.anyOf.length > 0 && rule.anyOf.every((scopes) => scopes.length > 0));
    if (!KEY.test(key) || template.length >= MAX_STEPS || byShape.has(shapeOf(key)) || !isRuled) {
      throw new Error(`route ${key} is malformed, there twice, or requires no scope`);
    }
    byShape.set(shapeOf(key), { key, method, path, anyOf, template, resource: resourceOf(key) });
  }
  return [...byShape.values()];
}

/** Nobody meets that of a public or IAM route: a request for it that comes here did so by mistake. */
function requirementOf(rule: AccessRule): Requirement {
  return rule.kind === 'scopes' ? rule.anyOf : rule.kind === 'authenticated' ? NO_SCOPE : [];
}

/**
 * Templates that the gateway prefers to another for segments that match both: at the first difference a literal goes before a
 * parameter, and a parameter before a greedy one. Methods play no part.
 */
export function preferredTo(template: Pattern, templates: readonly Pattern[]): readonly Pattern[] {
  return templates.filter((other) => {
    const at = other.findIndex((step, index) => !isSame(step, template[index]));
    return at >= 0 && rank(other[at]) < rank(template[at]) && overlap(other, template);
  });
}

function isSame(a: Step | undefined, b: Step | undefined): boolean {
  return typeof a === 'object' && typeof b === 'object' ? a.literal === b.literal : a === b;
}

/** Literals before parameters before greedy parameters before the end. */
function rank(step: Step | undefined): number {
  return step === undefined ? 3 : step === 'one' ? 1 : step === 'many' ? 2 : 0;
}
