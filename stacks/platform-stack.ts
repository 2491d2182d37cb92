import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import type { ApiDefinition } from '../constructs/api';
import { type DpopOptions, TokenAuthorizer } from '../constructs/authorizer';
import { TokenEndpoint, type TokenEndpointProps } from '../constructs/identity';
import { RevocationCanary, TokenService, TokenStore, TokenSweeper } from '../constructs/tokens';
import { AuditTrail } from '../constructs/trail';
import { AccessLines, UsagePipeline, UsageStore } from '../constructs/usage';
import { defined } from '../lambdas/lib/defined';
import type { ResourceSettings } from '../lambdas/token-endpoint/config';
import type { CanaryToken } from '../lambdas/token-service/config';
import { ConfigError } from './config';
import { issuersOf } from './config/identity';
import type { EnvironmentConfig, GatehouseConfig } from './config/types';
import { GatehouseStack, type GatehouseStackProps, platformStackId } from './gatehouse-stack';
import { addRotations, type Rotations } from './rotations';

export interface PlatformStackProps extends GatehouseStackProps {}

/** The token system of one environment: key, table, authorizer, token service, audit trail, the counting of calls, and the secrets with their rotations. Serves every API of the configuration. */
export class PlatformStack extends GatehouseStack {
  readonly tokenStore: TokenStore;
  readonly authorizer: TokenAuthorizer;
  readonly tokenService: TokenService;
  readonly tokenSweeper: TokenSweeper;
  readonly trail: AuditTrail;
  readonly rotations: Rotations;
  /** @default - the environment has no identity */
  readonly tokenEndpoint: TokenEndpoint | undefined;
  readonly usageStore: UsageStore;
  readonly usage: UsagePipeline;
  /** @default - the configuration keeps no lines */
  readonly accessLines: AccessLines | undefined;

  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, platformStackId(props.environment), props);
    const { config, environment, names, location, logRetentionDays, metricsNamespace } = this;
    const { brand, defaultLifetimeDays, maxLifetimeDays, rotationOverlapSeconds, revocationRefreshSeconds, engine } =
      config.tokens;
    const { operators, auditors, policy } = config.tokens;
    const apis = [...props.loaded.apis(props.environment).values()];
    const issuers = issuersOf(config, props.environment);

    const deletionProtection = environment.deletionProtection ?? true;
    this.tokenStore = new TokenStore(this, 'Tokens', {
      ...location,
      names,
      brand,
      tokenEnvironment: environment.tokenEnvironment,
      deletionProtection,
    });
    this.usageStore = new UsageStore(this, 'UsageTable', {
      ...location,
      names,
      keyArn: this.tokenStore.keyArn,
      deletionProtection,
    });
    const functionOptions = { logRetentionDays, logKeyArn: this.tokenStore.keyArn, metricsNamespace };

    this.authorizer = new TokenAuthorizer(this, 'Authorizer', {
      ...location,
      ...functionOptions,
      names,
      tokenStore: this.tokenStore,
      issuers,
      ...(engine === undefined ? {} : { engine }),
      ...(config.dpop === undefined ? {} : { dpop: proofTimes(config.dpop) }),
      apis,
      ...(revocationRefreshSeconds === undefined ? {} : { revocationRefreshSeconds }),
    });

    this.trail = new AuditTrail(this, 'Trail', {
      ...location,
      ...functionOptions,
      names,
      deletionProtection,
      retention: {
        mode: environment.tokenEnvironment === 'live' ? 'COMPLIANCE' : 'GOVERNANCE',
        ...defined({ days: config.trail?.retentionDays }),
      },
      topicArns: this.alarmTopics(props.environment),
    });

    const host = apis.find((api) => api.tokenService !== undefined);
    this.tokenService = new TokenService(this, 'TokenService', {
      ...location,
      ...functionOptions,
      names,
      tokenStore: this.tokenStore,
      trail: this.trail,
      usageStore: this.usageStore,
      scopes: config.scopes,
      tiers: Object.keys(config.tiers),
      ...(host === undefined ? {} : { api: host }),
      apis,
      ...(revocationRefreshSeconds === undefined ? {} : { revocationRefreshSeconds }),
      ...(defaultLifetimeDays === undefined ? {} : { defaultLifetimeDays }),
      ...(maxLifetimeDays === undefined ? {} : { maxLifetimeDays }),
      ...(rotationOverlapSeconds === undefined ? {} : { rotationOverlapSeconds }),
      ...(operators === undefined ? {} : { operators }),
      ...(auditors === undefined ? {} : { auditors }),
      ...(policy === undefined ? {} : { policy }),
      canaries: canariesOf(config, apis),
      oauth: environment.identity !== undefined,
      issuers,
    });

    this.tokenSweeper = new TokenSweeper(this, 'TokenSweeper', {
      ...location,
      ...functionOptions,
      names,
      tokenStore: this.tokenStore,
      service: this.tokenService,
      topicArns: this.alarmTopics(props.environment),
    });

    const { rotation: settings = {} } = config;
    const { breakGlassRoleArns } = settings;
    this.rotations = addRotations(this, {
      ...location,
      ...functionOptions,
      names,
      settings,
      tokenStore: this.tokenStore,
      pepperReaders: [this.authorizer.function.resource, this.tokenService.function.resource],
      keyArn: this.tokenStore.keyArn,
      deletionProtection,
      topicArns: this.alarmTopics(props.environment),
      ...(breakGlassRoleArns === undefined ? {} : { breakGlassRoleArns }),
    });

    this.tokenEndpoint = this.addTokenEndpoint(apis, environment.identity, functionOptions);

    const { retentionDays, lines } = config.usage ?? {};
    this.usage = new UsagePipeline(this, 'Usage', {
      ...location,
      ...functionOptions,
      names,
      store: this.usageStore,
      tokenStore: this.tokenStore,
      gateways: apis.map((api) => ({ api })),
      topicArns: this.alarmTopics(props.environment),
      ...defined({ retentionDays }),
    });
    this.accessLines =
      lines && new AccessLines(this, 'AccessLines', { ...location, ...defined(lines), names, deletionProtection });

    new TerraformOutput(this, 'authorizer_function', { value: this.authorizer.functionName });
    new TerraformOutput(this, 'token_service_function', { value: this.tokenService.functionName });
    new TerraformOutput(this, 'token_table', { value: this.tokenStore.tableName });
    new TerraformOutput(this, 'trail_table', { value: this.trail.tableName });
    new TerraformOutput(this, 'trail_bucket', { value: this.trail.bucketName });
    new TerraformOutput(this, 'pepper_secret', { value: this.tokenStore.pepperSecretName });
  }

  private addTokenEndpoint(
    apis: readonly ApiDefinition[],
    identity: EnvironmentConfig['identity'],
    options: Pick<TokenEndpointProps, 'logRetentionDays' | 'logKeyArn' | 'metricsNamespace'>,
  ): TokenEndpoint | undefined {
    const { config, names, location } = this;
    const { signingKeys, store: rotationStore } = this.rotations;
    if (identity === undefined || signingKeys === undefined) {
      // A configuration with an identity and no signing keys was refused.
      return undefined;
    }
    const { publicUrl, audience, exchangeSeconds, mtlsUrl, dpop } = identity;
    const { algorithms, maxAgeSeconds } = config.dpop ?? {};
    return new TokenEndpoint(this, 'TokenEndpoint', {
      ...location,
      ...options,
      names,
      tokenStore: this.tokenStore,
      rotationStore,
      signingKeys,
      issuer: publicUrl,
      scopes: Object.keys(config.scopes),
      resources: resourcesOf(apis),
      ...defined({
        audience,
        exchangeSeconds,
        mtlsUrl,
        dpop: dpop && { ...defined({ algorithms, maxAgeSeconds }), ...defined(dpop) },
      }),
    });
  }
}

