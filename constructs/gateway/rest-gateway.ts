import { ApiGatewayAuthorizer } from '@cdktf/provider-aws/lib/api-gateway-authorizer';
import { ApiGatewayDeployment } from '@cdktf/provider-aws/lib/api-gateway-deployment';
import { ApiGatewayGatewayResponse } from '@cdktf/provider-aws/lib/api-gateway-gateway-response';
import type { ApiGatewayMethod } from '@cdktf/provider-aws/lib/api-gateway-method';
import { ApiGatewayMethodSettings } from '@cdktf/provider-aws/lib/api-gateway-method-settings';
import { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { ApiGatewayStage } from '@cdktf/provider-aws/lib/api-gateway-stage';
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { type ITerraformDependable, Lazy, type TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import {
  type AnswerForm,
  API_STAGE_VARIABLE,
  answerForm,
  RESULTS_PER_ROUTE,
  RESULTS_STAGE_VARIABLE,
} from '../../lambdas/authorizer/config';
import { needsCredential } from '../../lambdas/lib/access-rule';
import {
  type ApiDefinition,
  type RouteDefinition,
  RouteError,
  routeKey,
  summarizeNotes,
  TOKEN_SERVICE_BACKEND,
} from '../api';
import { accessRuleTable } from '../api/access-rules';
import type { ITokenAuthorizer } from '../authorizer';
import { checkKnownApi } from '../authorizer/known-api';
import { ConstructError } from '../support/errors';
import type { IFunction } from '../support/function-ref';
import { gatewayMetric, type Metric, type MetricOptions } from '../support/metric';
import { TerraformData } from '../support/terraform-data';
import { escapeTerraform } from '../support/terraform-text';
import { warn } from '../support/warnings';
import { checkServedTokens } from '../tokens/served-tokens';
import { accessLogFormat } from './access-log';
import { deploymentHash } from './deployment-hash';
import { executionLogGroup } from './execution-log';
import { gatewayResponses } from './gateway-responses';
import { GatewayRoutes } from './gateway-routes';
import { type IRestGatewayMetrics, restGatewayMetrics } from './rest-gateway-metrics';
import { type RestGatewayProps, type StageThrottle, validateGateway } from './rest-gateway-props';
import { routeWarningsOf } from './route-warnings';

/** Stage variable that holds the allowed origin, for backends that answer browsers. */
export const ORIGIN_STAGE_VARIABLE = 'gatehouseAllowOrigin';

/** A gateway that usage tiers, dashboards and alarms can be attached to. */
export interface IRestGateway {
  readonly gatewayName: string;
  /** By what the authorizer knows the API. */
  readonly apiId: string;
  readonly restApiId: string;
  readonly executionArn: string;
  readonly stageName: string;
  /** What refers to the stage by its name has to be made after it. `undefined` for a stage that is there already. */
  readonly stage: ITerraformDependable | undefined;
  readonly throttle: StageThrottle;
  /** Whether callers are metered by usage keys, as the definition of the API says; usage tiers need it. */
  readonly usageKeys: boolean;
  readonly accessLogGroupName: string;
}

/** A REST API of another stack, or one that the kit did not make. */
export interface RestApiAttributes
  extends Omit<IRestGateway, 'stage' | 'throttle' | 'usageKeys' | 'accessLogGroupName'> {
  /** Whether its callers are metered by usage keys; usage tiers need it. @default false */
  readonly usageKeys?: boolean;
  /** Throttle of its stage. @default { rateLimit: 1000, burstLimit: 2000 } */
  readonly throttle?: StageThrottle;
  /** @default - the name that the kit gives: `/aws/apigateway/<gatewayName>/access` */
  readonly accessLogGroupName?: string;
}

const DEFAULT_THROTTLE: StageThrottle = { rateLimit: 1000, burstLimit: 2000 };

/**
 * A REST API of API Gateway whose every route has an access rule.
 *
 * Routes become discrete resources, so that a plan shows each of them; a deployment is made whenever what it contains
 * changes, and only then. The account-wide role by which API Gateway writes to CloudWatch Logs is not made here.
 */
export class RestGateway extends Construct implements IRestGateway, IRestGatewayMetrics {
  /** Refers to a gateway by its attributes, to put tiers, a dashboard or alarms on it. */
  static fromRestApiAttributes(attributes: RestApiAttributes): IRestGateway & IRestGatewayMetrics {
    return {
      ...restGatewayMetrics(attributes),
      throttle: DEFAULT_THROTTLE,
      usageKeys: false,
      accessLogGroupName: accessLogGroupName(attributes.gatewayName),
      ...attributes,
      stage: undefined,
    };
  }

  /** What is true of the API. */
  readonly api: ApiDefinition;
  readonly apiId: string;
  readonly gatewayName: string;
  readonly restApiId: string;
  readonly restApiArn: string;
  readonly executionArn: string;
  readonly stageName: string;
  readonly invokeUrl: string;
  readonly throttle: StageThrottle;
  readonly usageKeys: boolean;
  readonly accessLogGroupName: string;
  /**
   * What an answer of the authorizer is for: every route of the API, or the one that was requested. The authorizer is told by
   * the stage variable `gatehouseResults`, so that both always go by the same.
   */
  readonly answerForm: AnswerForm;
  readonly resource: ApiGatewayRestApi;
  readonly authorizer: ApiGatewayAuthorizer | undefined;
  readonly deployment: ApiGatewayDeployment;
  readonly stage: ApiGatewayStage;
  readonly methodSettings: ApiGatewayMethodSettings;
  readonly accessLogGroup: CloudwatchLogGroup;
  /** Log group of the execution log. `undefined` where `executionLogging` is `OFF`. */
  readonly executionLogGroup: CloudwatchLogGroup | undefined;
  /** The permissions to call the authorizer and the backends. */
  readonly permissions: readonly LambdaPermission[];
  /** Declares the access rules in the plan, where nothing else shows scopes and reasons. */
  readonly accessRules: TerraformResource;
  private readonly gatewayRoutes: GatewayRoutes;

  /** @throws {ConstructError} for a malformed name, an unknown backend, an authorizer or a token service that does not agree with the API */
  constructor(
    scope: Construct,
    id: string,
    private readonly props: RestGatewayProps,
  ) {
    super(scope, id);
    validateGateway(this, props);
    const { api, authorizer, tags } = props;
    if (authorizer !== undefined) {
      checkKnownApi(this, authorizer, api);
    }
    const tokenService = props.integrations[TOKEN_SERVICE_BACKEND];
    if (api.tokenService !== undefined && tokenService !== undefined) {
      checkServedTokens(this, api, tokenService, authorizer);
    }
    this.api = api;
    this.apiId = api.id;
    this.usageKeys = api.usageKeys;
    this.gatewayName = props.gatewayName;
    this.stageName = props.stageName;
    this.throttle = props.throttle ?? DEFAULT_THROTTLE;
    this.accessLogGroupName = accessLogGroupName(props.gatewayName);
    this.answerForm = api.resultPerRoute ? 'route' : answerForm(api.rules, api.resultCacheSeconds, this.stageName);

    this.resource = this.renderRestApi();
    this.restApiId = this.resource.id;
    this.restApiArn = this.resource.arn;
    this.executionArn = this.resource.executionArn;

    this.authorizer = authorizer && this.renderAuthorizer(authorizer);
    const responses = this.renderGatewayResponses();
    this.gatewayRoutes = new GatewayRoutes(this, 'Routes', { restApi: this.resource, cors: api.cors });
    for (const route of api.routes) {
      this.addRoute(route);
    }
    this.deployment = this.renderDeployment([
      this.resource,
      ...(this.authorizer === undefined ? [] : [this.authorizer]),
      ...responses,
      ...this.gatewayRoutes.resources,
    ]);
    this.permissions = this.renderPermissions();
    this.accessLogGroup = new CloudwatchLogGroup(this, 'AccessLog', {
      name: this.accessLogGroupName,
      retentionInDays: props.accessLogRetentionDays ?? 365,
      ...(props.accessLogKeyArn === undefined ? {} : { kmsKeyId: props.accessLogKeyArn }),
      ...(tags === undefined ? {} : { tags: { ...tags } }),
    });
    this.stage = this.renderStage();
    this.invokeUrl = this.stage.invokeUrl;
    const { executionLogging = 'OFF', accessLogRetentionDays = 365 } = props;
    this.executionLogGroup = executionLogGroup(this, {
      restApiId: this.restApiId,
      stageName: this.stageName,
      level: executionLogging,
      retentionInDays: accessLogRetentionDays,
      keyArn: props.accessLogKeyArn,
      tags,
    });
    this.methodSettings = this.renderMethodSettings();
    this.accessRules = new TerraformData(this, 'AccessRules', {
      input: {
        api: api.id,
        ...(authorizer === undefined ? {} : { results: this.answerForm }),
        routes: accessRuleTable(api.routes, this.gatewayRoutes.preflightPaths),
      },
    });
    for (const warning of [...summarizeNotes(api.notes), ...routeWarningsOf(api, this.gatewayRoutes.resourceCount)]) {
      warn(this, warning);
    }
  }

  /** The routes with their access rules, in the order of path and method; without preflights. */
  get routes(): readonly RouteDefinition[] {
    return this.api.routes;
  }

  /** Methods by route key, without preflights. */
  get methods(): ReadonlyMap<string, ApiGatewayMethod> {
    return this.gatewayRoutes.methods;
  }

  metric(metricName: string, options?: MetricOptions): Metric {
    return gatewayMetric(this, metricName, options);
  }

  metricCount(options?: MetricOptions): Metric {
    return this.metric('Count', options);
  }

  metricClientError(options?: MetricOptions): Metric {
    return this.metric('4XXError', options);
  }

  metricServerError(options?: MetricOptions): Metric {
    return this.metric('5XXError', options);
  }

  metricLatency(options?: MetricOptions): Metric {
    return this.metric('Latency', options);
  }

  metricIntegrationLatency(options?: MetricOptions): Metric {
    return this.metric('IntegrationLatency', options);
  }

  private renderRestApi(): ApiGatewayRestApi {
    const { api, gatewayName, description, disableExecuteApiEndpoint = false, tags } = this.props;
    return new ApiGatewayRestApi(this, 'Resource', {
      name: gatewayName,
      // Usage keys come from the authorizer: a key in a header would be a second credential of the caller.
      apiKeySource: 'AUTHORIZER',
      endpointConfiguration: { types: ['REGIONAL'] },
      ...(disableExecuteApiEndpoint ? { disableExecuteApiEndpoint } : {}),
      ...(api.binaryMediaTypes.length === 0 ? {} : { binaryMediaTypes: [...api.binaryMediaTypes] }),
      ...(description === undefined ? {} : { description: escapeTerraform(description) }),
      ...(tags === undefined ? {} : { tags: { ...tags } }),
    });
  }

  private addRoute(route: RouteDefinition): void {
    const isGuarded = needsCredential(route.rule);
    try {
      this.gatewayRoutes.add(route, {
        invokeArn: this.backendOf(route).invokeArn,
        authorizerId: isGuarded ? this.authorizer?.id : undefined,
        apiKeyRequired: isGuarded && (route.apiKeyRequired ?? this.api.usageKeys),
      });
    } catch (error) {
      throw error instanceof RouteError ? new ConstructError(error.message, this) : error;
    }
  }

  private backendOf(route: RouteDefinition): IFunction {
    const { integrations } = this.props;
    const { backend = '' } = route;
    const target = Object.hasOwn(integrations, backend) ? integrations[backend] : undefined;
    if (target === undefined) {
      throw new ConstructError(
        `route ${routeKey(route)} names the backend ${JSON.stringify(route.backend ?? null)}, allowed are ${Object.keys(integrations).join(', ')}`,
        this,
      );
    }
    return target;
  }

  private renderAuthorizer(authorizer: ITokenAuthorizer): ApiGatewayAuthorizer {
    return new ApiGatewayAuthorizer(this, 'Authorizer', {
      restApiId: this.restApiId,
      name: this.gatewayName,
      type: 'REQUEST',
      identitySource: this.identitySources().join(','),
      authorizerResultTtlInSeconds: this.api.resultCacheSeconds,
      authorizerUri: authorizer.invokeArn,
    });
  }

  /** What a result is kept for. Where none is kept, they are only what has to be there. */
  private identitySources(): readonly string[] {
    const credential = 'method.request.header.Authorization';
    return this.answerForm === 'api' || this.api.resultCacheSeconds === 0
      ? [credential]
      : [credential, 'context.httpMethod', 'context.resourcePath'];
  }

  private renderGatewayResponses(): ApiGatewayGatewayResponse[] {
    const { cors, resultCacheSeconds, dpopAlgorithms, resourceMetadata } = this.api;
    const responses = gatewayResponses(this.gatewayName, cors?.allowOrigins[0], {
      isUncached: this.authorizer !== undefined && resultCacheSeconds === 0,
      dpopAlgorithms,
      resourceMetadata,
    });
    return Object.entries(responses).map(
      ([responseType, response]) =>
        new ApiGatewayGatewayResponse(this, `Response-${responseType}`, {
          restApiId: this.restApiId,
          responseType,
          ...response,
        }),
    );
  }

  private renderDeployment(deployed: readonly TerraformResource[]): ApiGatewayDeployment {
    return new ApiGatewayDeployment(this, 'Deployment', {
      restApiId: this.restApiId,
      triggers: {
        redeployment: Lazy.stringValue({
          // The first of two passes only looks for references to other stacks.
          produce: (context) => (context.preparing ? '' : deploymentHash(this, deployed)),
        }),
      },
      lifecycle: { createBeforeDestroy: true },
      dependsOn: deployed.filter((resource) => resource !== this.resource && resource !== this.authorizer),
    });
  }

  /** Lets API Gateway call the functions: from this API only, and backends from this stage only. */
  private renderPermissions(): LambdaPermission[] {
    const { authorizer } = this.props;
    const backends = new Map(this.api.routes.map((route) => [route.backend ?? '', this.backendOf(route)]));
    return [
      ...(authorizer === undefined || this.authorizer === undefined
        ? []
        : [this.permit('Authorize', authorizer, `${this.executionArn}/authorizers/${this.authorizer.id}`)]),
      ...[...backends].map(([name, target]) =>
        this.permit(`Invoke-${name}`, target, `${this.executionArn}/${this.stageName}/*`),
      ),
    ];
  }

  private permit(id: string, target: IFunction, sourceArn: string): LambdaPermission {
    return new LambdaPermission(this, id, {
      statementId: `${this.gatewayName}-${id}`,
      action: 'lambda:InvokeFunction',
      functionName: target.functionName,
      principal: 'apigateway.amazonaws.com',
      sourceArn,
    });
  }

  private renderStage(): ApiGatewayStage {
    const { authorizer, tags, tracing = true } = this.props;
    const { id, cors } = this.api;
    const [origin] = cors?.allowOrigins ?? [];
    return new ApiGatewayStage(this, 'Stage', {
      restApiId: this.restApiId,
      deploymentId: this.deployment.id,
      stageName: this.stageName,
      variables: {
        [API_STAGE_VARIABLE]: id,
        ...(origin === undefined ? {} : { [ORIGIN_STAGE_VARIABLE]: origin }),
        ...(authorizer !== undefined && this.answerForm === 'route'
          ? { [RESULTS_STAGE_VARIABLE]: RESULTS_PER_ROUTE }
          : {}),
      },
      accessLogSettings: {
        destinationArn: this.accessLogGroup.arn,
        format: escapeTerraform(this.props.accessLogFormat ?? accessLogFormat()),
      },
      xrayTracingEnabled: tracing,
      ...(tags === undefined ? {} : { tags: { ...tags } }),
      // A stage that is live before API Gateway may call its functions answers 500.
      dependsOn: [...this.permissions],
    });
  }

  private renderMethodSettings(): ApiGatewayMethodSettings {
    const { executionLogging = 'OFF', detailedMetrics = true } = this.props;
    return new ApiGatewayMethodSettings(this, 'MethodSettings', {
      restApiId: this.restApiId,
      stageName: this.stage.stageName,
      methodPath: '*/*',
      settings: {
        metricsEnabled: detailedMetrics,
        loggingLevel: executionLogging,
        dataTraceEnabled: false,
        throttlingRateLimit: this.throttle.rateLimit,
        throttlingBurstLimit: this.throttle.burstLimit,
        // A cache would answer without asking the backend, which may depend on the token.
        cachingEnabled: false,
      },
      ...(this.executionLogGroup === undefined ? {} : { dependsOn: [this.executionLogGroup] }),
    });
  }
}

function accessLogGroupName(gatewayName: string): string {
  return `/aws/apigateway/${gatewayName}/access`;
}
