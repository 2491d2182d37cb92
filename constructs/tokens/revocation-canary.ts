import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import type { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct, type IConstruct } from 'constructs';
import { CONFIG_FILE_NAME } from '../../lambdas/lib/config-file';
import { defined } from '../../lambdas/lib/defined';
import {
  CANARY_URL_VARIABLE,
  longestRunSeconds,
  writeRevocationCanaryConfig,
} from '../../lambdas/revocation-canary/config';
import { CANARY_ALIAS, type CanaryToken } from '../../lambdas/token-service/config';
import { type ApiDefinition, type RouteDefinition, routeKey } from '../api';
import { type AlarmThresholds, renderAlarms, withThresholds } from '../observability/alarm';
import { type Location, literalArn } from '../support/arn';
import { kitBundle } from '../support/bundles';
import { ConstructError } from '../support/errors';
import { scheduleFunction } from '../support/function-schedule';
import type { Metric, MetricOptions } from '../support/metric';
import type { Names } from '../support/names';
import { NodeFunction } from '../support/node-function';
import { checkInteger } from '../support/node-function-checks';
import type { NodeFunctionOptions } from '../support/node-function-props';
import { checkLocation, checkNames } from '../support/platform-checks';
import {
  type CanaryMetricId,
  REVOCATION_CANARY_ALARM_IDS,
  type RevocationCanaryAlarmId,
  RevocationCanaryMetrics,
  revocationCanaryAlarms,
} from './revocation-canary-alarms';

export interface RevocationCanaryProps extends Omit<NodeFunctionOptions, 'timeoutSeconds'>, Location {
  /** Names of the platform. */
  readonly names: Names;
  /** The gateway whose revocations are measured: a `RestGateway`, or the same of another stack. */
  readonly gateway: { readonly api: ApiDefinition; readonly invokeUrl: string };
  /** Route that the canary calls, `GET /v1/orders`: one that needs scopes, without path parameters and required parameters. */
  readonly route: string;
  /** Name of the token service's function; its `canaries` has to have this API. @default - `names.tokenService` */
  readonly tokenServiceName?: string;
  /** Address of the stage that the canary calls. @default - that of the gateway */
  readonly url?: string;
  /** Minutes between two runs, 5 to 1440, and more than a run may take: the API's `resultCacheSeconds` and 150 seconds. @default 15 */
  readonly everyMinutes?: number;
  /** CloudWatch namespace of the metrics. @default "Gatehouse" */
  readonly metricsNamespace?: string;
  /** SNS topics told of the alarms. @default - nobody is told */
  readonly topicArns?: readonly string[];
  /** Thresholds by alarm, in the unit of the metric; `false` leaves the alarm out. @default - those of the table in docs/alarms.md */
  readonly alarmThresholds?: AlarmThresholds<RevocationCanaryAlarmId>;
}

const DEFAULT_MINUTES = 15;

/**
 * A scheduled function that measures how fast a revocation is: it has a token issued, uses it, revokes it, uses it until it is refused, and
 * publishes the time and whether it was within the stated bound.
 *
 * It holds no credential. Its role may do one thing: invoke the token service by the alias for canaries, where a token of this canary can be
 * issued and ended, with the scopes that the service was told of, and nothing else can be done.
 */
export class RevocationCanary extends Construct {
  /**
   * The token that a canary needs, for `canaries` of the `TokenService`: the scopes of one way to call the route.
   *
   * @param tier tier of the token, where the route is metered
   * @throws {Error} for a route that a canary cannot call, and a metered one without tier
   */
  static token(api: ApiDefinition, route: string, tier?: string): CanaryToken {
    const { rule, apiKeyRequired = api.usageKeys } = routeOf(api, route);
    if (apiKeyRequired && tier === undefined) {
      throw new Error(
        `the route ${route} of the API ${JSON.stringify(api.id)} is metered, allowed is a canary with a tier`,
      );
    }
    const [scopes = []] = rule.kind === 'scopes' ? rule.anyOf : [];
    return { scopes: [...scopes].sort(), ...defined({ tier }) };
  }

  /** The function, with its role and log group. */
  readonly function: NodeFunction;
  readonly rule: CloudwatchEventRule;
  /** The alarms by id, where they are not left out. */
  readonly alarms: Readonly<Partial<Record<RevocationCanaryAlarmId, CloudwatchMetricAlarm>>>;

  private readonly metrics: RevocationCanaryMetrics;

