import type { Metric } from '../support/metric';
import type { AlarmSpec } from './alarm';
import type { Widget, WidgetRow } from './dashboard-layout';
import type { GatewayAlarmId } from './gateway-alarm-table';
import type { GatewayMetrics } from './metrics';

/** What the widgets show. */
export interface GatewayWidgetsOptions {
  readonly title: string;
  readonly region: string;
  readonly metrics: GatewayMetrics;
  readonly alarms: readonly AlarmSpec<GatewayAlarmId>[];
  readonly alarmArns: readonly string[];
  /** Name of the authorizer function. */
  readonly authorizer: string | undefined;
  readonly accessLogGroupName: string;
  readonly runbookUrl: string | undefined;
}

/** Response types that deny a request, as the access log writes them in `errType`. */
const DENIALS = [
  'UNAUTHORIZED',
  'ACCESS_DENIED',
  'INVALID_API_KEY',
  'MISSING_AUTHENTICATION_TOKEN',
  'INVALID_SIGNATURE',
  'THROTTLED',
  'QUOTA_EXCEEDED',
  'WAF_FILTERED',
  'AUTHORIZER_FAILURE',
  'AUTHORIZER_CONFIGURATION_ERROR',
];
const PERCENTILES = ['p50', 'p90', 'p99'];
const THIRD = 8;
const FULL = 24;
/** In seconds; every alarm has it too, so that a line means in the graph what it means in the alarm. */
const PERIOD = 60;

interface GraphOptions {
  readonly title: string;
  readonly unit: string;
  /** Entries of a CloudWatch metric widget: metrics and expressions. */
  readonly metrics: readonly unknown[];
  /** Alarms whose thresholds are drawn. @default - none */
  readonly thresholds?: readonly GatewayAlarmId[];
  /** Factor between the alarm's metric and what the graph shows. @default 1 */
  readonly scale?: number;
}

/** Rows of the dashboard, from the question "is it well?" down to "why not?". */
export function gatewayWidgets(options: GatewayWidgetsOptions): WidgetRow[] {
  const { metrics } = options;
  const graph = (graphOptions: GraphOptions): Widget => renderGraph(options, graphOptions);
  return [
    { height: 3, widgets: [header(options)] },
    // CloudWatch refuses an alarm widget without alarms.
    ...(options.alarmArns.length === 0 ? [] : [alarmRow(options.alarmArns)]),
    {
      height: 6,
      widgets: [
        graph({
          title: 'Requests',
          unit: 'per minute',
          metrics: [entry(metrics.gateway('Count', 'SampleCount'), 'requests')],
        }),
        graph({
          title: 'Error rate',
          unit: '%',
          metrics: [
            entry(metrics.gateway('4XXError', 'Average'), '4XX', { id: 'client', visible: false }),
            entry(metrics.gateway('5XXError', 'Average'), '5XX', { id: 'server', visible: false }),
            expression('client * 100', '4XX', 'clientPercent'),
            expression('server * 100', '5XX', 'serverPercent'),
          ],
          thresholds: ['api-5xx'],
          scale: 100,
        }),
        graph({
          title: 'Latency',
          unit: 'ms',
          metrics: PERCENTILES.map((stat) => entry(metrics.gateway('Latency', stat), stat)),
          thresholds: ['api-lat'],
        }),
      ],
    },
    {
      height: 6,
      widgets: [
        graph({
          title: 'Integration latency',
          unit: 'ms',
          metrics: PERCENTILES.map((stat) => entry(metrics.gateway('IntegrationLatency', stat), stat)),
        }),
        graph({
          title: 'Gateway overhead, authorizer included (approximate: a difference of percentiles)',
          unit: 'ms',
          metrics: [
            entry(metrics.gateway('Latency', 'p90'), 'latency p90', { id: 'whole', visible: false }),
            entry(metrics.gateway('IntegrationLatency', 'p90'), 'integration p90', {
              id: 'integration',
              visible: false,
            }),
            expression('whole - integration', 'overhead p90', 'overhead'),
          ],
        }),
        denials(options),
      ],
    },
    ...(options.authorizer === undefined ? [] : [authorizerRow(options, options.authorizer)]),
  ];
}

function alarmRow(alarms: readonly string[]): WidgetRow {
  return { height: 3, widgets: [{ type: 'alarm', width: FULL, properties: { title: 'Alarms', alarms } }] };
}

function authorizerRow(options: GatewayWidgetsOptions, functionName: string): WidgetRow {
  const { metrics } = options;
  return {
    height: 6,
    widgets: [
      renderGraph(options, {
        title: 'Authorizer: executions (a cached result is none) and throttles, all APIs',
        unit: 'per minute',
        metrics: [
          entry(metrics.function(functionName, 'Invocations', 'Sum'), 'executions'),
          entry(metrics.function(functionName, 'Throttles', 'Sum'), 'throttles'),
        ],
        thresholds: ['auth-thr'],
      }),
      renderGraph(options, {
        title: 'Authorizer: duration, all APIs',
        unit: 'ms',
        metrics: PERCENTILES.map((stat) => entry(metrics.function(functionName, 'Duration', stat), stat)),
      }),
      renderGraph(options, {
        title: 'Authorizer: decisions of this API',
        unit: 'per minute',
        metrics: [
          entry(metrics.authorizer('AuthDecisions', 'Sum'), 'decisions'),
          entry(metrics.authorizer('AuthDenied', 'Sum'), 'denied'),
          entry(metrics.authorizer('AuthErrors', 'Sum'), 'failed'),
        ],
        thresholds: ['auth-err'],
      }),
    ],
  };
}

function header({ title, runbookUrl }: GatewayWidgetsOptions): Widget {
  const lines = [
    `# ${title}`,
    'CloudWatch knows a REST API by its name alone: another API of this name in the region would be counted in.',
    ...(runbookUrl === undefined ? [] : [`[Runbook](${runbookUrl})`]),
  ];
  return { type: 'text', width: FULL, properties: { markdown: lines.join('\n\n') } };
}

function denials({ region, accessLogGroupName }: GatewayWidgetsOptions): Widget {
  const types = DENIALS.map((type) => `"${type}"`).join(', ');
  const query = [
    `SOURCE '${accessLogGroupName}'`,
    `filter errType in [${types}]`,
    'stats count(*) as requests by errType, route',
    'sort requests desc',
    'limit 50',
  ];
  return {
    type: 'log',
    width: THIRD,
    properties: { title: 'Denied requests by type and route', region, view: 'table', query: query.join(' | ') },
  };
}

function renderGraph(options: GatewayWidgetsOptions, graph: GraphOptions): Widget {
  const { scale = 1, thresholds = [] } = graph;
  const lines = options.alarms
    .filter((alarm) => thresholds.includes(alarm.id))
    .map((alarm) => ({ label: `alarm ${alarm.id}`, value: alarm.threshold * scale }));
  return {
    type: 'metric',
    width: THIRD,
    properties: {
      title: graph.title,
      region: options.region,
      view: 'timeSeries',
      stacked: false,
      period: PERIOD,
      metrics: graph.metrics,
      yAxis: { left: { min: 0, label: graph.unit, showUnits: false } },
      ...(lines.length === 0 ? {} : { annotations: { horizontal: lines } }),
    },
  };
}

function entry(metric: Metric, label: string, extra: Readonly<Record<string, unknown>> = {}): unknown[] {
  const dimensions = Object.entries(metric.dimensions).flat();
  return [metric.namespace, metric.metricName, ...dimensions, { stat: metric.statistic, label, ...extra }];
}

function expression(text: string, label: string, id: string): unknown[] {
  return [{ expression: text, label, id }];
}
