import { meets, type Requirement } from '../../lib/access-rule';
import { wholeSeconds } from '../../lib/whole-seconds';
import { type Route, resourcesOf } from '../routes/route-table';

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

/** Routes that the same requirement opens, in the policies of an API. Resources stand below the ARN of the stage. */
export interface PolicyGroup {
  readonly anyOf: Requirement;
  /** Resources that allow the routes: `GET/v1/sales/*`. */
  readonly allowed: readonly string[];
  /** Positions of the groups whose resources reach requests for these routes, because a `*` crosses slashes. */
  readonly exposedBy?: readonly number[];
  /** Resources that deny the routes to whom such a group is granted, and this one is not. */
  readonly denied?: readonly string[];
}

/** How the policies of an API are put together for a scope set; compiled at synth where policies can tell its routes apart. */
export interface ApiPolicy {
  readonly groups: readonly PolicyGroup[];
  /** Resources that deny paths which may lead out of what a `*` is meant for: empty and dot segments. */
  readonly unusual: readonly string[];
  /** More of them where routes are exposed: other spellings of their literals, `*%2F*`, `*%6*`. */
  readonly encoded?: readonly string[];
  /** More of them where none is. */
  readonly encodedDots: readonly string[];
}

/** Resources of a policy, below the ARN of the stage: `GET/v1/sales/*`. */
export interface Grants {
  /** Empty when nothing is granted. */
  readonly allowed: readonly string[];
  /** To be denied although an allowed `*` matches them. */
  readonly denied: readonly string[];
  /** The same in the stage that was last asked for. */
  inStage?: StageGrants;
}

/** The only action of API Gateway that an authorizer's policy is about. */
const Action = 'execute-api:Invoke';

/**
 * Resources for exactly the routes that scopes open, for a policy that stands for the whole API. A `*` of IAM crosses
 * slashes and may be empty, so `GET/orders/*` also matches `GET/orders/1/admin` and `GET/orders/`: what an allowed resource
 * exposes of withheld routes is denied, in every spelling that the gateway may read.
 */
export function apiGrants(policy: ApiPolicy, scopes: readonly string[]): Grants {
  const { groups, unusual, encoded = [], encodedDots } = policy;
  const granted = groups.map(({ anyOf }) => meets(scopes, anyOf));
  const allowed = groups.flatMap((group, index) => (granted[index] ? group.allowed : []));
  const exposed = groups.filter(
    ({ exposedBy }, index) => !granted[index] && exposedBy?.some((position) => granted[position]),
  );
  if (!allowed.some((resource) => resource.includes('*'))) {
    return { allowed, denied: [] };
  }
  const spellings = exposed.length > 0 ? encoded : encodedDots;
  return { allowed, denied: [...unusual, ...spellings, ...exposed.flatMap(({ denied = [] }) => denied)] };
}

/**
 * Resources for one route, for a policy that the gateway keeps for this route alone, or not at all. It is that which
 * confines it: a `*` may match paths of other routes.
 */
export function routeGrants(route: Route): Grants {
  return { allowed: resourcesOf(route.resource), denied: [] };
}

/** Grants with the ARNs of one stage. They are made once for a scope set or route, and shared by the policies of its tokens. */
export interface StageGrants {
  readonly stageArn: string;
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
    stageArn,
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
    return policy([{ Effect: 'Deny', Action, Resource: everything }]);
  }
  const time = { 'aws:CurrentTime': wholeSeconds(validUntil) };
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
    { Effect: 'Deny', Action, NotResource: allowed },
    { Effect: 'Deny', Action, Resource: everything, Condition: { DateGreaterThanEquals: time } },
  ];
  if (denied.length > 0) {
    statements.push({ Effect: 'Deny', Action, Resource: denied });
  }
  if (isLimited) {
    statements.push({ Effect: 'Deny', Action, Resource: everything, Condition: { NotIpAddress: networks } });
  }
  return policy(statements);
}

/** Policy that denies every route of a stage. */
export function denyAll(stageArn: string): PolicyDocument {
  return policy([{ Effect: 'Deny', Action, Resource: [`${stageArn}/*`] }]);
}

function policy(Statement: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement };
}
