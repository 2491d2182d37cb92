import type { AuditModel, Authorizer, Route, Stage } from '../model/types';
import { show, type Verdict } from '../three-valued';
import type { RulePolicy } from './policy';
import { resourceAt } from './shared/addresses';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

/** How a plan takes away a stateful resource, or what protects it. */
export type StatefulAction = 'delete' | 'replace' | 'forget' | 'update';

/** One answer of a rule about one thing. */
export interface RuleFinding {
  readonly verdict: Verdict;
  readonly stack: string;
  /** Address of the resource. */
  readonly address: string;
  /** Attribute, or place in a document, that the answer is about. */
  readonly attribute?: string;
  readonly constructPath?: string | undefined;
  /** What was found, in one sentence without values marked as sensitive. */
  readonly message: string;
  /** Route whose row of the matrix shows the verdict. */
  readonly route?: Route;
  /** The same, where the answer is about what several routes share. */
  readonly routes?: readonly Route[];
  /** Tells findings about one attribute apart, across runs: a class of evidence, never a value. */
  readonly evidence?: string;
  /** What the plan does to a resource that holds data, credentials or addresses; such a finding has an exit code of its own. */
  readonly stateful?: StatefulAction;
}

/**
 * A rule of the plan audit: one file, one question, three possible answers. A rule answers for everything that it looked at,
 * passes included; what cannot be told from the plan is `unknown`, never `pass`.
 */
export interface Rule {
  /** Family and number, `AUTHZ-001`; stable for ever. */
  readonly id: string;
  readonly title: string;
  /** What happens when the rule is broken. */
  readonly why: string;
  /** How it usually comes about. */
  readonly cause: string;
  readonly fix: string;
  readonly severity: Severity;
  /** Pages of AWS or standards that the rule rests on. */
  readonly references: readonly string[];
  /** @param policy limits and demands of the organisation */
  check(model: AuditModel, policy: RulePolicy): readonly RuleFinding[];
}

/** The parts of a finding that name a route. */
export function aboutRoute(
  route: Route,
): Pick<RuleFinding, 'stack' | 'address' | 'attribute' | 'constructPath' | 'route'> {
  const place = { stack: route.api.stack.name, address: route.address, constructPath: route.constructPath, route };
  return route.operation === '' ? place : { ...place, attribute: `body ${route.operation}` };
}

/** `GET /v1/status` for messages. */
export function routeName(route: Route): string {
  return `${show(route.method)} ${show(route.path)}`;
}

/** The parts of a finding that name an authorizer. */
export function aboutAuthorizer(authorizer: Authorizer): Pick<RuleFinding, 'stack' | 'address' | 'constructPath'> {
  const { stack, address } = authorizer;
  return { stack: stack.name, address, constructPath: resourceAt(stack, address)?.config?.constructPath };
}

/** The parts of a finding that name a stage. */
export function aboutStage(stage: Stage): Pick<RuleFinding, 'stack' | 'address' | 'constructPath'> {
  const { stack } = stage.api;
  return {
    stack: stack.name,
    address: stage.address,
    constructPath: resourceAt(stack, stage.address)?.config?.constructPath,
  };
}
