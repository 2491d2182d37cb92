import type { NotJudged, Resource, Stack } from '../reader/stack';
import type { Value } from '../three-valued';

/**
 * An API, or a function with a URL of its own (`FUNCTION`). `managed`: the plan makes it. `external`: methods are added to an API that another stack owns. `unknown`: stands
 * for the API of methods whose API cannot be told, so that they have a row too.
 */
export interface Api {
  readonly stack: Stack;
  /** Address of the API; of an external one its data source, or its id. */
  readonly address: string;
  readonly name: Value<string>;
  readonly kind: 'managed' | 'external' | 'unknown';
  readonly protocol: 'REST' | 'HTTP' | 'WEBSOCKET' | 'FUNCTION';
  readonly resource: Resource | undefined;
  /** Filled while the model is built. */
  readonly stages: Stage[];
}

/** A stage of an API. */
export interface Stage {
  readonly api: Api;
  readonly address: string;
  readonly name: Value<string>;
  /** Whether a web ACL of the stack protects it. */
  readonly webAcl: Value<boolean>;
  /** Stage variable `gatehouseApi`: which entry of the access rules the API is. */
  readonly apiVariable: Value<string>;
  /** Stage variable `gatehouseResults`: `route` where the authorizer answers for one route and not for the whole API. */
  readonly resultsVariable: Value<string>;
}

/** Rate in requests per second, burst in requests; absent: no limit at this level. */
export interface Throttle {
  readonly rate: Value<number>;
  readonly burst: Value<number>;
}

/** `aws_api_gateway_method_settings`: throttle of a stage, or of one method of it. */
export interface MethodSettings {
  readonly api: Api | undefined;
  readonly stage: Value<string>;
  readonly target: Value<SettingsTarget>;
  readonly throttle: Throttle;
  readonly resource: Resource;
}

/** All methods of the stage, or one: upper-case HTTP method, and path with a leading `/`. */
export type SettingsTarget = 'all' | { readonly method: string; readonly path: string };

/** A usage plan (tier). */
export interface UsagePlan {
  readonly stack: Stack;
  readonly address: string;
  readonly name: Value<string>;
  readonly throttle: Throttle;
  readonly quota: { readonly limit: Value<number>; readonly period: Value<string> } | undefined;
  readonly stages: readonly UsagePlanStage[];
}

/** A stage that a usage plan covers. */
export interface UsagePlanStage {
  /** Undefined when the API is unknown or not one of the stack. */
  readonly api: Api | undefined;
  readonly stage: Value<string>;
  /** Throttles of single methods, by `/path/METHOD`. */
  readonly methods: readonly { readonly path: Value<string>; readonly throttle: Throttle }[];
}

/** An authorizer of an API. */
export interface Authorizer {
  readonly stack: Stack;
  readonly address: string;
  readonly api: Api | undefined;
  readonly name: Value<string>;
  /** TOKEN, REQUEST, COGNITO_USER_POOLS or JWT. */
  readonly kind: Value<string>;
  readonly ttlSeconds: Value<number>;
  readonly identitySource: Value<string>;
}

/** What a method's authorizer reference leads to. */
export type AuthorizerLink =
  | { readonly kind: 'none' }
  | { readonly kind: 'authorizer'; readonly authorizer: Authorizer }
  | { readonly kind: 'dangling'; readonly reason: string }
  /** `id`: that of an authorizer outside the plan. */
  | { readonly kind: 'unknown'; readonly cause: string; readonly id?: string };

/** Access rule that a route declares. */
export type DeclaredRule =
  | { readonly kind: 'scopes'; readonly anyOf: readonly (readonly string[])[]; readonly sensitive: boolean }
  | { readonly kind: 'authenticated' | 'public'; readonly reason: string; readonly sensitive: boolean }
  | { readonly kind: 'iam' }
  /** `listed`: the API has a table of access rules, and the route is not in it. */
  | { readonly kind: 'none'; readonly listed: boolean }
  | { readonly kind: 'invalid'; readonly reason: string }
  | { readonly kind: 'unknown'; readonly cause: string };

