import type { Throttle, UsagePlan } from '../model/types';
import { is } from '../three-valued';
import type { Rule } from './rule';
import { resourceAt } from './shared/addresses';
import type { Judgement } from './shared/resources';
import { StageThrottles } from './shared/throttles';

/** What one tier promises, the stage can give. */
export const planLimitAboveStage: Rule = {
  id: 'RATE-007',
  title: 'Plan limit above the limit of its stage',
  why: 'A caller of the plan meets 429 below the rate that was promised, and takes it from all others.',
  cause: 'The limit of the stage was lowered, or a tier was added, without looking at the other.',
  fix: 'Keep the rate and the burst of every plan at or below those of the stage.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html'],
  check: (model) => {
    const throttles = new StageThrottles(model);
    return model.usagePlans.flatMap((plan) => {
      const answers = stagesOf(throttles, plan).map((stage) => compare(plan.throttle, stage));
      const answer =
        answers.find(([verdict]) => verdict === 'fail') ??
        answers.find(([verdict]) => verdict !== 'pass') ??
        answers[0];
      if (answer === undefined) {
        return [];
      }
      const resource = resourceAt(plan.stack, plan.address);
      return [
        {
          stack: plan.stack.name,
          address: plan.address,
          constructPath: resource?.config?.constructPath,
          attribute: 'throttle_settings',
          verdict: answer[0],
          message: answer[1],
        },
      ];
    });
  },
};

function stagesOf(throttles: StageThrottles, plan: UsagePlan): Throttle[] {
  return plan.stages.flatMap(({ api, stage }) =>
    (api?.stages ?? [])
      .filter(({ name }) => stage.kind === 'known' && is(name, stage.value))
      .flatMap((item) => {
        const throttle = throttles.of(item);
        return throttle.kind === 'known' ? [throttle.value] : [];
      }),
  );
}

function compare(plan: Throttle, stage: Throttle): Judgement {
  for (const limit of ['rate', 'burst'] as const) {
    const own = plan[limit];
    const above = stage[limit];
    if (own.kind === 'known' && above.kind === 'known' && own.value > above.value) {
      return ['fail', `its ${limit} ${own.value} is above the ${above.value} of the stage`];
    }
  }
  return [plan.rate, plan.burst, stage.rate, stage.burst].some(({ kind }) => kind === 'unknown')
    ? ['unknown', 'a limit of the plan or of the stage is not known']
    : ['pass', 'its limits are within those of the stage'];
}
