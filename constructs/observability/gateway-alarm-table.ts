import type { AlarmSpec } from './alarm';
import type { GatewayMetrics } from './metrics';

/** The alarms of a gateway, by the last part of their names. */
export type GatewayAlarmId = 'api-5xx' | 'api-lat' | 'auth-err' | 'auth-thr';

export const GATEWAY_ALARM_IDS: readonly GatewayAlarmId[] = ['api-5xx', 'api-lat', 'auth-err', 'auth-thr'];

/**
 * The baseline alarms of a gateway: server errors, latency, a failing and a throttled authorizer. Values of the first two are those that AWS recommends.
 *
 * Lambda `Errors` of the authorizer is not among them: each refused token is an error there.
 *
 * @param authorizer name of the authorizer function; without one there are only the alarms of the API
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
 */
export function gatewayAlarms(
  metrics: GatewayMetrics,
  authorizer: string | undefined,
): readonly AlarmSpec<GatewayAlarmId>[] {
  const ofApi: AlarmSpec<GatewayAlarmId>[] = [
    {
      id: 'api-5xx',
      metric: metrics.gateway('5XXError', 'Average'),
      comparison: 'GreaterThanThreshold',
      threshold: 0.05,
      evaluationPeriods: 3,
      datapoints: 3,
      missingData: {
        treat: 'notBreaching',
        because:
          'Without requests there are no server errors; requests that get no answer at all are not counted here.',
      },
      severity: 'ticket',
      description: 'Share of requests that API Gateway or a backend answers with a server error',
    },
    {
      id: 'api-lat',
      metric: metrics.gateway('Latency', 'p90'),
      comparison: 'GreaterThanOrEqualToThreshold',
      threshold: 2500,
      evaluationPeriods: 5,
      datapoints: 5,
      missingData: {
        treat: 'ignore',
        because:
          'Without requests there is no latency: a quiet night must not start an alarm, and must not end one as if all were well.',
      },
      severity: 'ticket',
      description: 'Time in milliseconds within which nine of ten requests are answered',
    },
  ];
  const ofAuthorizer = (functionName: string): AlarmSpec<GatewayAlarmId>[] => [
    {
      id: 'auth-err',
      metric: metrics.authorizer('AuthErrors', 'Sum'),
      comparison: 'GreaterThanThreshold',
      threshold: 0,
      evaluationPeriods: 3,
      datapoints: 3,
      missingData: {
        treat: 'notBreaching',
        because:
          'The authorizer writes the metric only when it fails, so missing data means that the failures have stopped.',
      },
      severity: 'page',
      description:
        'The authorizer fails, and callers whose result is not cached get 500: look at the token table, the pepper and the key sets',
    },
    {
      id: 'auth-thr',
      metric: metrics.function(functionName, 'Throttles', 'Sum'),
      comparison: 'GreaterThanOrEqualToThreshold',
      threshold: 1,
      evaluationPeriods: 1,
      datapoints: 1,
      missingData: {
        treat: 'notBreaching',
        because: 'Lambda writes the metric only with invocations, and a function that is not called is not throttled.',
      },
      severity: 'page',
      description: 'The authorizer has no concurrency left, and callers whose result is not cached get 500',
    },
  ];
  return [...ofApi, ...(authorizer === undefined ? [] : ofAuthorizer(authorizer))];
}
