import { Lazy } from 'cdktf';
import { ACCESS_LOG_FIELDS } from '../../../constructs/gateway';
import { GatewayAlarms, GatewayDashboard, type GatewayDashboardProps } from '../../../constructs/observability';
import { checkMetric } from '../../../constructs/support/metric';
import { type ResourceBody, Template, testStack } from '../../support/template';
import { gateway, lambda } from '../gateway/fixture';

const LOCATION = { account: '123456789012', region: 'eu-central-1' };
const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:alarms';

function template(props: Partial<GatewayDashboardProps> = {}): Template {
  return Template.of((stack) => {
    new GatewayDashboard(stack, 'Dashboard', {
      gateway: gateway(stack),
      ...LOCATION,
      authorizer: lambda('acme-dev-authorizer'),
      ...props,
    });
  });
}

function withoutAuthorizer(): Template {
  return Template.of((stack) => {
    new GatewayDashboard(stack, 'Dashboard', { gateway: gateway(stack), ...LOCATION });
  });
}

interface PlacedWidget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: {
    title?: string;
    query?: string;
    alarms?: string[];
    markdown?: string;
    metrics?: unknown[][];
    annotations?: { horizontal: { label: string; value: number }[] };
  };
}

function widgetsOf(made: Template): PlacedWidget[] {
  return JSON.parse(String(made.only('aws_cloudwatch_dashboard').dashboard_body)).widgets;
}

const MINUTE = { period: 60 };

