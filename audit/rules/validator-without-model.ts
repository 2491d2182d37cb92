import { isObject } from '../json';
import { join } from '../model/joins';
import { is } from '../three-valued';
import type { Rule } from './rule';
import { finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

/** A validator of the body has a model to go by. */
export const validatorWithoutModel: Rule = {
  id: 'VALID-002',
  title: 'Body validator without a model',
  why: 'Without a model every body is valid: the method looks validated, and scanners take it for that.',
  cause: 'The validator is set for all methods, and the model is left out.',
  fix: 'Set request_models for the content types that the method takes.',
  severity: 'low',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html',
  ],
  check: (model) =>
    resourcesOf(model, 'aws_api_gateway_method')
      .filter(({ resource }) => !hasNoBody(resource.attributes.string('http_method')))
      .filter(validatesBody)
      .map((placed) => finding(placed, 'request_models', judge(placed))),
};

function hasNoBody(method: ReturnType<Placed['resource']['attributes']['string']>): boolean {
  return method.kind === 'known' && ['GET', 'HEAD', 'OPTIONS', 'DELETE'].includes(method.value.toUpperCase());
}

function validatesBody({ stack, resource }: Placed): boolean {
  const joined = join(stack, resource, resource.attributes, 'request_validator_id', [
    'aws_api_gateway_request_validator',
  ]);
  return joined.kind === 'resource' && is(joined.resource.attributes.boolean('validate_request_body'), true);
}

function judge({ resource }: Placed): Judgement {
  const models = resource.attributes.value('request_models');
  if (models.kind === 'unknown') {
    return ['unknown', `its models are ${models.cause}`];
  }
  const none = models.kind === 'absent' || (isObject(models.value) && Object.keys(models.value).length === 0);
  return none ? ['fail', 'its validator has no model to go by'] : ['pass', 'its validator has a model'];
}
