import type { AuditModel, Route } from '../model/types';
import type { Verdict } from '../three-valued';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

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
  readonly fix: string;
  readonly severity: Severity;
  /** Pages of AWS or standards that the rule rests on. */
  readonly references: readonly string[];
  check(model: AuditModel): readonly RuleFinding[];
}

/** The parts of a finding that name a route. */
export function aboutRoute(
  route: Route,
): Pick<RuleFinding, 'stack' | 'address' | 'attribute' | 'constructPath' | 'route'> {
  const place = { stack: route.api.stack.name, address: route.address, constructPath: route.constructPath, route };
  return route.operation === '' ? place : { ...place, attribute: `body ${route.operation}` };
}
