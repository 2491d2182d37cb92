import { ApiGatewayAuthorizer } from '@cdktf/provider-aws/lib/api-gateway-authorizer';
import { ApiGatewayDeployment } from '@cdktf/provider-aws/lib/api-gateway-deployment';
import { ApiGatewayGatewayResponse } from '@cdktf/provider-aws/lib/api-gateway-gateway-response';
import type { ApiGatewayMethod } from '@cdktf/provider-aws/lib/api-gateway-method';
import { ApiGatewayMethodSettings } from '@cdktf/provider-aws/lib/api-gateway-method-settings';
import { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api';
import { ApiGatewayStage } from '@cdktf/provider-aws/lib/api-gateway-stage';
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { dependable, type ITerraformDependable, Lazy, type TerraformResource, Token } from 'cdktf';
import { Construct } from 'constructs';
import {
  type AnswerForm,
  API_STAGE_VARIABLE,
  answerForm,
  RESULTS_PER_ROUTE,
  RESULTS_STAGE_VARIABLE,
} from '../../lambdas/authorizer/config';
import { accessRuleTable } from '../api/access-rules';
import type { CorsOptions } from '../api/cors';
import { OpenApiError } from '../api/openapi/faults';
import { summarizeNotes } from '../api/openapi/notes';
import { type OpenApiRoutes, readOpenApi } from '../api/openapi/reader';
import {
  parseRouteKey,
  type RouteDefinition,
  RouteError,
  type RouteProps,
  RouteTable,
  routeKey,
  routeRules,
  sortRoutes,
} from '../api/route';
import { ConstructError } from '../support/errors';
import type { IFunction } from '../support/function-ref';
import { TerraformData } from '../support/terraform-data';
import { escapeTerraform } from '../support/terraform-text';
import { warn } from '../support/warnings';
import { accessLogFormat } from './access-log';
import { deploymentHash } from './deployment-hash';
import { executionLogGroup } from './execution-log';
import { gatewayResponses } from './gateway-responses';
import { GatewayRoutes } from './gateway-routes';
import { validateGateway } from './rest-gateway-checks';

/** Stage variable that holds the allowed origin, for backends that answer browsers. */
export const ORIGIN_STAGE_VARIABLE = 'gatehouseAllowOrigin';

/** Paths that API Gateway keeps for its own health check. */
const RESERVED_PATHS = ['/ping', '/sping'];
/** Default quota "Resources per API". @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html */
const MOST_RESOURCES = 300;

/** Limits of each method of the stage, for all callers together. */
export interface StageThrottle {
  /** Steady rate, in requests per second. */
  readonly rateLimit: number;
  /** Requests that may come at once. */
  readonly burstLimit: number;
}

/** The authorizer of a gateway. */
export interface AuthorizerOptions {
  readonly function: IFunction;
  /**
   * How long API Gateway keeps a result, in seconds, 0 to 3600: the bound within which a revocation takes effect.
   *
   * @default 60
   */
  readonly resultTtlSeconds?: number;
  /**
   * Whether a result is always kept for the one route that was asked for (token, method and resource), and not for all
   * routes of the API. A gateway whose routes no policy can tell apart does so by itself; a caller's first request to each
   * route then asks the authorizer.
   *
   * @default false
   */
  readonly resultPerRoute?: boolean;
  /**
   * JWS algorithms of the DPoP proofs (RFC 9449) that the authorizer accepts. Needs `resultTtlSeconds` 0: each proof is for one
   * request.
   *
   * @default - the scheme DPoP is not offered
   */
  readonly dpopAlgorithms?: readonly string[];
}

/** An OpenAPI document with the name it has in errors. */
export interface OpenApiSource {
  /** OpenAPI document of version 3.0 or 3.1. */
  readonly document: unknown;
  readonly source: string;
}

export interface RestGatewayProps {
  /**
   * Name of the API: 1 to 64 of `A-Z a-z 0-9 - _`. CloudWatch keys the metrics of REST APIs by name, so it has to be
   * the only one of this name in account and region.
   */
  readonly gatewayName: string;
  /** By what the authorizer knows the API: value of the stage variable `gatehouseApi`. */
  readonly apiId: string;
  readonly stageName: string;
  /** @default - the routes are those of `routes` and `addRoute` */
  readonly openApi?: OpenApiSource;
  /** Routes, in a list or by `"GET /v1/x"`; beside those of `openApi`. @default - none */
  readonly routes?: readonly RouteDefinition[] | Readonly<Record<string, RouteProps>>;
  /**
   * Media types whose bodies are bytes, for example `image/png`, `image/*` or `*` + `/*`: functions get and give them in base64, by
   * `isBase64Encoded`. An answer is decoded only where the first media type that the client accepts is one of them; clients that
   * accept anything are served bytes with the range of all types alone, which makes JSON bodies base64 too.
   *
   * @default - those of `openApi`, else none
   */
  readonly binaryMediaTypes?: readonly string[];
  /** Functions that answer, by the name that routes call them: 1 to 28 of `A-Z a-z 0-9 - _`. */
  readonly integrations: Readonly<Record<string, IFunction>>;
  /** @default - none; then a route with scopes is an error */
  readonly authorizer?: AuthorizerOptions;
  /** Whether a `scopes` route that does not say otherwise requires a usage key. Set with tiers. @default false */
  readonly usageKeysRequired?: boolean;
  /** @default - no browser application may call the API */
  readonly cors?: CorsOptions;
  /** @default - { rateLimit: 1000, burstLimit: 2000 } */
  readonly throttle?: StageThrottle;
  /** Retention of the access log and of the execution log, in days, one of the values that CloudWatch Logs offers. @default 365 */
  readonly accessLogRetentionDays?: number;
  /** ARN of the KMS key of the access log; its policy must let CloudWatch Logs use it. @default - CloudWatch's own */
  readonly accessLogKeyArn?: string;
  /** One line with `$context` variables. @default - JSON of schema v1, see {@link accessLogFormat} */
  readonly accessLogFormat?: string;
  /**
   * Execution log of API Gateway. Its data trace stays off: it would hold tokens.
   *
   * @default "OFF"
   */
  readonly executionLogging?: 'OFF' | 'ERROR' | 'INFO';
  /** Whether AWS X-Ray traces the stage. @default true */
  readonly tracing?: boolean;
  /** Whether CloudWatch gets metrics per route, billed as custom metrics. @default true */
  readonly detailedMetrics?: boolean;
  readonly description?: string;
  /** @default - none but those of the provider */
  readonly tags?: Readonly<Record<string, string>>;
}

/** A gateway that usage tiers, dashboards and alarms can be attached to. */
export interface IRestGateway {
  readonly gatewayName: string;
  /** By what the authorizer knows the API. */
  readonly apiId: string;
  readonly restApiId: string;
  readonly executionArn: string;
  readonly stageName: string;
  /** What refers to the stage by its name has to be made after it. */
  readonly stage: ITerraformDependable;
  readonly throttle: StageThrottle;
  readonly accessLogGroupName: string;
}

/**
 * A REST API of API Gateway whose every route has an access rule.
 *
 * Routes become discrete resources, so that a plan shows each of them; a deployment is made whenever what it contains
 * changes, and only then. The account-wide role by which API Gateway writes to CloudWatch Logs is not made here.
 */
export class RestGateway extends Construct implements IRestGateway {
  readonly gatewayName: string;
  readonly apiId: string;
  readonly restApiId: string;
  readonly restApiArn: string;
  readonly executionArn: string;
  readonly stageName: string;
  readonly invokeUrl: string;
  readonly throttle: StageThrottle;
  readonly accessLogGroupName: string;
  readonly resource: ApiGatewayRestApi;
  readonly authorizer: ApiGatewayAuthorizer | undefined;
  readonly deployment: ApiGatewayDeployment;
  readonly stage: ApiGatewayStage;
  readonly methodSettings: ApiGatewayMethodSettings;
  readonly accessLogGroup: CloudwatchLogGroup;
  /** Declares the access rules in the plan, where nothing else shows scopes and reasons. */
  readonly accessRules: TerraformResource;

  private readonly table = new RouteTable();
  private form: AnswerForm | undefined;
  private readonly gatewayRoutes: GatewayRoutes;
  /** What a deployment is a snapshot of. */
  private readonly deployed: TerraformResource[] = [];
  private readonly permissions = new Map<string, LambdaPermission>();
  /** Whether the routes of the properties are there. */
  private declared = false;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: RestGatewayProps,
  ) {
    super(scope, id);
    validateGateway(this, props);
    this.gatewayName = props.gatewayName;
    this.apiId = props.apiId;
    this.stageName = props.stageName;
    this.throttle = props.throttle ?? { rateLimit: 1000, burstLimit: 2000 };
    this.accessLogGroupName = `/aws/apigateway/${props.gatewayName}/access`;

    const fromDocument = this.readDocument();
    const { binaryMediaTypes = fromDocument?.binaryMediaTypes ?? [] } = props;
    this.resource = new ApiGatewayRestApi(this, 'Resource', {
      name: props.gatewayName,
      // Usage keys come from the authorizer: a key in a header would be a second credential of the caller.
      apiKeySource: 'AUTHORIZER',
      endpointConfiguration: { types: ['REGIONAL'] },
      ...(binaryMediaTypes.length === 0 ? {} : { binaryMediaTypes: [...binaryMediaTypes] }),
      ...(props.description === undefined ? {} : { description: escapeTerraform(props.description) }),
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
    });
    this.restApiId = this.resource.id;
    this.restApiArn = this.resource.arn;
    this.executionArn = this.resource.executionArn;
    this.deployed.push(this.resource);

    this.authorizer = props.authorizer === undefined ? undefined : this.renderAuthorizer(props.authorizer);
    this.deployment = this.renderDeployment();
    this.renderGatewayResponses();
    this.accessLogGroup = new CloudwatchLogGroup(this, 'AccessLog', {
      name: this.accessLogGroupName,
      retentionInDays: props.accessLogRetentionDays ?? 365,
      ...(props.accessLogKeyArn === undefined ? {} : { kmsKeyId: props.accessLogKeyArn }),
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
    });
    this.stage = this.renderStage();
    this.invokeUrl = this.stage.invokeUrl;
    if (props.authorizer !== undefined && this.authorizer !== undefined) {
      this.permit('Authorize', props.authorizer.function, `${this.executionArn}/authorizers/${this.authorizer.id}`);
    }
    this.methodSettings = this.renderMethodSettings();
    this.accessRules = new TerraformData(this, 'AccessRules', {
      input: {
        api: props.apiId,
        results: Lazy.stringValue({ produce: () => (props.authorizer === undefined ? undefined : this.answerForm) }),
        routes: Lazy.anyValue({ produce: () => accessRuleTable(this.routes, this.gatewayRoutes.preflightPaths) }),
      },
    });

    this.gatewayRoutes = new GatewayRoutes(this, 'Routes', {
      restApi: this.resource,
      cors: props.cors,
      onResource: (resource) => this.deploy(resource),
    });
    for (const route of sortRoutes(this.declaredRoutes(fromDocument))) {
      this.addRouteDefinition(route);
    }
    if (this.gatewayRoutes.resourceCount > MOST_RESOURCES) {
      this.warnOfResources(this.gatewayRoutes.resourceCount);
    }
    this.declared = true;
    this.node.addValidation({
      validate: () =>
        this.table.size === 0 ? ['the API has no route, allowed is at least one in openApi, routes or addRoute'] : [],
    });
  }

  /** The routes with their access rules, in the order of path and method; without preflights. */
  get routes(): readonly RouteDefinition[] {
    return this.table.list();
  }

  /**
   * What an answer of the authorizer is for: every route of the API, or the one that was requested. The authorizer is told by
   * the stage variable `gatehouseResults`, so that both always go by the same.
   */
  get answerForm(): AnswerForm {
    const { resultTtlSeconds = 60, resultPerRoute = false } = this.props.authorizer ?? {};
    this.form ??= resultPerRoute ? 'route' : answerForm(routeRules(this.routes), resultTtlSeconds, this.stageName);
    return this.form;
  }

  /** Methods by route key, without preflights. */
  get methods(): ReadonlyMap<string, ApiGatewayMethod> {
    return this.gatewayRoutes.methods;
  }

  /**
   * Adds a route, for example `addRoute('GET /v1/sales/{region}', { backend: 'sales', rule: … })`.
   *
   * @throws {ConstructError} for a malformed or ambiguous route, an unknown backend, scopes without an authorizer
   */
  addRoute(key: string, props: RouteProps): void {
    this.addRouteDefinition(this.checked(() => ({ ...parseRouteKey(key), ...props })));
  }

  private addRouteDefinition(route: RouteDefinition): void {
    const { integrations, authorizer, cors, usageKeysRequired = false } = this.props;
    const key = routeKey(route);
    this.checked(() => this.table.add(route));
    this.form = undefined;
    const scoped = route.rule.kind === 'scopes';
    if (scoped && authorizer === undefined) {
      throw new ConstructError(`route ${key} requires scopes, but the gateway has no authorizer`, this);
    }
    if (cors !== undefined && route.method === 'OPTIONS') {
      throw new ConstructError(`route ${key} is what cors answers, allowed is one of them`, this);
    }
    const { backend = '' } = route;
    const target = Object.hasOwn(integrations, backend) ? integrations[backend] : undefined;
    if (target === undefined) {
      throw new ConstructError(
        `route ${key} names the backend ${JSON.stringify(route.backend ?? null)}, allowed are ${Object.keys(integrations).join(', ')}`,
        this,
      );
    }
    const resources = this.gatewayRoutes.resourceCount;
    this.checked(() =>
      this.gatewayRoutes.add(route, {
        invokeArn: target.invokeArn,
        authorizerId: scoped ? this.authorizer?.id : undefined,
        apiKeyRequired: scoped && (route.apiKeyRequired ?? usageKeysRequired),
      }),
    );
    this.warnOfRoute(route, resources);
    this.permit(`Invoke-${backend}`, target, `${this.executionArn}/${this.stageName}/*`);
  }

  /** What the OpenAPI document says; what of it the gateway does not enforce becomes a warning for each kind. */
  private readDocument(): OpenApiRoutes | undefined {
    const { openApi, integrations, binaryMediaTypes } = this.props;
    if (openApi === undefined) {
      return undefined;
    }
    const read = this.checked(() =>
      readOpenApi(openApi.document, {
        source: openApi.source,
        backends: Object.keys(integrations),
        ...(binaryMediaTypes === undefined ? {} : { binaryMediaTypes }),
      }),
    );
    for (const line of summarizeNotes(read.notes)) {
      warn(this, line);
    }
    return read;
  }

  private declaredRoutes(fromDocument: OpenApiRoutes | undefined): RouteDefinition[] {
    const { routes = [] } = this.props;
    const listed = isList(routes)
      ? routes
      : Object.entries(routes).map(([key, props]) => this.checked(() => ({ ...parseRouteKey(key), ...props })));
    return [...(fromDocument?.routes ?? []), ...listed];
  }

  /** Warns of what API Gateway takes at apply, or only after a request to raise a quota. */
  private warnOfRoute({ method, path }: RouteDefinition, resources: number): void {
    if (RESERVED_PATHS.includes(path)) {
      warn(
        this,
        `route ${method} ${path}: API Gateway answers ${path} itself (its health check) where the API has a custom domain, allowed is any other path (developer guide, important notes)`,
      );
    }
    const now = this.gatewayRoutes.resourceCount;
    if (resources <= MOST_RESOURCES && now > MOST_RESOURCES && this.declared) {
      this.warnOfResources(now);
    }
  }

  private warnOfResources(count: number): void {
    warn(
      this,
      `the API has ${count} resources, the default quota is ${MOST_RESOURCES}: before applying, ask AWS to raise "Resources per API" of API Gateway for this API (Service Quotas), or serve some paths by {proxy+} or another API`,
    );
  }

  private renderAuthorizer(options: AuthorizerOptions): ApiGatewayAuthorizer {
    const authorizer = new ApiGatewayAuthorizer(this, 'Authorizer', {
      restApiId: this.restApiId,
      name: this.gatewayName,
      type: 'REQUEST',
      identitySource: Lazy.stringValue({ produce: () => this.identitySources().join(',') }),
      authorizerResultTtlInSeconds: options.resultTtlSeconds ?? 60,
      authorizerUri: options.function.invokeArn,
    });
    this.deployed.push(authorizer);
    return authorizer;
  }

  /** What a result is kept for. Where none is kept, they are only what has to be there. */
  private identitySources(): readonly string[] {
    const credential = 'method.request.header.Authorization';
    return this.answerForm === 'api' || this.props.authorizer?.resultTtlSeconds === 0
      ? [credential]
      : [credential, 'context.httpMethod', 'context.resourcePath'];
  }

  private renderDeployment(): ApiGatewayDeployment {
    return new ApiGatewayDeployment(this, 'Deployment', {
      restApiId: this.restApiId,
      triggers: {
        redeployment: Lazy.stringValue({
          // The first of two passes only looks for references to other stacks.
          produce: (context) => (context.preparing ? '' : deploymentHash(this, this.deployed)),
        }),
      },
      lifecycle: { createBeforeDestroy: true },
      dependsOn: [],
    });
  }

  private renderGatewayResponses(): void {
    const { resultTtlSeconds, dpopAlgorithms } = this.props.authorizer ?? {};
    const responses = gatewayResponses(this.gatewayName, this.props.cors?.allowOrigin, {
      isUncached: resultTtlSeconds === 0,
      ...(dpopAlgorithms === undefined ? {} : { dpopAlgorithms }),
    });
    for (const [responseType, response] of Object.entries(responses)) {
      this.deploy(
        new ApiGatewayGatewayResponse(this, `Response-${responseType}`, {
          restApiId: this.restApiId,
          responseType,
          ...response,
        }),
      );
    }
  }

  private renderStage(): ApiGatewayStage {
    const { apiId, authorizer, cors, tags, tracing = true } = this.props;
    return new ApiGatewayStage(this, 'Stage', {
      restApiId: this.restApiId,
      deploymentId: this.deployment.id,
      stageName: this.stageName,
      // The form of the answers is known when all routes are.
      variables: Token.asStringMap(
        Lazy.anyValue({
          produce: () => ({
            [API_STAGE_VARIABLE]: apiId,
            ...(cors === undefined ? {} : { [ORIGIN_STAGE_VARIABLE]: cors.allowOrigin }),
            ...(authorizer !== undefined && this.answerForm === 'route'
              ? { [RESULTS_STAGE_VARIABLE]: RESULTS_PER_ROUTE }
              : {}),
          }),
        }),
      ),
      accessLogSettings: {
        destinationArn: this.accessLogGroup.arn,
        format: escapeTerraform(this.props.accessLogFormat ?? accessLogFormat()),
      },
      xrayTracingEnabled: tracing,
      ...(tags === undefined ? {} : { tags: { ...tags } }),
      dependsOn: [],
    });
  }

  private renderMethodSettings(): ApiGatewayMethodSettings {
    const { executionLogging = 'OFF', detailedMetrics = true, accessLogRetentionDays = 365 } = this.props;
    const executionLog = executionLogGroup(this, {
      restApiId: this.restApiId,
      stageName: this.stageName,
      level: executionLogging,
      retentionInDays: accessLogRetentionDays,
      keyArn: this.props.accessLogKeyArn,
      tags: this.props.tags,
    });
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
      ...(executionLog === undefined ? {} : { dependsOn: [executionLog] }),
    });
  }

  /** Lets API Gateway call a function: from this API only, and for backends from this stage only. */
  private permit(id: string, target: IFunction, sourceArn: string): void {
    if (this.permissions.has(id)) {
      return;
    }
    const permission = new LambdaPermission(this, id, {
      statementId: `${this.gatewayName}-${id}`,
      action: 'lambda:InvokeFunction',
      functionName: target.functionName,
      principal: 'apigateway.amazonaws.com',
      sourceArn,
    });
    this.permissions.set(id, permission);
    // A stage that is live before API Gateway may call its functions answers 500.
    this.stage.dependsOn?.push(dependable(permission));
  }

  private deploy(resource: TerraformResource): void {
    this.deployed.push(resource);
    this.deployment.dependsOn?.push(dependable(resource));
  }

  /** Gives errors of routes and documents the path of the construct. */
  private checked<T>(run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (error instanceof RouteError || error instanceof OpenApiError) {
        throw new ConstructError(error.message, this);
      }
      throw error;
    }
  }
}

function isList(
  routes: readonly RouteDefinition[] | Readonly<Record<string, RouteProps>>,
): routes is readonly RouteDefinition[] {
  return Array.isArray(routes);
}
