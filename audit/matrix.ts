import { routesBehind } from './change/behind';
import { comparedRoutes, isLeftBehind } from './change/compared-routes';
import type { RouteChange } from './change/route-change';
import { compareText } from './json';
import { judgeAccess } from './model/access';
import { guardsOf } from './model/api-guards';
import { ACCOUNT_DEFAULT, effectiveThrottle, usagePlansOf } from './model/effective-throttle';
import type { Api, AuditModel, Authorizer, Route, Stage } from './model/types';
import type { Stack } from './reader/stack';
import type { RuleFinding, Severity } from './rules/rule';
import { resourceAt } from './rules/shared/addresses';
import { is, show, unknown, type Verdict, worst } from './three-valued';

/** Authorizer of a route as the matrix shows it; `?` for what is not known, `-` for what is not set. */
export interface MatrixAuthorizer {
  readonly name: string;
  readonly kind: string;
  /** Seconds for which API Gateway keeps an answer. */
  readonly ttlSeconds: string;
  readonly identitySource: string;
  /**
   * What an answer is for: `api`, every route of the API; `route`, the one that was asked for. It is what the stage asks the
   * authorizer of this kit for; `-` for another authorizer, which the stage does not tell its API.
   */
  readonly results: string;
}

/** One route of one API: who may call it, and how often. Texts are `?` for unknown, `-` for not set. */
export interface MatrixRow {
  readonly stack: string;
  readonly api: string;
  /** REST, HTTP, WEBSOCKET; FUNCTION for a function URL. */
  readonly protocol: string;
  readonly stages: readonly string[];
  readonly method: string;
  readonly path: string;
  /** `scopes`, `authenticated (<reason>)`, `public (<reason>)`, `iam`, `authorizer`, `none` (no rule), `unknown`. */
  readonly accessRule: string;
  /** `a or (b + c)`. */
  readonly scopes: string;
  /** Alternatives of scopes, all of one of which a token needs; null when there are none or they are not known. */
  readonly anyOf: readonly (readonly string[])[] | null;
  /** NONE, CUSTOM, AWS_IAM, COGNITO_USER_POOLS. */
  readonly authorization: string;
  readonly authorizer: MatrixAuthorizer | null;
  readonly apiKeyRequired: boolean | null;
  /** Names of the usage plans (tiers) that meter the route. */
  readonly usagePlans: readonly string[];
  /** `1000 rps / 2000 burst`, per usage plan or stage where they differ; `-` when no stage is in the plan. */
  readonly throttle: string;
  /** Whether a web ACL protects each stage; null when that is not known, or no stage is in the plan. */
  readonly webAcl: boolean | null;
  /** Where the API is reached: EDGE, REGIONAL, PRIVATE, function URL. */
  readonly endpoint: string;
  /** What guards the API beside authorizer and web ACL: a resource policy, mutual TLS, a VPC endpoint. */
  readonly guards: readonly string[];
  /** What answers: `function orders`, `https://orders.example.com/v1`, `dynamodb Scan`, `mock`. */
  readonly answers: string;
  /** The worst answer of the rules that look at the route, or at what stands behind it. */
  readonly verdict: Verdict;
  readonly address: string;
  /** What the plan does to the route; null when no plan was read, which alone tells of before. */
  readonly change: RouteChange | null;
  /** Each setting that changes: `weakened: authorization CUSTOM → NONE`. */
  readonly changes: readonly string[];
}

/** What the order of a setting's change makes of the route, as the matrix shows it. */
const CHANGE_NAMES = {
  same: 'same',
  stronger: 'strengthened',
  weaker: 'weakened',
  incomparable: 'changed',
  unknown: 'unknown',
} as const;

/** An answer, with the severity of its rule. */
export interface WeighedFinding extends RuleFinding {
  readonly severity: Severity;
}

/**
 * Builds the authorization matrix: one row per method, ordered by stack, API, path, method. Routes that the plan removes have a row
 * too, as they are before.
 */
export function buildMatrix(model: AuditModel, findings: readonly WeighedFinding[]): MatrixRow[] {
  const verdicts = new Map<Route, Verdict[]>();
  const places = new Map(model.stacks.map((stack) => [stack.name, stack]));
  for (const finding of findings) {
    for (const one of routesOf(model, places, finding)) {
      verdicts.set(one, [...(verdicts.get(one) ?? []), finding.verdict]);
    }
  }
  const compared = comparedRoutes(model);
  const rows = compared.routes.map(
    ({ route, change, changes, behind }): MatrixRow => ({
      ...row(model, route, verdicts.get(route) ?? []),
      change,
      changes: [
        ...[...changes, ...behind].map(({ order, text }) => `${CHANGE_NAMES[order]}: ${text}`),
        ...(isLeftBehind(route, changes) ? ['not served yet: the deployment of the stage stays as it is'] : []),
      ],
    }),
  );
  const removed = compared.removed.map(
    (route): MatrixRow => ({
      ...row(model.before ?? model, route, []),
      change: 'removed',
    }),
  );
  return [...rows, ...removed].sort(compareRows);
}

