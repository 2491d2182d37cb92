import { TerraformOutput } from 'cdktf';
import type { Construct } from 'constructs';
import { RestGateway } from '../constructs/gateway';
import { GatewayDashboard } from '../constructs/observability';
import { functionFromName } from '../constructs/support/function-ref';
import { ConfigError } from './config';
import { KEY_SET_BACKEND } from './config/documents';
import { IDENTITY_API, TOKEN_ENDPOINT_BACKEND } from './config/identity';
import { GatehouseStack, type GatehouseStackProps, gatewayStackId } from './gatehouse-stack';

/** Far more than machines with tokens of minutes need, and little for whoever guesses secrets. */
const DEFAULT_THROTTLE = { rateLimit: 50, burstLimit: 100 };

/**
 * The OAuth endpoints of an environment: a REST API of public routes, by itself because mutual TLS and a web firewall are those of a whole
 * domain. The functions are the platform's, referred to by name: deploy the platform first.
 */
export class IdentityStack extends GatehouseStack {
  readonly gateway: RestGateway;
  readonly dashboard: GatewayDashboard;

  /** @throws {ConfigError} when the environment has no identity */
  constructor(scope: Construct, props: GatehouseStackProps) {
    super(scope, gatewayStackId(IDENTITY_API, props.environment), props);
    const { names, location, environment, logRetentionDays, metricsNamespace } = this;
    const api = props.loaded.identity(props.environment);
    if (api === undefined) {
      throw new ConfigError(`/environments/${props.environment} has no identity`);
    }
    this.gateway = new RestGateway(this, 'Gateway', {
      api,
      gatewayName: names.restApi(IDENTITY_API),
      stageName: props.environment,
      integrations: {
        [TOKEN_ENDPOINT_BACKEND]: functionFromName({ ...location, functionName: names.tokenEndpoint }),
        [KEY_SET_BACKEND]: functionFromName({ ...location, functionName: names.keySet }),
      },
      accessLogRetentionDays: logRetentionDays,
      throttle: environment.identity?.throttle ?? DEFAULT_THROTTLE,
    });
    this.dashboard = new GatewayDashboard(this, 'Dashboard', {
      ...location,
      gateway: this.gateway,
      metricsNamespace,
      topicArns: this.alarmTopics(props.environment),
    });
    new TerraformOutput(this, 'invoke_url', { value: this.gateway.invokeUrl });
  }
}
