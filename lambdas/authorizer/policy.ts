import { type Route, type RouteTable, reaches } from './route-table';
import { commonResources, findPath, reachOf } from './segments';

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
 * The same decision for every route of the table, in fewer resources: one that ends with `*` stands for all below a path,
 * and the few routes there that are not granted are denied. Used only when the list does not fit, because a prefix also
 * allows what the gateway may have and the table lacks.
 */
export function collapsedGrantsOf(table: RouteTable, granted: readonly Route[]): Grants {
  const withheld = withheldOf(table, granted);
  const prefixes = new Map<string, readonly string[]>();
  const exact = granted.filter((route) => {
    if (!findPath([route.template], [...prefixes.keys()].map(reachOf))) {
      return false;
    }
    const steps = route.resource.split('/');
    for (let length = 1; length < steps.length; length++) {
      const prefix = [...steps.slice(0, length), '*'].join('/');
      const denied = denialsBelow(prefix, granted, withheld, table);
      if (denied) {
        prefixes.set(prefix, denied);
        return false;
      }
    }
    return true;
  });
  const { allowed, denied } = grantsOf(table, granted, exact);
  return {
    allowed: [...prefixes.keys(), ...allowed],
    denied: [...new Set([...[...prefixes.values()].flat(), ...denied])],
  };
}

/** Denials that go with a prefix; `undefined` when they outnumber the routes that it grants, or touch a granted one. */
function denialsBelow(
  prefix: string,
  granted: readonly Route[],
  withheld: readonly Route[],
  { routes }: RouteTable,
): readonly string[] | undefined {
  const reach = reachOf(prefix);
  const denied = withheld
    .filter((route) => reaches(reach, route, routes))
    .flatMap((route) => [...commonResources(route.template, reach)]);
  const gain = granted.filter((route) => !findPath([route.template], [reach])).length - denied.length;
  const isSafe = !denied.some((one) => granted.some((route) => reaches(reachOf(one), route, routes)));
  return denied.length === 0 || (gain > 0 && isSafe) ? denied : undefined;
}

/** Grants with the ARNs of one stage. They are made once for a scope set, and shared by the policies of its tokens. */
export interface StageGrants {
  readonly everything: readonly string[];
  readonly allowed: readonly string[];
  readonly denied: readonly string[];
  /** Bytes of a policy with these ARNs and without networks, as JSON. */
  readonly bytes: number;
}

/** Puts grants below the ARN of a stage. */
export function forStage(stageArn: string, grants: Grants): StageGrants {
  const arns = (resources: readonly string[]) => resources.map((resource) => `${stageArn}/${resource}`);
  const stage: StageGrants = {
    everything: arns(['*']),
    allowed: arns(grants.allowed),
    denied: arns(grants.denied),
    bytes: 0,
  };
  return { ...stage, bytes: Buffer.byteLength(JSON.stringify(buildPolicy(stage, 0, []))) };
}

/** Policy that grants resources of a stage to a token until a time (epoch seconds) and from these networks. */
export function buildPolicy(
  { everything, allowed, denied }: StageGrants,
  validUntil: number,
  cidrs: readonly string[],
): PolicyDocument {
  if (allowed.length === 0) {
    return policy([{ Effect, Action, Resource: everything }]);
  }
  const time = { 'aws:CurrentTime': `${new Date(validUntil * 1000).toISOString().slice(0, 19)}Z` };
  const networks = { 'aws:SourceIp': cidrs };
  const isLimited = cidrs.length > 0;
  // An Allow whose condition fails is only an implicit denial, which a resource policy of the API can turn into
  // an Allow. Each limit therefore stands twice, as a condition of the Allow and as a Deny.
  const statements: PolicyStatement[] = [
    {
      Effect: 'Allow',
      Action,
      Resource: allowed,
      Condition: isLimited ? { DateLessThan: time, IpAddress: networks } : { DateLessThan: time },
    },
    { Effect, Action, NotResource: allowed },
    { Effect, Action, Resource: everything, Condition: { DateGreaterThanEquals: time } },
  ];
  if (denied.length > 0) {
    statements.push({ Effect, Action, Resource: denied });
  }
  if (isLimited) {
    statements.push({ Effect, Action, Resource: everything, Condition: { NotIpAddress: networks } });
  }
  return policy(statements);
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
