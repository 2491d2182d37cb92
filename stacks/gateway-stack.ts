import { resolve } from 'node:path';
import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import { summarizeNotes } from '../constructs/api/openapi/notes';
import { dpopAlgorithms } from '../constructs/authorizer';
import { type AuthorizerOptions, RestGateway, type RouteDefinition } from '../constructs/gateway';
import { GatewayDashboard } from '../constructs/observability';
import { functionFromName, type IFunction } from '../constructs/support/function-ref';
import { NodeFunction } from '../constructs/support/node-function';
import { warn } from '../constructs/support/warnings';
import { UsageTiers } from '../constructs/usage';
import { resolveFrom, resultCacheSeconds } from './config';
import type { ApiConfig } from './config/types';
import { GatehouseStack, type GatehouseStackProps, gatewayStackId } from './gatehouse-stack';
import { apiConfig, apiDocuments, KEY_SET_BACKEND, TOKEN_SERVICE_BACKEND } from './routes';

export interface GatewayStackProps extends GatehouseStackProps {
  /** Name of an API of the configuration. */
  readonly api: string;
}

/**
 * One API of an environment: its REST API with backends, usage tiers, dashboard and alarms. Authorizer and token service
 * are the platform's, referred to by name: deploy the platform first.
 *
 * Its logs are encrypted by CloudWatch Logs itself: log groups take a key by its id alone, which the platform's key does
 * not have until it is made, and a name cannot stand for it.
 */
export class GatewayStack extends GatehouseStack {
  readonly gateway: RestGateway;
  readonly tiers: UsageTiers;
  readonly dashboard: GatewayDashboard;

  constructor(scope: Construct, props: GatewayStackProps) {
    super(scope, gatewayStackId(props.api, props.environment), props);
    const { names, location, logRetentionDays, metricsNamespace } = this;
    const api = apiConfig(props.loaded, props.api);
    const authorizer = functionFromName({ ...location, functionName: names.authorizer });
    const documents = apiDocuments(props.loaded, props.api);

    this.gateway = new RestGateway(this, 'Gateway', {
      gatewayName: names.restApi(props.api),
      apiId: props.api,
      stageName: props.environment,
      routes: documents.routes,
      binaryMediaTypes: documents.binaryMediaTypes,
      integrations: this.buildIntegrations(props, api),
      authorizer: {
        function: authorizer,
        resultTtlSeconds: resultCacheSeconds(api),
        ...(api.resultPerRoute === undefined ? {} : { resultPerRoute: api.resultPerRoute }),
        ...this.dpopOptions(api),
      },
      usageKeysRequired: true,
      accessLogRetentionDays: logRetentionDays,
      ...(api.cors === undefined ? {} : { cors: api.cors }),
      ...(api.throttle === undefined ? {} : { throttle: api.throttle }),
    });

    // The document is the same in every environment: it is told of once.
    if (props.environment === Object.keys(this.config.environments)[0]) {
      for (const line of summarizeNotes(documents.notes)) {
        warn(this.gateway, line);
      }
    }
    const open = openToEveryNetwork(api, documents.routes);
    if (open.length > 0) {
      warn(
        this.gateway,
        `cidrs of the API ${props.api} hold for no public and no iam route, which the authorizer never sees: ${open.join(', ')} can be called from everywhere`,
      );
    }
    this.tiers = new UsageTiers(this, 'Tiers', { names, gateway: this.gateway, tiers: this.config.tiers });
    this.dashboard = new GatewayDashboard(this, 'Dashboard', {
      ...location,
      gateway: this.gateway,
      authorizer,
      metricsNamespace,
      topicArns: this.alarmTopics(props.environment),
    });

    new TerraformOutput(this, 'invoke_url', { value: this.gateway.invokeUrl });
  }

  /** Bound tokens are for APIs whose results are not kept. */
  private dpopOptions(api: ApiConfig): Pick<AuthorizerOptions, 'dpopAlgorithms'> {
    const issuers = this.environment.issuers ?? this.config.issuers ?? [];
    const algorithms = resultCacheSeconds(api) === 0 ? dpopAlgorithms(issuers, this.config.dpop) : undefined;
    return algorithms === undefined ? {} : { dpopAlgorithms: algorithms };
  }

  private buildIntegrations(props: GatewayStackProps, api: ApiConfig): Record<string, IFunction> {
    const { names, location, logRetentionDays } = this;
    const integrations: Record<string, IFunction> = {};
    for (const [name, backend] of Object.entries(api.backends)) {
      const { bundle, environment, ...options } = backend;
      integrations[name] = new NodeFunction(this, `Backend-${name}`, {
        ...options,
        // API Gateway adds no CORS header to what a proxy integration answers: the function does.
        environment: {
          ...(api.cors === undefined ? {} : { CORS_ALLOW_ORIGIN: api.cors.allowOrigin }),
          ...environment,
        },
        ...location,
        functionName: names.backend(props.api, name),
        description: `Backend ${name} of the API ${props.api}`,
        bundle: resolve(resolveFrom(props.loaded, bundle)),
        logRetentionDays,
      });
    }
    if (api.tokenService !== undefined) {
      integrations[TOKEN_SERVICE_BACKEND] = functionFromName({ ...location, functionName: names.tokenService });
    }
    if (this.config.rotation?.signingKeys?.api === props.api) {
      integrations[KEY_SET_BACKEND] = functionFromName({ ...location, functionName: names.keySet });
    }
    return integrations;
  }
}

/** Routes that the networks of an API do not cover: the authorizer compares addresses, and these routes have none. */
function openToEveryNetwork({ cidrs }: ApiConfig, routes: readonly RouteDefinition[]): string[] {
  if (cidrs === undefined) return [];
  return routes.filter(({ rule }) => rule.kind !== 'scopes').map(({ method, path }) => `${method} ${path}`);
}
