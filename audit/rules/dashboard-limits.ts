import { arrayOf, type Json, member } from '../json';
import type { Rule } from './rule';
import { finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

const MOST_WIDGETS = 500;
const MOST_METRICS_OF_WIDGET = 500;
const MOST_METRICS = 2500;

/** A dashboard is one that CloudWatch takes. */
export const dashboardLimits: Rule = {
  id: 'OBS-004',
  title: 'Dashboard beyond the limits of CloudWatch',
  why: 'The plan succeeds and the apply fails, after half of the change is made.',
  cause: 'A widget for each route or each tenant.',
  fix: 'Keep to 500 widgets, 500 metrics in a widget and 2,500 in a dashboard; split it, or show the top of a search.',
  severity: 'low',
  references: ['https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html'],
  check: (model) =>
    resourcesOf(model, 'aws_cloudwatch_dashboard').map((placed) => finding(placed, 'dashboard_body', judge(placed))),
};

function judge({ resource }: Placed): Judgement {
  const body = resource.attributes.string('dashboard_body');
  if (body.kind !== 'known') {
    return ['unknown', `its body is ${body.kind === 'unknown' ? body.cause : 'not set'}`];
  }
  let document: Json;
  try {
    document = JSON.parse(body.value) as Json;
  } catch {
    return ['fail', 'its body is not JSON'];
  }
  const widgets = arrayOf(member(document, 'widgets'));
  const metrics = widgets.map((widget) => arrayOf(member(member(widget, 'properties'), 'metrics')).length);
  const total = metrics.reduce((sum, count) => sum + count, 0);
  if (widgets.length > MOST_WIDGETS) {
    return ['fail', `it has ${widgets.length} widgets, above ${MOST_WIDGETS}`];
  }
  if (metrics.some((count) => count > MOST_METRICS_OF_WIDGET) || total > MOST_METRICS) {
    return ['fail', `a widget has more than ${MOST_METRICS_OF_WIDGET} metrics, or all have more than ${MOST_METRICS}`];
  }
  return ['pass', 'it is within the limits'];
}
