import { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias';
import type { Construct } from 'constructs';
import { CONFIG_FILE_NAME } from '../../lambdas/lib/config-file';
import { DECLARED_SCOPE, GRANTED_SCOPE, type Grammar, TIER } from '../../lambdas/lib/grammar';
import {
  CANARY_ALIAS,
  type CanaryToken,
  isKnownScope,
  type Person,
  type PlatformPolicy,
  type ResultCache,
  type TokenServiceConfig,
  writeTokenServiceConfig,
} from '../../lambdas/token-service/config';
import { type ApiDefinition, routeKey } from '../api';
import { type IssuerOptions, longestLifeSeconds, validateIssuers } from '../authorizer/issuer-options';
import { apiGatewayControlArn, type Location } from '../support/arn';
import { kitBundle } from '../support/bundles';
import { ConstructError } from '../support/errors';
import { type FunctionAttributes, FunctionBase, FunctionRef, type IFunction } from '../support/function-ref';
import { checkMetric, DEFAULT_PERIOD_SECONDS, type Metric, type MetricOptions } from '../support/metric';
import type { Names } from '../support/names';
import { NodeFunction } from '../support/node-function';
import { checkInteger } from '../support/node-function-checks';
import type { NodeFunctionOptions } from '../support/node-function-props';
import { checkLocation, checkNames, checkTokenFormat } from '../support/platform-checks';
import type { IAuditTrail } from '../trail/audit-trail-access';
import type { IUsageStore } from '../usage/usage-store';
import type { TokenPlatform } from './token-platform';
import type { ITokenStore } from './token-store-access';

export interface TokenServiceProps extends NodeFunctionOptions, Location {
  /** Names of the platform. */
  readonly names: Names;
  /** Where tokens are kept; it says with which brand and environment word they are issued. */
  readonly tokenStore: ITokenStore;
  /** Where every change is told of, and read from. @default - there is no audit trail, and nothing that is done leaves an entry */
  readonly trail?: IAuditTrail;
  /** Every scope that a token may hold, `resource:action`, with its description. */
  readonly scopes: Readonly<Record<string, string>>;
  /**
   * Names of the tiers that an application may have.
   *
   * @default - no tiers: tokens are not metered
   */
  readonly tiers?: readonly string[];
  /**
   * The API that serves the routes: its definition has `tokenService`, with the path below which they are, and says which browser
   * application may call them.
   *
   * @default - no API serves them; the function is invoked directly
   */
  readonly api?: ApiDefinition;
  /**
   * Every API whose authorizer refuses what this service revokes: give the same list to both. The answer of a revocation then says how
   * soon it is in effect, and the gateways that keep results are told to drop them. Gateways are found by their names and stages, which
   * are `names.restApi(id)` and the environment, or what `gateways` says.
   *
   * @default - a revocation does not say how soon it is in effect, and ends no result that is kept
   */
  readonly apis?: readonly ApiDefinition[];
  /** Names and stages of the gateways of APIs that are not called by the kit's names, by the id of the API. @default - all are */
  readonly gateways?: Readonly<Record<string, GatewayName>>;
  /** How old the set of revocations may be that an authorizer uses, in seconds: the authorizer's value. @default 30 */
  readonly revocationRefreshSeconds?: number;
  /**
   * Tokens of revocation canaries, by the ids of the APIs: `{ shop: RevocationCanary.token(shop, 'GET /v1/orders') }`. A canary may have
   * such a token issued and ended, and nothing else of the service.
   *
   * @default - there is no canary
   */
  readonly canaries?: Readonly<Record<string, CanaryToken>>;
  /** Lifetime of a token whose request names none, in days, 1 to 3650. @default 90, or `maxLifetimeDays` if that is less */
  readonly defaultLifetimeDays?: number;
  /** Longest lifetime that a request may ask for, in days, 1 to 3650. @default 365 */
  readonly maxLifetimeDays?: number;
  /** How long the secret before a new one is accepted after a rotation that does not say, in seconds, 0 to 2592000. @default 86400 */
  readonly rotationOverlapSeconds?: number;
  /**
   * Issuers of the access tokens that the authorizer accepts: give the same list to both. A revocation of access tokens names one of
   * them; where there is only one, it need not. Revocations are kept for as long as a token of any of them is accepted.
   *
   * @default - a revocation may name any issuer, and is kept for as long as any issuer's tokens can be accepted: 2592300 seconds
   */
  readonly issuers?: readonly IssuerOptions[];
  /** People who may do everything for every team, by issuer and subject. @default - administrators alone, whose tokens a direct invocation makes */
  readonly operators?: readonly Person[];
  /** People who may read everything of every team. @default - nobody */
  readonly auditors?: readonly Person[];
  /** What every token has to meet beside the lifetimes. @default - every declared scope is allowed; teams choose no tier by themselves */
  readonly policy?: PlatformPolicy;
  /** Where calls are counted, to be read by those who may. @default - the service says that the numbers are unavailable */
  readonly usageStore?: IUsageStore;
  /** CloudWatch namespace of the metrics. @default "Gatehouse" */
  readonly metricsNamespace?: string;
}

/** By what a REST API is found, once it is deployed. */
export interface GatewayName {
  /** Name of the REST API. */
  readonly gatewayName: string;
  readonly stageName: string;
}

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

function validateTokenService(scope: Construct, props: TokenServiceProps): void {
  checkNames(scope, props.names);
  checkLocation(scope, props);
  checkTokenFormat(scope, props.tokenStore);
  const { api, apis = [], gateways = {}, maxLifetimeDays = 365 } = props;
  checkInteger(scope, 'revocationRefreshSeconds', props.revocationRefreshSeconds, 1, 300);
  const stranger = Object.keys(gateways).find((id) => !apis.some((known) => known.id === id));
  if (stranger !== undefined) {
    const known = apis.map(({ id }) => JSON.stringify(id)).join(', ') || 'none, as apis is empty';
    throw new ConstructError(`gateways names the API ${JSON.stringify(stranger)}, allowed are ${known}`, scope);
  }
  checkInteger(scope, 'maxLifetimeDays', maxLifetimeDays, 1, 3650);
  validateIssuers(scope, props.issuers ?? []);
  checkInteger(scope, 'rotationOverlapSeconds', props.rotationOverlapSeconds, 0, 30 * SECONDS_PER_DAY);
  checkInteger(scope, 'defaultLifetimeDays', props.defaultLifetimeDays, 1, maxLifetimeDays);
  if (api !== undefined && api.tokenService === undefined) {
    throw new ConstructError(
      `api is ${JSON.stringify(api.id)}, allowed is an API whose definition has tokenService: { basePath }`,
      scope,
    );
  }
  for (const name of Object.keys(props.scopes)) {
    checkGrammar(scope, 'scope', name, DECLARED_SCOPE);
  }
  for (const name of props.tiers ?? []) {
    checkGrammar(scope, 'tier', name, TIER);
  }
  if (Object.keys(props.scopes).length === 0) {
    throw new ConstructError('scopes is empty, allowed is at least one scope', scope);
  }
  checkPeople(scope, props);
  checkPolicy(scope, props);
  for (const [name, { scopes, tier }] of Object.entries(props.canaries ?? {})) {
    const scopeFault = scopes.find((one) => !Object.hasOwn(props.scopes, one));
    if (scopeFault !== undefined || (tier !== undefined && !(props.tiers ?? []).includes(tier))) {
      const fault = scopeFault === undefined ? `the tier ${JSON.stringify(tier)}` : JSON.stringify(scopeFault);
      throw new ConstructError(`canaries.${name} has ${fault}, allowed are the scopes and tiers of the service`, scope);
    }
  }
  checkDeclared(scope, props);
}

/** @throws {ConstructError} for a person whose issuer the platform does not trust: nobody could act as that person */
function checkPeople(scope: Construct, { operators = [], auditors = [], issuers }: TokenServiceProps): void {
  for (const [name, list] of Object.entries({ operators, auditors })) {
    for (const { issuer, subject } of list) {
      if (subject === '') {
        throw new ConstructError(`${name} has an empty subject, allowed is the sub of a person's access tokens`, scope);
      }
      if (issuers !== undefined && !issuers.some((trusted) => trusted.issuer === issuer)) {
        const allowed = issuers.map((trusted) => trusted.issuer).join(', ') || 'none, because issuers is empty';
        throw new ConstructError(
          `${name} has the issuer ${JSON.stringify(issuer)}, allowed is one of issuers: ${allowed}`,
          scope,
        );
      }
    }
  }
}

/** @throws {ConstructError} for a tier or a scope that the platform does not have */
function checkPolicy(scope: Construct, { policy = {}, tiers = [], scopes }: TokenServiceProps): void {
  const tier = policy.teamTiers?.find((name) => !tiers.includes(name));
  if (tier !== undefined) {
    throw new ConstructError(`policy.teamTiers has ${JSON.stringify(tier)}, allowed are ${tiers.join(', ')}`, scope);
  }
  for (const name of policy.allowedScopes ?? []) {
    checkGrammar(scope, 'policy.allowedScopes', name, GRANTED_SCOPE);
    if (!isKnownScope(name, scopes)) {
      throw new ConstructError(
        `policy.allowedScopes has ${JSON.stringify(name)}, allowed are the declared scopes ${Object.keys(scopes).join(', ')}, or a wildcard over them`,
        scope,
      );
    }
  }
}

/** Their order says nothing, and must not change the package. */
function people(list: readonly Person[]): Person[] {
  return list
    .map(({ issuer, subject }) => ({ issuer, subject }))
    .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
}

/**
 * No token could hold a scope that is not declared, so its route would be closed to everybody.
 *
 * @throws {ConstructError} for a route of the API that requires a scope the service does not have
 */
function checkDeclared(scope: Construct, { api, scopes }: TokenServiceProps): void {
  for (const route of api?.routes ?? []) {
    const required = route.rule.kind === 'scopes' ? route.rule.anyOf.flat() : [];
    const missing = required.find((name) => !Object.hasOwn(scopes, name));
    if (missing !== undefined) {
      throw new ConstructError(
        `scopes lacks ${JSON.stringify(missing)}, which route ${routeKey(route)} of the API ${JSON.stringify(api?.id)} requires, allowed is every scope that its routes require`,
        scope,
      );
    }
  }
}

function checkGrammar(scope: Construct, what: string, value: string, { pattern, allowed }: Grammar): void {
  if (!pattern.test(value)) {
    throw new ConstructError(`${what} is ${JSON.stringify(value)}, allowed is ${allowed}`, scope);
  }
}

function sortKeys(record: Readonly<Record<string, string>>): Record<string, string> {
  return sortByName(record);
}

function sortByName<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
