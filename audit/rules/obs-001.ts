import type { AuditModel } from '../model/types';
import type { Rule, RuleFinding } from './rule';
import { type AlarmMetric, alarmMetrics, watches } from './shared/alarms';
import { Functions } from './shared/functions';
import { finding, type Judgement, resourcesOf } from './shared/resources';

/** Somebody is told when an API, or the authorizer before it, fails. */
export const obs001: Rule = {
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
  return model.apis
    .filter(({ kind, stages }) => kind === 'managed' && stages.length > 0)
    .map((api) => {
      const errors = metrics.filter(({ name }) => name.kind !== 'known' || /^5XXError$/i.test(name.value));
      const [verdict, message] = judge(
        api.name.kind === 'known' ? errors.map((metric) => watches(metric, 'ApiName', nameOf(api.name))) : [undefined],
        'its server errors',
      );
      const constructPath = api.resource?.config?.constructPath;
      return { stack: api.stack.name, address: api.address, constructPath, attribute: 'alarm', verdict, message };
    });
}

function nameOf(name: { readonly kind: string }): string {
  return 'value' in name && typeof name.value === 'string' ? name.value : '';
}

function authorizers(model: AuditModel, metrics: readonly AlarmMetric[]): RuleFinding[] {
  const functions = new Functions(model);
  const failures = metrics.filter(({ name }) => name.kind !== 'known' || /^(Errors|Throttles)$/.test(name.value));
  return resourcesOf(model, 'aws_api_gateway_authorizer', 'aws_apigatewayv2_authorizer').flatMap((placed) => {
    const target = functions.target(placed, 'authorizer_uri');
    if (target.kind === 'absent') {
      return [];
    }
    const answers =
      target.kind === 'known'
        ? failures.map((metric) => watches(metric, 'FunctionName', target.value.name))
        : [undefined];
    return [finding(placed, 'alarm', judge(answers, 'errors or throttles of its function'))];
  });
}

function judge(answers: readonly (boolean | undefined)[], what: string): Judgement {
  if (answers.includes(true)) {
    return ['pass', `an alarm watches ${what}`];
  }
  return answers.includes(undefined)
    ? ['unknown', `whether an alarm watches ${what} is not known`]
    : ['fail', `no alarm watches ${what}`];
}
