import type { Route } from './route-table';

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
export function grantsOf(routes: readonly Route[], granted: ReadonlySet<Route>, exact = granted): Grants {
  const denied = new Set<string>();
  for (const route of routes) {
    if (route.overlaps && !granted.has(route)) {
      for (const [index, resources] of route.overlaps) {
        if (exact.has(routes[index] as Route)) {
          for (const resource of resources) {
            denied.add(resource);
          }
        }
      }
    }
  }
  return { allowed: [...exact].map((route) => route.resource), denied: [...denied] };
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
