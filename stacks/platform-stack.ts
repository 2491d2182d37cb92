import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import { routeRules } from '../constructs/api/route';
import { longestLifeSeconds, type ProtectedApi, TokenAuthorizer } from '../constructs/authorizer';
import { TokenService, TokenStore } from '../constructs/tokens';
import { type LoadedConfig, resultCacheSeconds } from './config';
import { GatehouseStack, type GatehouseStackProps, platformStackId } from './gatehouse-stack';
import { addRotations, type Rotations } from './rotations';
import { apiConfig, apiDocuments } from './routes';

export interface PlatformStackProps extends GatehouseStackProps {}

/** The token system of one environment: key, table, authorizer, token service, and the secrets with their rotations. Serves every API of the configuration. */
export class PlatformStack extends GatehouseStack {
  readonly tokenStore: TokenStore;
  readonly authorizer: TokenAuthorizer;
  readonly tokenService: TokenService;
  readonly rotations: Rotations;

  constructor(scope: Construct, props: PlatformStackProps) {
    super(scope, platformStackId(props.environment), props);
    const { config, environment, names, location, logRetentionDays, metricsNamespace } = this;
    const { brand, defaultLifetimeDays, maxLifetimeDays, revocationRefreshSeconds, engine } = config.tokens;
    const apis = Object.keys(config.apis);
    const issuers = environment.issuers ?? config.issuers ?? [];

    this.tokenStore = new TokenStore(this, 'Tokens', {
      ...location,
      names,
      deletionProtection: environment.deletionProtection ?? true,
    });
    const functionOptions = { logRetentionDays, logKeyArn: this.tokenStore.keyArn, metricsNamespace };

    this.authorizer = new TokenAuthorizer(this, 'Authorizer', {
      ...location,
      ...functionOptions,
      names,
      apiTokens: { store: this.tokenStore, brand, tokenEnvironments: [environment.tokenEnvironment] },
      issuers,
      ...(engine === undefined ? {} : { engine }),
      ...(config.dpop === undefined ? {} : { dpop: config.dpop }),
      apis: Object.fromEntries(apis.map((api) => [api, this.protectedApi(props.loaded, api)])),
      ...(revocationRefreshSeconds === undefined ? {} : { revocationRefreshSeconds }),
    });

    const host = Object.values(config.apis).find((api) => api.tokenService !== undefined);
    this.tokenService = new TokenService(this, 'TokenService', {
      ...location,
      ...functionOptions,
      names,
      tokenStore: this.tokenStore,
      brand,
      tokenEnvironment: environment.tokenEnvironment,
      scopes: config.scopes,
      tiers: Object.keys(config.tiers),
      ...(host?.tokenService === undefined ? {} : { basePath: host.tokenService.basePath }),
      ...(host?.cors === undefined ? {} : { corsAllowOrigin: host.cors.allowOrigin }),
      ...(defaultLifetimeDays === undefined ? {} : { defaultLifetimeDays }),
      ...(maxLifetimeDays === undefined ? {} : { maxLifetimeDays }),
      issuers: issuers.map(({ issuer }) => issuer),
      ...(issuers.length === 0 ? {} : { maxAccessTokenSeconds: Math.max(...issuers.map(longestLifeSeconds)) }),
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
      deletionProtection: environment.deletionProtection ?? true,
      topicArns: this.alarmTopics(props.environment),
      ...(breakGlassRoleArns === undefined ? {} : { breakGlassRoleArns }),
    });

    new TerraformOutput(this, 'authorizer_function', { value: this.authorizer.functionName });
    new TerraformOutput(this, 'token_service_function', { value: this.tokenService.functionName });
    new TerraformOutput(this, 'token_table', { value: this.tokenStore.tableName });
    new TerraformOutput(this, 'pepper_secret', { value: this.tokenStore.pepperSecretName });
  }
  private protectedApi(loaded: LoadedConfig, api: string): ProtectedApi {
    const config = apiConfig(loaded, api);
    const documents = apiDocuments(loaded, api);
    return {
      routes: routeRules(documents.routes),
      resultCacheSeconds: resultCacheSeconds(config),
      usageKeys: true,
      ...(config.cidrs === undefined ? {} : { cidrs: config.cidrs }),
      ...(documents.shadow === undefined ? {} : { shadow: routeRules(documents.shadow) }),
      ...(config.revocation === undefined ? {} : { revocation: config.revocation }),
      ...(config.publicUrls === undefined ? {} : { publicUrls: config.publicUrls }),
    };
  }
}
