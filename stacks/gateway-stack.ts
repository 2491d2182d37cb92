import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import { type ApiDefinition, TOKEN_SERVICE_BACKEND } from '../constructs/api';
import { TokenAuthorizer } from '../constructs/authorizer';
import { RestGateway } from '../constructs/gateway';
import { GatewayDashboard } from '../constructs/observability';
import { functionFromName, type IFunction } from '../constructs/support/function-ref';
import { NodeFunction } from '../constructs/support/node-function';
import { RevocationCanary, TokenService } from '../constructs/tokens';
import { AccessLines, UsagePipeline, UsageSubscription, UsageTiers } from '../constructs/usage';
import { ConfigError } from './config';
import { KEY_SET_BACKEND } from './config/documents';
import type { ApiConfig } from './config/types';
import { GatehouseStack, type GatehouseStackProps, gatewayStackId } from './gatehouse-stack';

export interface GatewayStackProps extends GatehouseStackProps {
  /** Name of an API of the configuration. */
  readonly api: string;
}

/**
 * One API of an environment: its REST API with backends, usage tiers, dashboard and alarms. Authorizer, token service
 * and the function that counts calls are the platform's, referred to by name: deploy the platform first.
 *
 * Its logs are encrypted by CloudWatch Logs itself: log groups take a key by its id alone, which the platform's key does
 * not have until it is made, and a name cannot stand for it.
 */
export class GatewayStack extends GatehouseStack {
  readonly gateway: RestGateway;
  readonly tiers: UsageTiers;
  readonly dashboard: GatewayDashboard;
  readonly usage: UsageSubscription;
  /** @default - how fast revocations are is not measured */
  readonly canary: RevocationCanary | undefined;

  constructor(scope: Construct, props: GatewayStackProps) {
    super(scope, gatewayStackId(props.api, props.environment), props);
    const { names, location, logRetentionDays, metricsNamespace } = this;
    const { definition, settings } = this.apiOf(props);
    const authorizer = TokenAuthorizer.fromFunctionAttributes({
      ...location,
      functionName: names.authorizer,
      apis: [...props.loaded.apis(props.environment).values()],
    });

    this.gateway = new RestGateway(this, 'Gateway', {
      api: definition,
      gatewayName: names.restApi(props.api),
      stageName: props.environment,
      integrations: this.buildIntegrations(props, definition, settings),
      authorizer,
      accessLogRetentionDays: logRetentionDays,
      ...(settings.throttle === undefined ? {} : { throttle: settings.throttle }),
    });
    this.tiers = new UsageTiers(this, 'Tiers', { names, gateway: this.gateway, tiers: this.config.tiers });
    this.dashboard = new GatewayDashboard(this, 'Dashboard', {
      ...location,
      gateway: this.gateway,
      authorizer,
      metricsNamespace,
      topicArns: this.alarmTopics(props.environment),
    });

    this.usage = new UsageSubscription(this, 'Usage', {
      pipeline: UsagePipeline.fromNames({ ...location, names }),
      gateway: this.gateway,
      ...(this.config.usage?.lines === undefined ? {} : { lines: AccessLines.fromNames({ ...location, names }) }),
    });

    const { revocationCanary } = settings;
    this.canary =
      revocationCanary &&
      new RevocationCanary(this, 'Canary', {
        ...location,
        names,
        gateway: this.gateway,
        route: revocationCanary.route,
        ...(revocationCanary.everyMinutes === undefined ? {} : { everyMinutes: revocationCanary.everyMinutes }),
        logRetentionDays,
        metricsNamespace,
        topicArns: this.alarmTopics(props.environment),
      });

    new TerraformOutput(this, 'invoke_url', { value: this.gateway.invokeUrl });
  }

  private apiOf({ loaded, environment, api }: GatewayStackProps): { definition: ApiDefinition; settings: ApiConfig } {
    const definition = loaded.apis(environment).get(api);
    const settings = loaded.config.apis[api];
    if (definition === undefined || settings === undefined) {
      throw new ConfigError(`API is ${JSON.stringify(api)}, allowed are ${Object.keys(loaded.config.apis).join(', ')}`);
    }
    return { definition, settings };
  }

  private buildIntegrations(
    props: GatewayStackProps,
    api: ApiDefinition,
    { backends }: ApiConfig,
  ): Record<string, IFunction> {
    const { names, location, logRetentionDays } = this;
    const [origin] = api.cors?.allowOrigins ?? [];
    const integrations: Record<string, IFunction> = {};
    for (const [name, backend] of Object.entries(backends)) {
      const { bundle: _, environment, ...options } = backend;
      integrations[name] = new NodeFunction(this, `Backend-${name}`, {
        ...options,
        // API Gateway adds no CORS header to what a proxy integration answers: the function does.
        environment: {
          ...(origin === undefined ? {} : { CORS_ALLOW_ORIGIN: origin }),
          ...environment,
        },
        ...location,
        functionName: names.backend(props.api, name),
        description: `Backend ${name} of the API ${props.api}`,
        bundle: props.loaded.bundleFolder(props.api, name),
        logRetentionDays,
      });
    }
    if (api.tokenService !== undefined) {
      integrations[TOKEN_SERVICE_BACKEND] = TokenService.fromFunctionAttributes({
        ...location,
        functionName: names.tokenService,
        api,
      });
    }
    if (this.config.rotation?.signingKeys?.api === props.api) {
      integrations[KEY_SET_BACKEND] = functionFromName({ ...location, functionName: names.keySet });
    }
    return integrations;
  }
}
