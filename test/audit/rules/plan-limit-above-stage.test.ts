import { planBetween, STATE, withChanges } from '../between';
import { reportOf } from '../support';

/** The answer for a plan with these limits on a stage with 100 requests per second and a burst of 200. */
function answer(rate_limit: number, burst_limit: number): string[] {
  const state = withChanges({
    'aws_api_gateway_usage_plan.gold': { throttle_settings: [{ rate_limit, burst_limit }] },
  });
  return reportOf(planBetween(STATE, state))
    .findings.filter(({ rule }) => rule === 'RATE-007')
    .map(({ verdict }) => verdict);
}

test.each([
  ['equal to those of the stage', 100, 200, 'pass'],
  ['a rate of one more', 101, 200, 'fail'],
  ['a burst of one more', 100, 201, 'fail'],
  ['both below', 99, 199, 'pass'],
])('limits of a plan: %s', (_, rate, burst, verdict) => {
  expect(answer(rate, burst)).toEqual([verdict]);
});
