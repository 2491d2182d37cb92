import { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias';
import type { Construct } from 'constructs';
import { CONFIG_FILE_NAME } from '../../lambdas/lib/config-file';
import {
  CANARY_ALIAS,
  OAUTH_ALIAS,
  type Person,
  type ResultCache,
  type TokenServiceConfig,
  writeTokenServiceConfig,
} from '../../lambdas/token-service/config';
import type { ApiDefinition } from '../api';
import { longestLifeSeconds } from '../authorizer/issuer-options';
import { apiGatewayControlArn } from '../support/arn';
import { kitBundle } from '../support/bundles';
import { type FunctionAttributes, FunctionBase, FunctionRef, type IFunction } from '../support/function-ref';
import { checkMetric, DEFAULT_PERIOD_SECONDS, type Metric, type MetricOptions } from '../support/metric';
import { NodeFunction } from '../support/node-function';
import type { IAuditTrail } from '../trail/audit-trail-access';
import type { TokenPlatform } from './token-platform';
import { validateTokenService } from './token-service-checks';
import type { TokenServiceProps } from './token-service-props';

/** A token service that a gateway can serve, made here or elsewhere. */
export interface ITokenService extends IFunction {
  /** The API that it goes by. A gateway refuses to serve it for another, or for one that is defined otherwise. */
  readonly api: ApiDefinition | undefined;
  /** What its authorizer has to agree with. @default - it is of another stack, and does not tell */
  readonly platform?: TokenPlatform;
}

/** A token service of another stack. */
export interface TokenServiceAttributes extends FunctionAttributes {
  /** The definition that the service is made with there. @default - no gateway can serve it */
  readonly api?: ApiDefinition;
}

/** A token service of another stack, referred to by its deterministic name. */
export class TokenServiceRef extends FunctionRef implements ITokenService {
  readonly api: ApiDefinition | undefined;

  constructor({ api, ...attributes }: TokenServiceAttributes) {
    super(attributes);
    this.api = api;
  }
}

const SECONDS_PER_DAY = 86_400;
/** The authorizer's default. */
const DEFAULT_REFRESH_SECONDS = 30;

/**
 * The function that issues, lists and revokes tokens. A gateway serves it; it may be invoked directly by whoever holds
 * `lambda:InvokeFunction`, to issue the first administrator token.
 */
export class TokenService extends FunctionBase implements ITokenService {
  /** Refers to the token service of another stack by the name of its function. It makes no resource. */
  static fromFunctionAttributes(attributes: TokenServiceAttributes): TokenServiceRef {
    return new TokenServiceRef(attributes);
  }

  readonly functionName: string;
  readonly functionArn: string;
  readonly invokeArn: string;
  readonly api: ApiDefinition | undefined;
  readonly platform: TokenPlatform;
  /** The function, with its role and log group. */
  readonly function: NodeFunction;
  /** What its function is configured with; the sweeper goes on with its work by the same settings. */
  readonly settings: TokenServiceConfig;
  /** @default - there is no audit trail */
  readonly trail: IAuditTrail | undefined;

  private readonly metricDimensions: Readonly<Record<string, string>>;
  private readonly metricsNamespace: string;

  /** @throws {ConstructError} for a malformed name, brand, scope, tier, path or issuer, and lifetimes out of bounds */
  constructor(scope: Construct, id: string, props: TokenServiceProps) {
    super(scope, id);
    validateTokenService(this, props);
    this.metricsNamespace = props.metricsNamespace ?? 'Gatehouse';
    this.api = props.api;
    this.platform = { names: props.names, tokenStore: props.tokenStore, issuers: props.issuers };
    this.metricDimensions = { Service: 'token-service', Stage: props.names.environment };
    const { names, region, tokenStore, api, issuers, maxLifetimeDays = 365 } = props;
    const { defaultLifetimeDays = Math.min(90, maxLifetimeDays), tiers = [] } = props;

    const canaries = sortByName(props.canaries ?? {});
    const hasCanaries = Object.keys(canaries).length > 0;

    const [origin] = api?.cors?.allowOrigins ?? [];

    this.trail = props.trail;
    this.settings = {
      version: 1,
      environment: names.environment,
      region,
      brand: tokenStore.brand,
      tokenEnvironment: tokenStore.tokenEnvironment,
      table: tokenStore.tableName,
      ...(props.trail === undefined ? {} : { trailTable: props.trail.tableName }),
      ...(props.usageStore === undefined ? {} : { usageTable: props.usageStore.tableName }),
      pepperSecret: tokenStore.pepperSecretName,
      basePath: api?.tokenService?.basePath ?? '',
      scopes: sortKeys(props.scopes),
      tiers: [...tiers].sort(),
      namePrefix: names.base,
      defaultLifetimeSeconds: defaultLifetimeDays * SECONDS_PER_DAY,
      maxLifetimeSeconds: maxLifetimeDays * SECONDS_PER_DAY,
      ...(props.rotationOverlapSeconds === undefined ? {} : { defaultOverlapSeconds: props.rotationOverlapSeconds }),
      ...(issuers === undefined ? {} : { issuers: issuers.map(({ issuer }) => issuer).sort() }),
      ...ownIssuer(issuers),
      ...(props.operators === undefined ? {} : { operators: people(props.operators) }),
      ...(props.auditors === undefined ? {} : { auditors: people(props.auditors) }),
      ...(props.policy === undefined ? {} : { policy: props.policy }),
      maxAccessTokenSeconds: longestLifeSeconds(issuers ?? []),
      metricsNamespace: this.metricsNamespace,
      ...revocationReach(props),
      ...(hasCanaries ? { canaries } : {}),
    };
    this.function = new NodeFunction(this, 'Function', {
      memoryMb: 512,
      ...props,
      ...(origin === undefined ? {} : { environment: { ...props.environment, CORS_ALLOW_ORIGIN: origin } }),
      functionName: names.tokenService,
      description: `Gatehouse ${names.base}: issues, lists and revokes tokens`,
      bundle: kitBundle('token-service'),
      files: {
        [CONFIG_FILE_NAME]: writeTokenServiceConfig(this.settings),
      },
    });
    tokenStore.grantReadWrite(this.function);
    props.trail?.grantAppend(this.function);
    props.trail?.grantRead(this.function);
    props.usageStore?.grantRead(this.function);
    if (tiers.length > 0) {
      this.grantUsageKeys(region);
    }
    grantFlush(this.function, props.region, this.settings);
    if (hasCanaries) {
      // An alias of its own, because a permission names what is invoked, and cannot look into the event.
      new LambdaAlias(this, 'CanaryAlias', {
        name: CANARY_ALIAS,
        functionName: this.function.functionName,
        functionVersion: '$LATEST',
        description: 'Revocation canaries: issues and ends their tokens, and does nothing else',
        dependsOn: [this.function.resource],
      });
    }

    if (props.oauth) {
      new LambdaAlias(this, 'OAuthAlias', {
        name: OAUTH_ALIAS,
        functionName: this.function.functionName,
        functionVersion: '$LATEST',
        description: 'Token endpoint: revokes what its clients give up, and does nothing else',
        dependsOn: [this.function.resource],
      });
    }

    this.functionName = this.function.functionName;
    this.functionArn = this.function.functionArn;
    this.invokeArn = this.function.invokeArn;
  }

  /** Tokens that were issued. The sum by default. */
  metricTokensIssued(options?: MetricOptions): Metric {
    return this.serviceMetric('TokensIssued', options);
  }

  /** Tokens that were revoked by their id. The sum by default. */
  metricTokensRevoked(options?: MetricOptions): Metric {
    return this.serviceMetric('TokensRevoked', options);
  }

  /** Entries that came into the set of revocations or were taken back. The sum by default. */
  metricRevocationsChanged(options?: MetricOptions): Metric {
    return this.serviceMetric('RevocationsChanged', options);
  }

  private serviceMetric(metricName: string, options: MetricOptions = {}): Metric {
    const { statistic = 'Sum', periodSeconds = DEFAULT_PERIOD_SECONDS } = options;
    return checkMetric({
      family: 'token-service',
      namespace: this.metricsNamespace,
      metricName,
      dimensions: this.metricDimensions,
      statistic,
      periodSeconds,
    });
  }

  /**
   * API Gateway has no ARN that names a key or a plan before it is made, so the paths are as narrow as they get: the function can
   * read every key of the account and the Region, and attach keys to every plan and take them out. It can neither change nor delete a key.
   *
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
   */
  private grantUsageKeys(region: string): void {
    this.function.addToRolePolicy({
      sid: 'FindUsagePlansAndKeys',
      actions: ['apigateway:GET'],
      resources: [apiGatewayControlArn(region, '/apikeys'), apiGatewayControlArn(region, '/usageplans')],
    });
    this.function.addToRolePolicy({
      sid: 'MakeUsageKeys',
      actions: ['apigateway:POST'],
      resources: [apiGatewayControlArn(region, '/apikeys'), apiGatewayControlArn(region, '/usageplans/*/keys')],
    });
    this.function.addToRolePolicy({
      sid: 'MoveUsageKeys',
      actions: ['apigateway:DELETE'],
      resources: [apiGatewayControlArn(region, '/usageplans/*/keys/*')],
    });
  }
}

/**
 * The id of a REST API is not known before it is made, after its platform, so that only the stage is named: the function can make the
 * stages of that name of this account and Region drop the results of authorizers that they keep, which opens nothing, and read which REST
 * APIs there are.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-iam-policy-examples.html
 */
export function grantFlush(
  grantee: NodeFunction,
  region: string,
  { resultCaches: caches = [] }: Pick<TokenServiceConfig, 'resultCaches'>,
): void {
  const stages = [...new Set(caches.map(({ stage }) => stage))].sort();
  if (stages.length === 0) {
    return;
  }
  grantee.addToRolePolicy({
    sid: 'FindGateways',
    actions: ['apigateway:GET'],
    resources: [apiGatewayControlArn(region, '/restapis')],
  });
  grantee.addToRolePolicy({
    sid: 'FlushAuthorizerResults',
    actions: ['apigateway:DELETE'],
    resources: stages.map((stage) => apiGatewayControlArn(region, `/restapis/*/stages/${stage}/cache/authorizers`)),
  });
}

/** How soon a revocation is in effect everywhere, and which results are dropped for it. */
function revocationReach(props: TokenServiceProps): Pick<TokenServiceConfig, 'revocationBounds' | 'resultCaches'> {
  const { apis, revocationRefreshSeconds = DEFAULT_REFRESH_SECONDS } = props;
  if (apis === undefined) {
    return {};
  }
  const longest = (seconds: (api: ApiDefinition) => number) => Math.max(0, ...apis.map(seconds));
  return {
    revocationBounds: {
      recordSeconds: longest((api) => api.resultCacheSeconds),
      // An authorizer with strict revocation reads the set with each request, and its gateway keeps no results.
      setSeconds: longest((api) =>
        api.revocation === 'strict' ? 0 : api.resultCacheSeconds + revocationRefreshSeconds,
      ),
    },
    resultCaches: resultCaches(props),
  };
}

function resultCaches({ apis = [], gateways = {}, names }: TokenServiceProps): ResultCache[] {
  return apis
    .filter(({ gateway, resultCacheSeconds }) => gateway === 'rest' && resultCacheSeconds > 0)
    .map(({ id }): ResultCache => {
      const named = Object.hasOwn(gateways, id) ? gateways[id] : undefined;
      return { restApi: named?.gatewayName ?? names.restApi(id), stage: named?.stageName ?? names.environment };
    })
    .sort((a, b) => (a.restApi < b.restApi ? -1 : 1));
}

function ownIssuer(issuers: TokenServiceProps['issuers'] = []): Pick<TokenServiceConfig, 'ownIssuer'> {
  const own = issuers.find((issuer) => issuer.ownIssuer);
  return own === undefined ? {} : { ownIssuer: own.issuer };
}

/** Their order says nothing, and must not change the package. */
function people(list: readonly Person[]): Person[] {
  return list
    .map(({ issuer, subject }) => ({ issuer, subject }))
    .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

function sortKeys(record: Readonly<Record<string, string>>): Record<string, string> {
  return sortByName(record);
}

function sortByName<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