  /** @throws {ConstructError} for a route that a canary cannot call, an API that it cannot reach, and malformed options */
  constructor(scope: Construct, id: string, props: RevocationCanaryProps) {
    super(scope, id);
    const { names, region, gateway, metricsNamespace = 'Gatehouse', everyMinutes = DEFAULT_MINUTES } = props;
    const { tokenServiceName = names.tokenService, url = gateway.invokeUrl } = props;
    const { api } = gateway;
    const boundSeconds = api.resultCacheSeconds;
    const timeoutSeconds = longestRunSeconds({ boundSeconds });
    validateCanary(this, props, timeoutSeconds);

    this.function = new NodeFunction(this, 'Function', {
      ...props,
      timeoutSeconds,
      environment: { ...props.environment, [CANARY_URL_VARIABLE]: url },
      functionName: names.revocationCanary(api.id),
      description: `Gatehouse ${names.base}: measures how fast revocations are at the API ${api.id}`,
      bundle: kitBundle('revocation-canary'),
      files: {
        [CONFIG_FILE_NAME]: writeRevocationCanaryConfig({
          version: 1,
          region,
          api: api.id,
          environment: names.environment,
          tokenService: tokenServiceName,
          path: routeOf(api, props.route).path,
          boundSeconds,
          metricsNamespace,
        }),
      },
    });
    this.function.addToRolePolicy({
      sid: 'HaveTokensIssuedAndEnded',
      actions: ['lambda:InvokeFunction'],
      resources: [literalArn(props, 'lambda', `function:${tokenServiceName}:${CANARY_ALIAS}`)],
    });
    this.rule = scheduleFunction(this, this.function, {
      account: props.account,
      region: props.region,
      expression: `rate(${everyMinutes} minutes)`,
      description: `Measures how fast revocations are at the API ${props.gateway.api.id}`,
      tags: props.tags,
    });
    this.metrics = new RevocationCanaryMetrics({
      apiId: api.id,
      stage: names.environment,
      metricsNamespace,
      everySeconds: everyMinutes * 60,
    });
    const { alarmThresholds = {}, topicArns = [], tags } = props;
    const specs = withThresholds(
      this,
      revocationCanaryAlarms(this.metrics),
      REVOCATION_CANARY_ALARM_IDS,
      alarmThresholds,
    );
    this.alarms = renderAlarms(this, specs, { namePrefix: `${names.base}-${api.id}`, topicArns, tags });
  }

  /**
   * A metric of the canary: `timeToDeny` in milliseconds, `boundBroken`, `failed`. The maximum of the time between two runs, by default.
   *
   * @throws {MetricError} for an unknown statistic or period
   */
  metric(id: CanaryMetricId, options?: MetricOptions): Metric {
    return this.metrics.metric(id, options);
  }
}

/** @throws {Error} for a route that a canary cannot call */
function routeOf(api: ApiDefinition, key: string): RouteDefinition {
  const route = api.routes.find((one) => routeKey(one) === key);
  const fault =
    route === undefined
      ? 'which the API does not have'
      : route.method !== 'GET'
        ? 'which is not a GET'
        : route.rule.kind !== 'scopes'
          ? `which is ${route.rule.kind} and needs no ${route.rule.kind === 'authenticated' ? 'scope' : 'token'}`
          : route.path.includes('{')
            ? 'which has a path parameter'
            : Object.values(route.requestParameters ?? {}).includes(true)
              ? 'which needs a parameter'
              : undefined;
  if (route === undefined || fault !== undefined) {
    throw new Error(
      `route is ${JSON.stringify(key)}, ${fault}, allowed is a GET route of the API ${JSON.stringify(api.id)} that needs scopes and no parameter`,
    );
  }
  return route;
}

function validateCanary(scope: IConstruct, props: RevocationCanaryProps, timeoutSeconds: number): void {
  checkNames(scope, props.names);
  checkLocation(scope, props);
  const { everyMinutes, gateway } = props;
  checkInteger(scope, 'everyMinutes', everyMinutes, 5, 1440);
  try {
    routeOf(gateway.api, props.route);
  } catch (error) {
    throw new ConstructError((error as Error).message, scope);
  }
  if (timeoutSeconds > 900) {
    throw new ConstructError(
      `the API ${JSON.stringify(gateway.api.id)} has resultCacheSeconds ${gateway.api.resultCacheSeconds}, allowed are 750 with a canary: a run waits for as long, and a function has 900 s`,
      scope,
    );
  }
  if ((everyMinutes ?? DEFAULT_MINUTES) * 60 <= timeoutSeconds) {
    throw new ConstructError(
      `everyMinutes is ${everyMinutes ?? DEFAULT_MINUTES}, allowed is more than the ${timeoutSeconds} s that a run may take: a run ends the tokens of the one before`,
      scope,
    );
  }
  if (gateway.api.cidrs !== undefined) {
    throw new ConstructError(
      `the API ${JSON.stringify(gateway.api.id)} has cidrs, allowed is an API without: the canary calls from any address of AWS`,
      scope,
    );
  }
}
