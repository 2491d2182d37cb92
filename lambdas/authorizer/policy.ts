import { preferredTemplates, type Route, type RouteTable } from './route-table';
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

/** Resources of a policy that grants some routes of a table and no other. */
export interface Grants {
  /** Resources to allow, below the ARN of the stage: `GET/v1/sales/*`. Empty when nothing is granted. */
  readonly allowed: readonly string[];
  /** Resources to deny although an allowed `*` matches them. */
  readonly denied: readonly string[];
}

const ACTION = 'execute-api:Invoke';

/**
 * Resources for exactly the granted routes. A `*` of IAM crosses slashes, so `GET/orders/*` also matches
 * `GET/orders/1/admin`: a route that is not granted and that an allowed resource exposes is denied by its own resource.
 * Where that denial also matches a granted route, **the denial wins**; `findAmbiguities` reports such tables.
 */
export function grantsOf(table: RouteTable, granted: readonly Route[]): Grants {
  return { allowed: granted.map((route) => route.resource), denied: denialsFor(table, granted, granted) };
}

/**
 * The same decision for every route of the table, in fewer resources: where all routes below a path are granted, one
 * resource ends with `*` there. Used only when the list does not fit, because a prefix also allows methods that the
 * gateway may have and the table lacks.
 */
export function collapsedGrantsOf(table: RouteTable, granted: readonly Route[]): Grants {
  const grantedSet = new Set(granted);
  const withheld = table.routes
    .filter((route) => route.anyOf.length > 0 && !grantedSet.has(route))
    .map((route) => ({ template: route.template, preferred: preferredTemplates(route, table.routes) }));
  const isSafe = (pattern: Pattern) =>
    withheld.every(({ template, preferred }) => !findPath([template, pattern], preferred));
  const prefixes: Pattern[] = [];
  const exact: Route[] = [];
  for (const route of granted) {
    if (prefixes.length > 0 && !findPath([route.template], prefixes)) {
      continue;
    }
    const lengths = route.resourcePattern.map((_, index) => index).slice(1);
    const length = lengths.find((one) => isSafe([...route.resourcePattern.slice(0, one), 'many']));
    if (length === undefined) {
      exact.push(route);
    } else {
      prefixes.push([...route.resourcePattern.slice(0, length), 'many']);
    }
  }
  return {
    allowed: [...prefixes.map(patternText), ...exact.map((route) => route.resource)],
    denied: denialsFor(table, granted, exact),
  };
}

/** Policy that grants these resources of a stage to a token until a time (epoch seconds) and from these networks. */
export function buildPolicy(
  stageArn: string,
  grants: Grants,
  validUntil: number,
  cidrs: readonly string[],
): PolicyDocument {
  if (grants.allowed.length === 0) {
    return denyAll(stageArn);
  }
  const allowed = grants.allowed.map((resource) => `${stageArn}/${resource}`);
  const everything = [`${stageArn}/*`];
  const time = { 'aws:CurrentTime': `${new Date(Math.floor(validUntil) * 1000).toISOString().slice(0, 19)}Z` };
  const networks = cidrs.length > 0 ? { 'aws:SourceIp': cidrs } : undefined;
  // An Allow whose condition fails is only an implicit denial, which a resource policy of the API can turn into
  // an Allow. Each limit therefore stands twice, as a condition of the Allow and as a Deny.
  const statements: PolicyStatement[] = [
    {
      Effect: 'Allow',
      Action: ACTION,
      Resource: allowed,
      Condition: { DateLessThan: time, ...(networks && { IpAddress: networks }) },
    },
    { Effect: 'Deny', Action: ACTION, NotResource: allowed },
    { Effect: 'Deny', Action: ACTION, Resource: everything, Condition: { DateGreaterThanEquals: time } },
  ];
  if (grants.denied.length > 0) {
    statements.push({ Effect: 'Deny', Action: ACTION, Resource: grants.denied.map((one) => `${stageArn}/${one}`) });
  }
  if (networks) {
    statements.push({
      Effect: 'Deny',
      Action: ACTION,
      Resource: everything,
      Condition: { NotIpAddress: networks },
    });
  }
  return { Version: '2012-10-17', Statement: statements };
}

/** Policy that denies every route of a stage. */
export function denyAll(stageArn: string): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: ACTION, Resource: [`${stageArn}/*`] }],
  };
}

function denialsFor(table: RouteTable, granted: readonly Route[], exposing: readonly Route[]): readonly string[] {
  const grantedSet = new Set(granted);
  return table.routes
    .filter((route) => route.anyOf.length > 0 && !grantedSet.has(route))
    .filter((route) => exposing.some((other) => table.exposed(route, other)))
    .map((route) => route.resource);
}

function patternText(pattern: Pattern): string {
  return pattern.map((step) => (typeof step === 'string' ? '*' : step.literal)).join('/');
}
