import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { LocalBackend, S3Backend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { Location } from '../constructs/support/arn';
import { Names } from '../constructs/support/names';
import { ConfigError, type LoadedConfig } from './config';
import type { EnvironmentConfig, GatehouseConfig } from './config/types';

/** Range of the AWS provider that the stacks use no attribute outside of. */
export const AWS_PROVIDER_RANGE = '>= 5.100.0, < 7.0.0';

export interface GatehouseStackProps {
  readonly loaded: LoadedConfig;
  /** Name of an environment of the configuration. */
  readonly environment: string;
}

/** What every stack of the kit has: provider with its range and tags, state backend, names, the environment's settings. */
export abstract class GatehouseStack extends TerraformStack {
  protected readonly config: GatehouseConfig;
  protected readonly environment: EnvironmentConfig;
  protected readonly names: Names;
  protected readonly location: Location;
  protected readonly logRetentionDays: number;
  /** CloudWatch namespace of the functions' own metrics. */
  protected readonly metricsNamespace: string;

  constructor(scope: Construct, id: string, props: GatehouseStackProps) {
    super(scope, id);
    const { config } = props.loaded;
    const environment = config.environments[props.environment];
    if (environment === undefined) {
      throw new ConfigError(
        `environment is ${JSON.stringify(props.environment)}, allowed are ${Object.keys(config.environments).join(', ')}`,
      );
    }
    this.config = config;
    this.environment = environment;
    this.names = new Names(config.prefix, props.environment);
    this.location = { account: environment.account ?? config.account, region: environment.region ?? config.region };
    this.logRetentionDays = environment.logRetentionDays ?? 365;
    this.metricsNamespace = `${config.prefix}/Auth`;
    this.addProvider(props.environment);
    this.addBackend(id);
  }

  /** Topics in the region of the environment: CloudWatch notifies no other. */
  protected alarmTopics(environment: string): readonly string[] {
    const topics = this.config.alarms?.topicArns ?? [];
    const { region } = this.location;
    const usable = topics.filter((arn) => arn.split(':')[3] === region);
    if (topics.length > 0 && usable.length === 0) {
      throw new ConfigError(
        `/alarms/topicArns has no topic in ${region}, the region of the environment ${environment}: allowed is at least one`,
      );
    }
    return usable;
  }

  private addProvider(environment: string): void {
    new AwsProvider(this, 'Aws', {
      region: this.location.region,
      // Literal ARNs carry the account: Terraform refuses to plan with the credentials of another.
      allowedAccountIds: [this.location.account],
      defaultTags: [{ tags: { application: this.config.prefix, environment, 'managed-by': 'gatehouse' } }],
    });
    this.addOverride('terraform.required_providers.aws.version', AWS_PROVIDER_RANGE);
  }

  private addBackend(id: string): void {
    const { stateBackend = { type: 'local' } } = this.config;
    if (stateBackend.type === 'local') {
      // Relative to the stack's folder: without a path, cdktf writes the absolute one of the working directory.
      new LocalBackend(this, { path: `${id}.tfstate` });
      return;
    }
    const { bucket, region, keyPrefix = 'gatehouse' } = stateBackend;
    new S3Backend(this, { bucket, region, key: `${keyPrefix}/${id}.tfstate`, encrypt: true });
  }
}

/** Id of the stack that holds an environment's platform. */
export function platformStackId(environment: string): string {
  return `platform-${environment}`;
}

/** Id of the stack that holds a gateway of an environment. */
export function gatewayStackId(api: string, environment: string): string {
  return `gateway-${api}-${environment}`;
}
