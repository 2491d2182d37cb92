import type { Stage } from '../model/types';
import { aboutStage, type Rule } from './rule';
import type { Judgement } from './shared/resources';
import { StageThrottles } from './shared/throttles';

/** A stage has a limit of its own. */
export const stageThrottle: Rule = {
  id: 'RATE-001',
  title: 'Stage without a throttle',
  why: 'One API then uses up the rate of the whole account, and every other API of the region answers 429 with it.',
  cause: 'No aws_api_gateway_method_settings for */*, or one without a rate and a burst.',
  fix: 'Set throttling_rate_limit and throttling_burst_limit for method_path = "*/*".',
  severity: 'medium',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html',
    'https://owasp.org/API-Security/editions/2023/en/0xa4-unrestricted-resource-consumption/',
  ],
  check: (model) => {
    const throttles = new StageThrottles(model);
    return model.apis.flatMap((api) =>
      api.stages.map((stage) => {
        const [verdict, message] = judge(throttles, stage);
        return { ...aboutStage(stage), attribute: 'throttle', verdict, message };
      }),
    );
  },
};

function judge(throttles: StageThrottles, stage: Stage): Judgement {
  const throttle = throttles.of(stage);
  if (throttle.kind === 'unknown') {
    return ['unknown', `its throttle is ${throttle.cause}`];
  }
  if (throttle.kind === 'absent') {
    return ['fail', 'only the limit of the account holds: no method settings for */* set a throttle'];
  }
  const { rate, burst } = throttle.value;
  if (rate.kind === 'absent' || burst.kind === 'absent') {
    return ['fail', `only the limit of the account holds for its ${rate.kind === 'absent' ? 'rate' : 'burst'}`];
  }
  return rate.kind === 'unknown' || burst.kind === 'unknown'
    ? ['unknown', 'its rate or its burst is not known']
    : ['pass', 'it has a rate and a burst of its own'];
}