describe('alarms', () => {
  test.each<[string, ResourceBody]>([
    [
      'api-5xx',
      {
        ...MINUTE,
        namespace: 'AWS/ApiGateway',
        metric_name: '5XXError',
        dimensions: { ApiName: 'acme-dev-api', Stage: 'dev' },
        statistic: 'Average',
        comparison_operator: 'GreaterThanThreshold',
        threshold: 0.05,
        evaluation_periods: 3,
        datapoints_to_alarm: 3,
        treat_missing_data: 'notBreaching',
        tags: { severity: 'ticket' },
      },
    ],
    [
      'api-lat',
      {
        ...MINUTE,
        metric_name: 'Latency',
        extended_statistic: 'p90',
        comparison_operator: 'GreaterThanOrEqualToThreshold',
        threshold: 2500,
        evaluation_periods: 5,
        datapoints_to_alarm: 5,
        treat_missing_data: 'ignore',
        tags: { severity: 'ticket' },
      },
    ],
    [
      'auth-err',
      {
        ...MINUTE,
        namespace: 'Gatehouse',
        metric_name: 'AuthErrors',
        dimensions: { Service: 'api', Stage: 'dev' },
        statistic: 'Sum',
        comparison_operator: 'GreaterThanThreshold',
        threshold: 0,
        evaluation_periods: 3,
        datapoints_to_alarm: 3,
        treat_missing_data: 'notBreaching',
        tags: { severity: 'page' },
      },
    ],
    [
      'auth-thr',
      {
        ...MINUTE,
        namespace: 'AWS/Lambda',
        metric_name: 'Throttles',
        dimensions: { FunctionName: 'acme-dev-authorizer' },
        statistic: 'Sum',
        comparison_operator: 'GreaterThanOrEqualToThreshold',
        threshold: 1,
        evaluation_periods: 1,
        datapoints_to_alarm: 1,
        treat_missing_data: 'notBreaching',
        tags: { severity: 'page' },
      },
    ],
  ])('%s', (id, properties) => {
    template().only('aws_cloudwatch_metric_alarm', { alarm_name: `acme-dev-api-${id}`, ...properties });
  });

  test('there are four, and two without an authorizer', () => {
    expect(template().count('aws_cloudwatch_metric_alarm')).toBe(4);
    expect(withoutAuthorizer().count('aws_cloudwatch_metric_alarm')).toBe(2);
  });

  test('each looks at exactly the dimensions that CloudWatch publishes', () => {
    const families: Record<string, 'gateway' | 'lambda' | 'authorizer'> = {
      'AWS/ApiGateway': 'gateway',
      'AWS/Lambda': 'lambda',
      Gatehouse: 'authorizer',
    };
    for (const alarm of template().find('aws_cloudwatch_metric_alarm')) {
      const family = families[String(alarm.namespace)] ?? 'gateway';
      const metric = {
        family,
        namespace: '',
        metricName: String(alarm.metric_name),
        dimensions: alarm.dimensions as Record<string, string>,
        statistic: String(alarm.statistic ?? alarm.extended_statistic),
        periodSeconds: Number(alarm.period),
      };
      expect(checkMetric(metric)).toBe(metric);
    }
  });

  test('each tells the topics, of its end too, and says what it is about', () => {
    const alarms = template({ topicArns: [TOPIC], runbookUrl: 'https://runbook.example.com' }).find(
      'aws_cloudwatch_metric_alarm',
    );
    for (const alarm of alarms) {
      expect(alarm).toMatchObject({ alarm_actions: [TOPIC], ok_actions: [TOPIC] });
      expect(alarm.alarm_description).toMatch(/^.{20,}\. https:\/\/runbook\.example\.com$/);
    }
  });

  test('takes other thresholds, tags and another namespace', () => {
    const made = template({ thresholds: { 'api-5xx': 0.01 }, tags: { owner: 'me' }, metricsNamespace: 'Acme' });
    made.only('aws_cloudwatch_metric_alarm', {
      alarm_name: 'acme-dev-api-api-5xx',
      threshold: 0.01,
      tags: { owner: 'me', severity: 'ticket' },
    });
    made.only('aws_cloudwatch_metric_alarm', { metric_name: 'AuthErrors', namespace: 'Acme' });
  });

  test('can be left out one by one, with their lines in the graphs', () => {
    const made = template({ thresholds: { 'api-lat': false } });
    expect(made.find('aws_cloudwatch_metric_alarm').map((alarm) => alarm.alarm_name)).toEqual([
      'acme-dev-api-api-5xx',
      'acme-dev-api-auth-err',
      'acme-dev-api-auth-thr',
    ]);
    expect(JSON.stringify(widgetsOf(made))).not.toContain('api-lat');
  });

  test('left out altogether leave no empty widget, which CloudWatch refuses', () => {
    const all = { 'api-5xx': false, 'api-lat': false, 'auth-err': false, 'auth-thr': false } as const;
    expect(widgetsOf(template({ thresholds: all })).map(({ type }) => type)).not.toContain('alarm');
  });

  test('can be had without a dashboard', () => {
    const made = Template.of((stack) => {
      new GatewayAlarms(stack, 'Alarms', {
        gateway: gateway(stack),
        topicArns: [TOPIC],
        thresholds: { 'api-lat': 800 },
      });
    });
    expect(made.count('aws_cloudwatch_dashboard')).toBe(0);
    made.only('aws_cloudwatch_metric_alarm', { alarm_name: 'acme-dev-api-api-5xx', alarm_actions: [TOPIC] });
    made.only('aws_cloudwatch_metric_alarm', { alarm_name: 'acme-dev-api-api-lat', threshold: 800 });
  });

  test('two of one name fail the validation', () => {
    const build = () =>
      Template.of((stack) => {
        const made = gateway(stack);
        new GatewayDashboard(stack, 'One', { gateway: made, ...LOCATION });
        new GatewayDashboard(stack, 'Two', { gateway: made, ...LOCATION });
      });
    expect(build).toThrow('alarm "acme-dev-api-api-5xx" is made twice');
  });
});

