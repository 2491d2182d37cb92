import { limitsOf } from '../model/effective-throttle';
import type { AuditModel, Route, Stage } from '../model/types';
import { is, show } from '../three-valued';
import type { RulePolicy } from './policy';
import { aboutRoute, type Rule, type RuleFinding, routeName } from './rule';
import { isOAuthEndpoint } from './shared/oauth-routes';
import type { Judgement } from './shared/resources';

/** Where anybody may try credentials, somebody counts the tries. */
export const oauthRouteLimit: Rule = {
  id: 'RATE-008',
  title: 'Public OAuth endpoint without a limit',
  why: 'Anybody may try client secrets and tokens there, and each try costs an invocation. Without a limit of its own only that of the account holds, which one caller can use up for every API.',
  cause:
    'The endpoint is public by design, and the usage plans that limit other routes need a key that its callers do not have.',
  fix: 'Set throttling_rate_limit and throttling_burst_limit in aws_api_gateway_method_settings, for */* or for the method; associate a web ACL with a rate_based_statement, which counts by address.',
  severity: 'medium',
  references: [
    'https://www.rfc-editor.org/rfc/rfc6749#section-10.10',
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html',
    'https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html',
  ],
  check: (model, policy) =>
    model.routes
      .filter((route) => isOAuthEndpoint(route) && (is(route.authorization, 'NONE') || isOpen(route)))
      .flatMap((route) => answersFor(model, policy, route)),
};

/** Nobody knows whether it is public. */
function isOpen({ authorization }: Route): boolean {
  return authorization.kind === 'unknown';
}

function answersFor(model: AuditModel, policy: RulePolicy, route: Route): RuleFinding[] {
  const answer = ([verdict, message]: Judgement, evidence?: string): RuleFinding => ({
    ...aboutRoute(route),
    verdict,
    message: `${routeName(route)}: ${message}`,
    ...(evidence === undefined ? {} : { evidence }),
  });
  if (isOpen(route)) {
    return [answer(['unknown', 'who may call it is not known'])];
  }
  const { stages } = route.api;
  return stages.length === 0
    ? [answer(['unknown', 'its stage, and with it its limit, is not in the plan'])]
    : stages.map((stage) => answer(judge(model, policy, route, stage), stage.address));
}

function judge(model: AuditModel, { webAcl: wanted }: RulePolicy, route: Route, stage: Stage): Judgement {
  const limits = limitsOf(model, route, stage);
  if (limits.kind === 'unknown') {
    return ['unknown', `its limit is not known: ${limits.cause}`];
  }
  for (const { throttle } of limits.value) {
    const { rate, burst } = throttle;
    if (rate.kind === 'absent' || burst.kind === 'absent') {
      return ['fail', `only the ${rate.kind === 'absent' ? 'rate' : 'burst'} of the account limits it`];
    }
    if (rate.kind === 'unknown' || burst.kind === 'unknown') {
      return ['unknown', 'its rate or its burst is not known'];
    }
  }
  const { webAcl } = stage;
  const rate = limits.value.map(({ throttle }) => show(throttle.rate)).join(', ');
  const limited = `it is limited to ${rate} requests per second for all callers together`;
  if (is(webAcl, true)) {
    return ['pass', `${limited}, and a web ACL looks at each`];
  }
  if (!wanted) {
    return ['pass', `${limited}; no web ACL of the plan counts by address`];
  }
  return webAcl.kind === 'unknown'
    ? ['unknown', `${limited}; whether a web ACL protects its stage is not known`]
    : ['fail', `${limited}, and no web ACL counts by address, so that one caller can use it up`];
}
