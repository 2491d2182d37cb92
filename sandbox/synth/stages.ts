import { API_STAGE_VARIABLE } from '../../lambdas/authorizer/config';
import type { RestApi, StageDefinition, ThrottleSettings } from '../gateway/model';
import { ALL_METHODS } from '../gateway/usage';
import { SynthError } from './errors';
import type { Resource, StackResources } from './resources';
import { readDefinition } from './rest-api';
import type { JsonObject } from './stacks';
import { throttleOf } from './usage-plans';

/** A stage as it is planned, with what tells one deployment from the next. */
export interface PlannedStage {
  readonly restApi: RestApi;
  /** Changes when Terraform would make a new deployment. */
  readonly deploymentIdentity: string;
}

/** Every stage of every REST API of the stacks. @throws {SynthError} for what the sandbox cannot run */
export function readStages(stacks: readonly StackResources[]): PlannedStage[] {
  return stacks.flatMap((stack) => stack.ofType('aws_api_gateway_stage').map((stage) => readStage(stack, stage)));
}

function readStage(stack: StackResources, stage: Resource): PlannedStage {
  const apiId = stage.text('rest_api_id');
  const restApi = stack.ofType('aws_api_gateway_rest_api').find((candidate) => candidate.text('id') === apiId);
  if (restApi === undefined) {
    throw new SynthError(`${stage.label} is of a REST API that is not in its stack`);
  }
  const deployment = stack.referenced(stage, 'deployment_id');
  if (deployment?.type !== 'aws_api_gateway_deployment') {
    throw new SynthError(`${stage.label}.deployment_id does not refer to a deployment of the stack`);
  }
  const name = restApi.text('name');
  const variables = stage.textMap('variables');
  return {
    restApi: {
      id: apiId,
      name,
      api: variables[API_STAGE_VARIABLE] ?? name,
      ...restApi.location,
      deploymentId: deployment.text('id'),
      stage: {
        name: stage.text('stage_name'),
        variables,
        ...accessLogOf(stack, stage),
        throttles: throttlesOf(stack, stage),
      },
      definition: readDefinition(stack, restApi),
    },
    deploymentIdentity: JSON.stringify([
      deployment.address,
      deployment.text('rest_api_id'),
      deployment.textMap('triggers'),
    ]),
  };
}

function accessLogOf(stack: StackResources, stage: Resource): Pick<StageDefinition, 'accessLog'> {
  const [settings] = stage.blocks('access_log_settings');
  if (settings === undefined) {
    return {};
  }
  const destination = String(settings.destination_arn).replace(/:\*$/, '');
  const logGroup = /^arn:[^:]+:logs:[^:]*:[^:]*:log-group:(.+)$/.exec(destination)?.[1];
  if (logGroup === undefined) {
    throw new SynthError(
      `${stage.label} logs to ${JSON.stringify(destination)}, the sandbox supports CloudWatch log groups of stack ${stack.id}`,
    );
  }
  return { accessLog: { logGroup, format: String(settings.format) } };
}

const SETTINGS_WITHOUT_EFFECT = [
  ...['metrics_enabled', 'logging_level', 'data_trace_enabled', 'cache_data_encrypted', 'cache_ttl_in_seconds'],
  ...['require_authorization_for_cache_control', 'unauthorized_cache_control_header_strategy'],
];

function throttlesOf(stack: StackResources, stage: Resource): Record<string, ThrottleSettings> {
  const own = stack
    .ofType('aws_api_gateway_method_settings')
    .filter(
      (resource) =>
        resource.text('rest_api_id') === stage.text('rest_api_id') &&
        resource.text('stage_name') === stage.text('stage_name'),
    );
  return Object.fromEntries(
    own.flatMap((resource) => {
      const [settings = {}] = resource.blocks('settings');
      checkSettings(resource, settings);
      // -1 is Terraform's way to say that there is no limit.
      if (settings.throttling_rate_limit === undefined || Number(settings.throttling_rate_limit) < 0) {
        return [];
      }
      const { throttling_rate_limit: rate, throttling_burst_limit: burst } = settings;
      return [[methodKey(resource), throttleOf(resource, { rate_limit: rate, burst_limit: burst })]];
    }),
  );
}

function checkSettings(resource: Resource, settings: JsonObject): void {
  if (settings.caching_enabled === true) {
    throw new SynthError(`${resource.label} turns on response caching, which the sandbox does not do`);
  }
  const known = ['throttling_rate_limit', 'throttling_burst_limit', 'caching_enabled', ...SETTINGS_WITHOUT_EFFECT];
  const unknown = Object.keys(settings).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new SynthError(`${resource.label} sets ${unknown}, the sandbox knows ${known.join(', ')}`);
  }
}

function methodKey(resource: Resource): string {
  const path = resource.text('method_path');
  if (path === '*/*') {
    return ALL_METHODS;
  }
  // `v1/sales/GET`; a slash within the resource's path may be written as `~1`.
  const [, route = '', method] = /^(.*?)\/?([A-Z]+)$/.exec(path.replaceAll('~1', '/')) ?? [];
  if (method === undefined) {
    throw new SynthError(
      `${resource.label}.method_path is ${JSON.stringify(path)}, allowed are "*/*" and "<path>/<METHOD>"`,
    );
  }
  return `${method} /${route.replace(/^\//, '')}`;
}
