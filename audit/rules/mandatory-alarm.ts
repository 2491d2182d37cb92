import type { AuditModel } from '../model/types';
import type { Rule, RuleFinding } from './rule';
import { type AlarmMetric, alarmMetrics, Watched } from './shared/alarms';
import { Functions } from './shared/functions';
import { finding, type Judgement, resourcesOf } from './shared/resources';

const REST_API = 'aws_api_gateway_rest_api';

/** Somebody is told when an API, or the authorizer before it, fails. */
export const mandatoryAlarm: Rule = {
  id: 'OBS-001',
  title: 'Mandatory alarm missing',
  why: 'Callers get 500 and nobody is told. A failing authorizer takes every route of the API with it.',
  cause: 'Alarms are made later, or for the backends only.',
  fix: 'Alarm on 5XXError of the API (ApiName), and on Errors or Throttles of the function of the authorizer (GatewayDashboard of this kit).',
  severity: 'medium',
  references: [
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html',
  ],
  check: (model) => {
    const metrics = alarmMetrics(model);
    return [...apis(model, metrics), ...authorizers(model, metrics)];
  },
};

function apis(model: AuditModel, metrics: readonly AlarmMetric[]): RuleFinding[] {
  const errors = new Watched(metrics, 'ApiName', /^5XXError$/i);
  return model.apis
    .filter(({ kind, stages, resource }) => kind === 'managed' && stages.length > 0 && resource?.type === REST_API)
    .map((api) => {
      const [verdict, message] = judge(
        api.name.kind === 'known' ? errors.has(api.name.value) : undefined,
        'its server errors',
      );
      const constructPath = api.resource?.config?.constructPath;
      return { stack: api.stack.name, address: api.address, constructPath, attribute: 'alarm', verdict, message };
    });
}

function authorizers(model: AuditModel, metrics: readonly AlarmMetric[]): RuleFinding[] {
  const functions = new Functions(model);
  const failures = new Watched(metrics, 'FunctionName', /^(Errors|Throttles)$/);
  return resourcesOf(model, 'aws_api_gateway_authorizer', 'aws_apigatewayv2_authorizer').flatMap((placed) => {
    const target = functions.target(placed, 'authorizer_uri');
    return target.kind === 'absent'
      ? []
      : [
          finding(
            placed,
            'alarm',
            judge(
              target.kind === 'known' ? failures.has(target.value.name) : undefined,
              'errors or throttles of its function',
            ),
          ),
        ];
  });
}

function judge(watched: boolean | undefined, what: string): Judgement {
  if (watched === undefined) {
    return ['unknown', `whether an alarm watches ${what} is not known`];
  }
  return watched ? ['pass', `an alarm watches ${what}`] : ['fail', `no alarm watches ${what}`];
}