/** Tokens of the revocation canaries, which are made with the gateways. */
function canariesOf({ apis: settings }: GatehouseConfig, apis: readonly ApiDefinition[]): Record<string, CanaryToken> {
  const canaries: Record<string, CanaryToken> = {};
  for (const api of apis) {
    const { revocationCanary } = settings[api.id] ?? {};
    if (revocationCanary !== undefined) {
      try {
        canaries[api.id] = RevocationCanary.token(api, revocationCanary.route, revocationCanary.tier);
      } catch (error) {
        throw new ConfigError(`/apis/${api.id}/revocationCanary: ${(error as Error).message}`, { cause: error });
      }
    }
  }
  return canaries;
}

/** The APIs for which tokens may be asked, with the scopes that their routes need. */
function resourcesOf(apis: readonly ApiDefinition[]): Record<string, ResourceSettings> {
  const resources: Record<string, ResourceSettings> = {};
  for (const { id: api, resource, routes } of apis) {
    if (resource !== undefined) {
      const scopes = routes.flatMap(({ rule }) => (rule.kind === 'scopes' ? rule.anyOf.flat() : []));
      resources[resource] = { api, scopes: [...new Set(scopes)].sort() };
    }
  }
  return resources;
}

/** The algorithms of proofs are said of the APIs. */
function proofTimes({ algorithms: _, ...times }: NonNullable<GatehouseConfig['dpop']>): DpopOptions {
  return times;
}
