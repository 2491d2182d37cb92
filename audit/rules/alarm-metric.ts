import type { Rule } from './rule';
import { type AlarmMetric, alarmMetrics } from './shared/alarms';
import { finding, type Judgement } from './shared/resources';

/**
 * Sets of dimensions under which AWS publishes the metrics of a namespace. A metric of one set is not found under another.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html
 */
const LEGAL: Readonly<Record<string, readonly string[]>> = {
  'AWS/ApiGateway': [
    'ApiName',
    'ApiName,Stage',
    'ApiName,Method,Resource,Stage',
    'ApiId',
    'ApiId,Stage',
    'ApiId,Method,Resource,Stage',
    'ApiId,Route,Stage',
  ],
  'AWS/Lambda': [
    '',
    'FunctionName',
    'FunctionName,Resource',
    'ExecutedVersion,FunctionName,Resource',
    'EventSourceMappingUUID,FunctionName',
    'EventSourceMappingUUID',
  ],
  'AWS/DynamoDB': [
    '',
    'TableName',
    'Operation,TableName',
    'GlobalSecondaryIndexName,TableName',
    'GlobalSecondaryIndexName,Operation,TableName',
    'Operation',
    'ReceivingRegion,TableName',
    'Operation,StreamLabel,TableName',
    'DelegatedOperation,TableName',
    'Verb,TableName',
  ],
};

/** An alarm looks at a metric that exists. */
export const alarmMetric: Rule = {
  id: 'OBS-003',
  title: 'Alarm on a metric that AWS never publishes',
  why: 'CloudWatch does not add up over missing dimensions and reports no error: the alarm matches nothing and never fires.',
  cause: 'A dimension was left out or misspelt, for example Stage without ApiName.',
  fix: 'Use one of the sets of dimensions under which the service publishes, for example ApiName and Stage.',
  severity: 'high',
  references: ['https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html'],
  check: (model) =>
    alarmMetrics(model)
      .filter(({ namespace }) => namespace.kind !== 'known' || Object.hasOwn(LEGAL, namespace.value))
      .map((metric) => finding(metric.alarm, 'dimensions', judge(metric))),
};

function judge({ namespace, dimensions }: AlarmMetric): Judgement {
  if (namespace.kind !== 'known' || dimensions.kind === 'unknown') {
    return ['unknown', 'its namespace or its dimensions are not known'];
  }
  const names = dimensions.kind === 'known' ? [...dimensions.value.keys()].sort() : [];
  return (LEGAL[namespace.value] ?? []).some((legal) => legal.split(',').sort().join() === names.join())
    ? ['pass', `${namespace.value} publishes metrics under these dimensions`]
    : ['fail', `${namespace.value} publishes no metric under the dimensions ${names.join(', ') || '(none)'}`];
}