describe('dashboard', () => {
  test('is named after gateway and region, and a plan shows its whole body', () => {
    const dashboard = template().only('aws_cloudwatch_dashboard', { dashboard_name: 'acme-dev-api-eu-central-1' });
    expect(dashboard.dashboard_body).not.toContain('${');
  });

  test.each([
    ['with an authorizer', template],
    ['without', withoutAuthorizer],
  ])('no widget overlaps another or leaves the grid, %s', (_what, make) => {
    const cells = new Set<string>();
    for (const widget of widgetsOf(make())) {
      expect(widget.x + widget.width).toBeLessThanOrEqual(24);
      for (let x = widget.x; x < widget.x + widget.width; x += 1) {
        for (let y = widget.y; y < widget.y + widget.height; y += 1) {
          expect(cells).not.toContain(`${x},${y}`);
          cells.add(`${x},${y}`);
        }
      }
    }
  });

  test('shows requests, errors, latency, integration, overhead, authorizer and denials', () => {
    const titles = widgetsOf(template()).map((widget) => widget.properties.title ?? widget.type);
    expect(titles).toEqual([
      'text',
      'Alarms',
      'Requests',
      'Error rate',
      'Latency',
      'Integration latency',
      expect.stringContaining('Gateway overhead'),
      'Denied requests by type and route',
      expect.stringContaining('executions'),
      expect.stringContaining('duration'),
      expect.stringContaining('decisions'),
    ]);
  });

  test('shows nothing of an authorizer that there is not', () => {
    expect(JSON.stringify(widgetsOf(withoutAuthorizer()))).not.toMatch(/Lambda|Auth[A-Z]/);
  });

  test('shows the state of each alarm', () => {
    const made = template();
    const names = made.find('aws_cloudwatch_metric_alarm').map((alarm) => alarm.alarm_name);
    const shown = widgetsOf(made).find((widget) => widget.type === 'alarm')?.properties.alarms ?? [];
    expect([...shown].sort()).toEqual(
      names.map((name) => `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${name}`).sort(),
    );
  });

  test('draws the threshold of each alarm where its metric is', () => {
    const lines = widgetsOf(template({ thresholds: { 'api-5xx': 0.02, 'api-lat': 900 } })).flatMap((widget) =>
      (widget.properties.annotations?.horizontal ?? []).map((line) => [
        widget.properties.title?.split(' ')[0],
        line.label,
        line.value,
      ]),
    );
    expect(lines).toEqual([
      ['Error', 'alarm api-5xx', 2],
      ['Latency', 'alarm api-lat', 900],
      ['Authorizer:', 'alarm auth-thr', 1],
      ['Authorizer:', 'alarm auth-err', 0],
    ]);
  });

  test('every expression uses metrics that are there', () => {
    const graphs = widgetsOf(template()).flatMap((widget) =>
      widget.properties.metrics ? [widget.properties.metrics] : [],
    );
    const used = graphs.map((metrics) => {
      const options = metrics.map((entry) => entry.at(-1) as { id?: string; expression?: string });
      const ids = options.map((option) => option.id);
      const needed = options.flatMap((option) => option.expression?.match(/[a-z]\w*/g) ?? []);
      expect(ids).toEqual(expect.arrayContaining(needed));
      return needed.length;
    });
    expect(Math.max(...used)).toBeGreaterThan(0);
  });

  test('the query uses fields of the access log only', () => {
    const query = widgetsOf(template()).find((widget) => widget.type === 'log')?.properties.query ?? '';
    expect(query).toContain("SOURCE '/aws/apigateway/acme-dev-api/access'");
    const fields = /filter (\w+) in .* by (\w+), (\w+) \|/.exec(query)?.slice(1) ?? [];
    expect(fields).toHaveLength(3);
    for (const field of fields) {
      expect(ACCESS_LOG_FIELDS).toHaveProperty(field);
    }
  });

  test('links to the runbook', () => {
    const [header] = widgetsOf(template({ runbookUrl: 'https://runbook.example.com' }));
    expect(header?.properties.markdown).toContain('(https://runbook.example.com)');
  });
});

describe('properties', () => {
  test.each<[Partial<GatewayDashboardProps>, string]>([
    [{ account: '1' }, 'account is "1"'],
    [{ region: 'europe' }, 'region is "europe"'],
    [{ topicArns: ['alarms'] }, 'test/Dashboard: topicArns has "alarms", allowed are ARNs of SNS topics'],
    [{ topicArns: Array.from({ length: 6 }, () => TOPIC) }, 'topicArns has 6 topics, allowed are at most 5'],
    [{ thresholds: { 'api-lat': -1 } }, 'threshold of api-lat is -1'],
    [{ thresholds: { 'api-lat': Number.POSITIVE_INFINITY } }, 'allowed is 0 or more, or false to leave the alarm out'],
    [{ thresholds: JSON.parse('{"api-latency":1}') }, 'thresholds names "api-latency", allowed are api-5xx, api-lat'],
  ])('refuses %j', (props, fault) => {
    expect(() => template(props)).toThrow(fault);
  });

  test('takes a topic that is known late', () => {
    const stack = testStack();
    const topic = Lazy.stringValue({ produce: () => TOPIC });
    new GatewayDashboard(stack, 'Dashboard', { gateway: gateway(stack), ...LOCATION, topicArns: [topic] });
    expect(Template.fromStack(stack).find('aws_cloudwatch_metric_alarm', { alarm_actions: [TOPIC] })).toHaveLength(2);
  });
});
