import { join } from '../model/joins';
import type { Api, Stage } from '../model/types';
import type { Resource, Stack } from '../reader/stack';
import { is } from '../three-valued';

/**
 * Whether a stage serves what the plan makes of methods, integrations and authorizers of its API: a stage serves a deployment, which
 * is a copy of the API at the time when it was made. Unknown where the deployment is made outside of the plan.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
 */
export function isServed({ api, address }: Stage): 'yes' | 'no' | 'unknown' {
  const { stack, protocol } = api;
  const stage = stack.resources.find((resource) => resource.address === address);
  if (stage === undefined || protocol === 'FUNCTION') {
    return protocol === 'FUNCTION' ? 'yes' : 'unknown';
  }
  if (is(stage.attributes.boolean('auto_deploy'), true) || stage.before === undefined) {
    return 'yes';
  }
  const deployment = deploymentOf(stack, stage);
  if (deployment === undefined) {
    return 'unknown';
  }
  return deployment.before === undefined || deployment.actions.includes('create') ? 'yes' : 'no';
}

function deploymentOf(stack: Stack, stage: Resource): Resource | undefined {
  const types = ['aws_api_gateway_deployment', 'aws_apigatewayv2_deployment'];
  const joined = join(stack, stage, stage.attributes, 'deployment_id', types);
  return joined.kind === 'resource' ? joined.resource : undefined;
}

/** Stages of an API that go on serving what they serve, whatever the plan makes of the API. */
export function stagesLeftBehind(api: Api): readonly Stage[] {
  return api.stages.filter((stage) => isServed(stage) === 'no');
}
