import { meets, NO_SCOPE, type Requirement, type RouteRule } from '../../lib/access-rule';
import { type PatternRoute, patternRoutes, preferredTo } from '../routes/route-compiler';
import { resourcesOf } from '../routes/route-table';
import { findPath, overlap, type Pattern, type Step } from '../routes/segments';
import { type ApiPolicy, forStage, type PolicyGroup } from './policy';
import { MAX_RESULT_BYTES } from './result-size';

/** Empty and dot segments. */
const UNUSUAL = ['*//*', '*/./*', '*/../*', '*/.', '*/..', '*%2E*', '*%2e*'];
/** Dot segments beside encoded slashes. */
const ENCODED_DOTS = ['*%2F..*', '*%2f..*', '*/..%2F*', '*/..%2f*'];
const ENCODED_SLASHES = ['*%2F*', '*%2f*'];

/** Bytes that are left for what a token brings: context, networks (each stands twice) and usage key. */
const TOKEN_BYTES = 1800;

/**
 * Longest ARN of a stage that policies are made for, in characters; it stands before each resource. A stage with a longer one
 * gets answers for one route.
 */
export const MAX_STAGE_ARN_LENGTH = 80;

/** Routes with the same access rule: every token may call all of them, or none. */
interface Group {
  readonly anyOf: Requirement;
  readonly routes: readonly PatternRoute[];
}

/** Where an allowed resource reaches a withheld route. */
interface Exposure {
  readonly by: number;
  readonly route: PatternRoute;
  readonly resource: string;
  /** Whether plain paths do, and not only other spellings. */
  readonly isPlain: boolean;
}

/**
 * Compiles the policies that stand for a whole API, for every scope set. It is a function of the routes alone, so that the
 * gateway and the authorizer, which are synthesized apart, come to the same.
 *
 * @returns `undefined` where no such policy is exact, because a resource that denies one route matches requests of another, or
 *   where one may be too long: then an answer is for one route
 * @throws {Error} when the route table is malformed
 */
export function compileApiPolicy(rules: readonly RouteRule[]): ApiPolicy | undefined {
  const routes = patternRoutes(rules);
  const groups = groupsOf(routes.filter(({ anyOf }) => anyOf.length > 0));
  // A literal "." or ".." cannot be told from a dot segment.
  if (groups.some((group) => group.routes.some(({ path }) => /\/\.\.?(\/|$)/.test(path)))) {
    return undefined;
  }
  for (const allowedOf of [exactResources, collapsedResources]) {
    const allowed = groups.map((_, index) => allowedOf(groups, index));
    const drafts = groups.map(({ anyOf }, index): PolicyGroup => ({ anyOf, allowed: allowed[index] ?? [] }));
    // The length first: it spares the search in all large tables.
    if (fits(policyOf(drafts))) {
      const policy = withDenials(groups, drafts, routes);
      if (policy === undefined || fits(policy)) {
        return policy;
      }
    }
  }
  return undefined;
}

/** Adds what denies exposed routes; `undefined` where that would touch requests of others. */
function withDenials(
  groups: readonly Group[],
  drafts: readonly PolicyGroup[],
  routes: readonly PatternRoute[],
): ApiPolicy | undefined {
  const templates = [
    ...new Map(routes.map(({ resource, method, template }) => [resource.slice(method.length), template])).values(),
  ];
  const spellings = new Set<string>();
  let isExposed = false;
  const compiled: PolicyGroup[] = [];
  for (const [position, draft] of drafts.entries()) {
    const exposures = exposuresOf(groups, drafts, position, templates);
    const denied = new Set(
      exposures.filter(({ isPlain }) => isPlain).flatMap(({ route }) => resourcesOf(route.resource)),
    );
    for (const exposure of exposures) {
      isExposed = true;
      const characters = encodable(exposure);
      // An encoded colon is common in what parameters stand for, so it cannot be denied at large.
      if (characters.includes(':')) {
        return undefined;
      }
      for (const character of characters) {
        for (const spelling of spellingsOf(character)) {
          spellings.add(spelling);
        }
      }
    }
    if ([...denied].some((resource) => touchesOthers(resource, groups, position, templates))) {
      return undefined;
    }
    const exposedBy = [...new Set(exposures.map(({ by }) => by))];
    compiled.push(
      exposedBy.length === 0 ? draft : { ...draft, exposedBy, ...(denied.size > 0 && { denied: [...denied] }) },
    );
  }
  return policyOf(compiled, isExposed ? [...ENCODED_SLASHES, ...[...spellings].sort()] : undefined);
}

function policyOf(groups: readonly PolicyGroup[], encoded?: readonly string[]): ApiPolicy {
  return { groups, unusual: UNUSUAL, ...(encoded && { encoded }), encodedDots: ENCODED_DOTS };
}

/** Where resources of other groups reach the routes of a group, for tokens that have the one and not the other. */
function exposuresOf(
  groups: readonly Group[],
  drafts: readonly PolicyGroup[],
  position: number,
  templates: readonly Pattern[],
): readonly Exposure[] {
  const withheld = groups[position] as Group;
  return drafts.flatMap(({ allowed }, by) =>
    by === position || implies(groups[by] as Group, withheld)
      ? []
      : withheld.routes.flatMap((route) =>
          allowed.flatMap((resource): Exposure[] => {
            const preferred = () => preferredTo(route.template, templates);
            const reach = patternOf(resource, 'any');
            if (!isReached(resource, reach, route) || !findPath([reach, route.template], preferred())) {
              return [];
            }
            const plain = patternOf(resource, 'many');
            const isPlain = overlap(plain, route.template) && !!findPath([plain, route.template], preferred());
            return [{ by, route, resource, isPlain }];
          }),
        ),
  );
}

