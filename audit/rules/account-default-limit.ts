import { aboutStage, type Rule } from './rule';
import type { Judgement } from './shared/resources';
import { StageThrottles } from './shared/throttles';

/** Limits of an account and region where AWS raised none: requests per second, and burst. */
const ACCOUNT_RATE = 10_000;
const ACCOUNT_BURST = 5_000;

/** The limit of a stage leaves something for the other APIs of the account. */
export const accountDefaultLimit: Rule = {
  id: 'RATE-006',
  title: 'Stage limit as high as that of the account',
  why: 'A limit that equals the default of the account (10,000 requests per second, 5,000 burst) holds nobody back.',
  cause: 'The values of the console were written down as the limit of the stage.',
  fix: 'Set the limit that the backends can bear.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html'],
  check: (model) => {
    const throttles = new StageThrottles(model);
    return model.apis.flatMap((api) =>
      api.stages.flatMap((stage) => {
        const throttle = throttles.of(stage);
        // A stage without a limit is RATE-001's.
        if (throttle.kind !== 'known') {
          return [];
        }
        const { rate, burst } = throttle.value;
        const tooHigh =
          (rate.kind === 'known' && rate.value >= ACCOUNT_RATE) ||
          (burst.kind === 'known' && burst.value >= ACCOUNT_BURST);
        const [verdict, message]: Judgement = tooHigh
          ? ['fail', 'its rate or its burst is as high as the default of the account']
          : rate.kind === 'unknown' || burst.kind === 'unknown'
            ? ['unknown', 'its rate or its burst is not known']
            : ['pass', 'its limit is below that of the account'];
        return [{ ...aboutStage(stage), attribute: 'throttle', verdict, message }];
      }),
    );
  },
};