/** A method of a path of an API. */
export interface Route {
  readonly api: Api;
  /** Address of the method, or of the resource whose OpenAPI document holds the operation. */
  readonly address: string;
  readonly constructPath: string | undefined;
  /** Place of the operation in the OpenAPI document; empty for a method resource. */
  readonly operation: string;
  /** Upper-case HTTP method, or ANY. */
  readonly method: Value<string>;
  readonly path: Value<string>;
  /** NONE, CUSTOM, AWS_IAM, COGNITO_USER_POOLS or JWT. */
  readonly authorization: Value<string>;
  readonly authorizer: AuthorizerLink;
  readonly declared: DeclaredRule;
  readonly apiKeyRequired: Value<boolean>;
  /** Type of the integration: AWS_PROXY, MOCK, … */
  readonly integration: Value<string>;
  /** What answers: `function orders`, `https://orders.example.com/v1`, `dynamodb Scan`, `mock`. */
  readonly backend: Value<string>;
}

/** Text of a policy; `symbolic` when it holds a value that the plan does not tell. */
export interface PolicyText {
  readonly text: string;
  /**
   * `no`: the text is final. `attribute`: the unknown parts are attributes of resources (an ARN, an id), so no wildcard comes
   * from them. `anything`: they may be anything.
   */
  readonly symbolic: 'no' | 'attribute' | 'anything';
}

/** A principal of a statement: `{ type: 'AWS', id: … }`; type `*` for the bare wildcard. */
export interface PolicyPrincipal {
  readonly type: string;
  readonly id: PolicyText;
}

/** One line of a `Condition`: `ArnLike`, `aws:SourceArn`, and the values of which one has to fit. */
export interface PolicyCondition {
  readonly operator: string;
  readonly key: PolicyText;
  readonly values: readonly PolicyText[];
}

/** A statement of an IAM policy. A member that the statement lacks is undefined. */
export interface PolicyStatement {
  /** `statement[0]`, and the Sid where it has one. */
  readonly label: string;
  readonly effect: PolicyText;
  readonly actions: readonly PolicyText[] | undefined;
  readonly notActions: readonly PolicyText[] | undefined;
  readonly resources: readonly PolicyText[] | undefined;
  readonly notResources: readonly PolicyText[] | undefined;
  readonly principals: readonly PolicyPrincipal[] | undefined;
  readonly notPrincipals: readonly PolicyPrincipal[] | undefined;
  /** All have to hold; empty where the statement has none. */
  readonly conditions: readonly PolicyCondition[];
}

/** A policy document where it is attached. */
export interface Policy {
  readonly stack: Stack;
  readonly address: string;
  readonly constructPath: string | undefined;
  /** Attribute that holds the document. */
  readonly attribute: string;
  /** `identity`: what its holder may do. `resource`: who may do something with the resource. */
  readonly kind: 'identity' | 'resource';
  /** Type of the resource that carries the document, as Terraform names it. */
  readonly resourceType: string;
  /** Unknown when the document, or a part that decides, cannot be read. */
  readonly statements: Value<readonly PolicyStatement[]>;
}

/** A statement of a function's resource policy. */
export interface LambdaPermission {
  readonly stack: Stack;
  readonly address: string;
  readonly constructPath: string | undefined;
  readonly principal: Value<string>;
  readonly action: Value<string>;
  /** True when source ARN, source account or organisation restrict the principal. */
  readonly restricted: boolean;
}

/** Everything that rules look at, of all stacks that were read. */
export interface AuditModel {
  readonly stacks: readonly Stack[];
  readonly apis: readonly Api[];
  readonly authorizers: readonly Authorizer[];
  readonly routes: readonly Route[];
  readonly methodSettings: readonly MethodSettings[];
  readonly usagePlans: readonly UsagePlan[];
  readonly policies: readonly Policy[];
  readonly lambdaPermissions: readonly LambdaPermission[];
  readonly notJudged: readonly NotJudged[];
  /** The same as it is before the plans are applied; undefined when no plan was read. */
  readonly before: AuditModel | undefined;
}