/**
 * The routes whose rows show an answer: those that it is about, and for a critical one those that its resource stands behind. A route that a
 * critical finding opens never reads "pass".
 */
function routesOf(
  model: AuditModel,
  places: ReadonlyMap<string, Stack>,
  { route, routes = [], verdict, severity, stack, address }: WeighedFinding,
): readonly Route[] {
  if (route !== undefined || routes.length > 0) {
    return route === undefined ? routes : [route, ...routes];
  }
  const place = verdict === 'pass' || severity !== 'critical' ? undefined : places.get(stack);
  const resource = place && resourceAt(place, address);
  return place && resource ? routesBehind(model)(place, resource) : [];
}

function row(model: AuditModel, route: Route, verdicts: readonly Verdict[]): MatrixRow {
  const access = judgeAccess(route);
  const stages = [...route.api.stages].sort((left, right) => compareText(show(left.name), show(right.name)));
  return {
    stack: route.api.stack.name,
    api: apiName(route.api),
    protocol: route.api.protocol,
    stages: stages.map((stage) => show(stage.name)),
    method: show(route.method),
    path: show(route.path),
    accessRule: access.rule,
    scopes: access.scopes,
    anyOf: access.anyOf ?? null,
    authorization: show(route.authorization),
    authorizer: authorizerOf(route),
    apiKeyRequired: route.apiKeyRequired.kind === 'known' ? route.apiKeyRequired.value : null,
    usagePlans: planNames(model, route, stages),
    throttle: throttleOf(model, route, stages),
    webAcl: webAclOf(stages),
    ...guardsOf(route.api),
    answers: show(route.backend),
    verdict: worst(verdicts),
    address: route.operation === '' ? route.address : `${route.address} ${route.operation}`,
    change: null,
    changes: [],
  };
}

/** Name of the API; of one outside the plan, its id or address. */
function apiName(api: Api): string {
  return api.name.kind === 'known' ? show(api.name) : api.address;
}

function authorizerOf(route: Route): MatrixAuthorizer | null {
  const link = route.authorizer;
  switch (link.kind) {
    case 'none':
      return null;
    case 'authorizer':
      return shownAuthorizer(link.authorizer, route.api.stages);
    default:
      return { name: '?', kind: '?', ttlSeconds: '?', identitySource: '?', results: '?' };
  }
}

function shownAuthorizer(
  { name, kind, ttlSeconds, identitySource }: Authorizer,
  stages: readonly Stage[],
): MatrixAuthorizer {
  return {
    name: show(name),
    kind: show(kind),
    ttlSeconds: show(ttlSeconds),
    identitySource: show(identitySource),
    results: resultsOf(stages),
  };
}

/** What the stages ask the authorizer for; `?` where they differ. */
function resultsOf(stages: readonly Stage[]): string {
  const forms = new Set(
    stages.map(({ apiVariable, resultsVariable }) =>
      resultsVariable.kind === 'absent' ? (apiVariable.kind === 'absent' ? '-' : 'api') : show(resultsVariable),
    ),
  );
  const [form = '-'] = forms;
  return forms.size > 1 ? '?' : form;
}

function webAclOf(stages: readonly Stage[]): boolean | null {
  if (stages.length === 0 || stages.some(({ webAcl }) => webAcl.kind !== 'known')) {
    return null;
  }
  return stages.every(({ webAcl }) => is(webAcl, true));
}

function planNames(model: AuditModel, route: Route, stages: readonly Stage[]): string[] {
  const names = stages.flatMap((stage) => usagePlansOf(model, route, stage).map(({ plan }) => show(plan.name)));
  return [...new Set(names)].sort(compareText);
}

function throttleOf(model: AuditModel, route: Route, stages: readonly Stage[]): string {
  if (stages.length === 0) {
    const text = effectiveThrottle(model, route, stageNotInPlan(route.api));
    return text === ACCOUNT_DEFAULT ? '-' : text;
  }
  const texts = stages.map((stage) => ({ stage: show(stage.name), text: effectiveThrottle(model, route, stage) }));
  const distinct = new Set(texts.map(({ text }) => text));
  return distinct.size === 1 ? [...distinct].join('') : texts.map(({ stage, text }) => `${stage}: ${text}`).join('; ');
}

/** Stages may be made outside the plan; settings and usage plans in the plan still tell of them. */
function stageNotInPlan(api: Api): Stage {
  const notInPlan = unknown('the stage is not in the plan');
  return { api, address: '', name: notInPlan, webAcl: notInPlan, apiVariable: notInPlan, resultsVariable: notInPlan };
}

function compareRows(left: MatrixRow, right: MatrixRow): number {
  return (
    compareText(left.stack, right.stack) ||
    compareText(left.api, right.api) ||
    compareText(left.path, right.path) ||
    compareText(left.method, right.method) ||
    compareText(left.address, right.address)
  );
}