/** Whether a resource that is to be denied matches plain paths of a route that a token may have when the denial is there. */
function touchesOthers(
  resource: string,
  groups: readonly Group[],
  position: number,
  templates: readonly Pattern[],
): boolean {
  const plain = patternOf(resource, 'many');
  return groups.some(
    (group, index) =>
      index !== position &&
      !implies(group, groups[position] as Group) &&
      group.routes.some(
        (route) =>
          isReached(resource, plain, route) &&
          !!findPath([plain, route.template], preferredTo(route.template, templates)),
      ),
  );
}

function isReached(resource: string, pattern: Pattern, { method, template }: PatternRoute): boolean {
  return resource.startsWith(`${method}/`) && overlap(pattern, template);
}

/** Whether every token that may call the routes of a group may call those of another too. */
function implies(group: Group, other: Group): boolean {
  return group.anyOf === NO_SCOPE
    ? other.anyOf === NO_SCOPE
    : group.anyOf.every((scopes) => meets(scopes, other.anyOf));
}

function groupsOf(routes: readonly PatternRoute[]): readonly Group[] {
  const byRule = new Map<string, PatternRoute[]>();
  for (const route of routes) {
    const rule =
      route.anyOf === NO_SCOPE
        ? NO_SCOPE
        : JSON.stringify(route.anyOf.map((scopes) => [...new Set(scopes)].sort().join(' ')).sort());
    const members = byRule.get(rule) ?? [];
    byRule.set(rule, members);
    members.push(route);
  }
  return [...byRule.values()].map((members) => ({ anyOf: members[0]?.anyOf ?? [], routes: members }));
}

/** The resources of each route. */
function exactResources(groups: readonly Group[], position: number): readonly string[] {
  return withoutCovered((groups[position] as Group).routes.flatMap(({ resource }) => resourcesOf(resource)));
}

/**
 * Fewer resources for the same routes: where all guarded routes that are reached below a path are open to whom the group is, in
 * whatever spelling, one that ends with `*` stands for them.
 */
function collapsedResources(groups: readonly Group[], position: number): readonly string[] {
  const group = groups[position] as Group;
  const others = groups.flatMap((other, index) => (index === position || implies(group, other) ? [] : other.routes));
  const known = new Map<string, boolean>();
  const isOwn = (prefix: string): boolean => {
    let own = known.get(prefix);
    if (own === undefined) {
      const reach = patternOf(prefix, 'any');
      own = !others.some((route) => isReached(prefix, reach, route));
      known.set(prefix, own);
    }
    return own;
  };
  const resources = group.routes.flatMap(({ resource }) => {
    const parts = resource.split('/');
    const prefixes = parts.slice(1).map((_, index) => [...parts.slice(0, index + 1), '*'].join('/'));
    const collapsed = prefixes.find(isOwn);
    return collapsed === undefined ? resourcesOf(resource) : [collapsed];
  });
  return withoutCovered(resources);
}

/** Leaves out what another resource of the list matches in full. */
function withoutCovered(resources: readonly string[]): readonly string[] {
  const distinct = [...new Set(resources)];
  // Prefixes of literals are all that is worth a look: `GET/a/*` has `GET/a/` and `GET/a/b/*` in it.
  const prefixes = new Set(distinct.filter((one) => /^[^*]*\*$/.test(one)).map((one) => one.slice(0, -1)));
  return distinct.filter((resource) => {
    for (let at = resource.indexOf('/'); at >= 0; at = resource.indexOf('/', at + 1)) {
      const prefix = resource.slice(0, at + 1);
      if (prefixes.has(prefix) && resource !== `${prefix}*`) {
        return false;
      }
    }
    return true;
  });
}

/**
 * Segments that a resource matches, without its method.
 *
 * @param star what a `*` within it stands for: in plain paths one segment and more, as they have no empty ones; in other
 *   spellings also none, `/a/%2F/b`. At its end a `*` may be empty, for a slash at the end
 */
function patternOf(resource: string, star: 'many' | 'any'): Pattern {
  const parts = resource.replace(/\/$/, '').split('/').slice(1);
  return parts.map(
    (part, index): Step => (part !== '*' ? { literal: part } : index === parts.length - 1 ? 'any' : star),
  );
}

/** Characters of the literals of an exposed route that may be spelled otherwise: those behind what both begin with. */
function encodable({ route, resource }: Exposure): readonly string[] {
  const parts = resource.split('/').slice(1);
  const firstStar = parts.indexOf('*');
  const literals = route.template.flatMap((step, index) =>
    typeof step === 'object' && index >= firstStar ? [...step.literal] : [],
  );
  return [...new Set(literals)];
}

/**
 * Resources for a character that is percent-encoded. The blocks of `%6` and `%7` are letters, nearly all of them, and denied as a
 * whole; in the others are characters that have to be encoded.
 */
function spellingsOf(character: string): readonly string[] {
  const hex = character.charCodeAt(0).toString(16);
  return hex.startsWith('6') || hex.startsWith('7')
    ? [`*%${hex.charAt(0)}*`]
    : [`*%${hex.toUpperCase()}*`, `*%${hex}*`];
}

/** Whether the longest policy, of all groups at once, leaves room for what a token brings. */
function fits({ groups, unusual, encoded = [], encodedDots }: ApiPolicy): boolean {
  const allowed = groups.flatMap((group) => group.allowed);
  const denied = [...unusual, ...encodedDots, ...encoded, ...groups.flatMap((group) => group.denied ?? [])];
  const { bytes } = forStage('x'.repeat(MAX_STAGE_ARN_LENGTH), { allowed, denied });
  return bytes + TOKEN_BYTES <= MAX_RESULT_BYTES;
}
