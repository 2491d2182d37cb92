import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import { TokenAuthorizer } from '../constructs/authorizer';
import { routeRules } from '../constructs/gateway/route';
import { TokenService, TokenStore } from '../constructs/tokens';
import { GatehouseStack, type GatehouseStackProps, platformStackId } from './gatehouse-stack';
import { addRotations, type Rotations } from './rotations';
import { apiRoutes } from './routes';

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
    const { brand, defaultLifetimeDays, maxLifetimeDays } = config.tokens;
    const apis = Object.keys(config.apis);

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
      issuers: environment.issuers ?? config.issuers ?? [],
      apis: Object.fromEntries(apis.map((api) => [api, routeRules(apiRoutes(props.loaded, api))])),
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
    });

    const { rotation: settings = {} } = config;
    const { breakGlassRoleArns } = settings;
    this.rotations = addRotations(this, {
      ...location,
      ...functionOptions,
      names,
      settings,
      tokenStore: this.tokenStore,
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
}
