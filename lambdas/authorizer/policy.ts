import { type Route, type RouteTable, reaches } from './route-table';
import { findPath, type Pattern } from './segments';

/** A statement of the policy. */
export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: 'execute-api:Invoke';
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** IAM policy as API Gateway takes it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly PolicyStatement[];
}

const Effect = 'Deny' as const;
const Action = 'execute-api:Invoke' as const;

/** Resources of a policy, below the ARN of the stage: `GET/v1/sales/*`. */
export interface Grants {
  /** Empty when nothing is granted. */
  readonly allowed: readonly string[];
  /** To be denied although an allowed `*` matches them. */
  readonly denied: readonly string[];
}

/**
 * Resources for exactly the granted routes. A `*` of IAM crosses slashes, so `GET/orders/*` also matches
 * `GET/orders/1/admin`: requests for a route that is not granted, and that an allowed resource exposes, are denied.
 * Where that denial also matches a granted route, **the denial wins**; `findAmbiguities` reports such tables.
 */
export function grantsOf(table: RouteTable, granted: readonly Route[], exact = granted): Grants {
  const overlaps = withheldOf(table, granted).flatMap((route) => [...table.overlaps(route)]);
  const denied = overlaps.flatMap(([other, resources]) => (exact.includes(other) ? resources : []));
  return { allowed: exact.map((route) => route.resource), denied: [...new Set(denied)] };
}

/**
 * The same decision for every route of the table, in fewer resources: where all routes below a path are granted, one
 * resource ends with `*` there. Used only when the list does not fit, because a prefix also allows what the
 * gateway may have and the table lacks.
 */
export function collapsedGrantsOf(table: RouteTable, granted: readonly Route[]): Grants {
  const withheld = withheldOf(table, granted);
  const prefixes: Pattern[] = [];
  const exact = granted.filter((route) => {
    const candidates = route.reach.slice(1).map((_, index): Pattern => [...route.reach.slice(0, index + 1), 'many']);
    const prefix = candidates.find((one) => !withheld.some((other) => reaches(one, other, table.routes)));
    const isCovered = !findPath([route.template], prefixes);
    if (prefix && !isCovered) {
      prefixes.push(prefix);
    }
    return !prefix && !isCovered;
  });
  const { allowed, denied } = grantsOf(table, granted, exact);
  const collapsed = prefixes.map((one) => one.map((step) => (typeof step === 'string' ? '*' : step.literal)).join('/'));
  return { allowed: [...collapsed, ...allowed], denied };
}

/** Policy that grants these resources of a stage to a token until a time (epoch seconds) and from these networks. */
export function buildPolicy(
  stageArn: string,
  { allowed, denied }: Grants,
  validUntil: number,
  cidrs: readonly string[],
): PolicyDocument {
  if (allowed.length === 0) {
    return denyAll(stageArn);
  }
  const arns = (resources: readonly string[]) => resources.map((resource) => `${stageArn}/${resource}`);
  const granted = arns(allowed);
  const everything = arns(['*']);
  const time = { 'aws:CurrentTime': `${new Date(validUntil * 1000).toISOString().slice(0, 19)}Z` };
  const networks = cidrs.length > 0 && { 'aws:SourceIp': cidrs };
  // An Allow whose condition fails is only an implicit denial, which a resource policy of the API can turn into
  // an Allow. Each limit therefore stands twice, as a condition of the Allow and as a Deny.
  return policy([
    {
      Effect: 'Allow',
      Action,
      Resource: granted,
      Condition: { DateLessThan: time, ...(networks && { IpAddress: networks }) },
    },
    { Effect, Action, NotResource: granted },
    { Effect, Action, Resource: everything, Condition: { DateGreaterThanEquals: time } },
    ...(denied.length > 0 ? [{ Effect, Action, Resource: arns(denied) }] : []),
    ...(networks ? [{ Effect, Action, Resource: everything, Condition: { NotIpAddress: networks } }] : []),
  ]);
}

/** Policy that denies every route of a stage. */
export function denyAll(stageArn: string): PolicyDocument {
  return policy([{ Effect, Action, Resource: [`${stageArn}/*`] }]);
}

function policy(Statement: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}

/** Protected routes that are not granted. */
function withheldOf(table: RouteTable, granted: readonly Route[]): readonly Route[] {
  return table.routes.filter((route) => route.anyOf.length > 0 && !granted.includes(route));
}
