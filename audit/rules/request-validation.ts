import { isObject } from '../json';
import { join } from '../model/joins';
import { is } from '../three-valued';
import type { Rule, RuleFinding } from './rule';
import { booleanOf, finding, type Judgement, type Placed, resourcesOf } from './shared/resources';

const VALIDATOR = 'aws_api_gateway_request_validator';

/** A model, or a required parameter, is checked: by itself it is documentation. */
export const requestValidation: Rule = {
  id: 'VALID-001',
  title: 'Declared request that is not validated',
  why: 'API Gateway checks a model or a required parameter only where a validator asks for it; without one the backend gets anything.',
  cause: 'request_models or request_parameters are set, and request_validator_id is not.',
  fix: 'Set request_validator_id to a validator of the body, of the parameters, or of both.',
  severity: 'medium',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html',
  ],
  check: (model) => resourcesOf(model, 'aws_api_gateway_method').flatMap(judgeMethod),
};

function judgeMethod(placed: Placed): RuleFinding[] {
  const { attributes } = placed.resource;
  const models = attributes.value('request_models');
  const parameters = attributes.value('request_parameters');
  const findings: RuleFinding[] = [];
  if (models.kind !== 'absent' && !(models.kind === 'known' && isObject(models.value) && isEmpty(models.value))) {
    findings.push(finding(placed, 'request_models', judge(placed, 'validate_request_body', 'body')));
  }
  if (parameters.kind === 'known' && isObject(parameters.value) && Object.values(parameters.value).includes(true)) {
    findings.push(finding(placed, 'request_parameters', judge(placed, 'validate_request_parameters', 'parameters')));
  }
  return findings;
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function judge({ stack, resource }: Placed, attribute: string, what: string): Judgement {
  const joined = join(stack, resource, resource.attributes, 'request_validator_id', [VALIDATOR]);
  switch (joined.kind) {
    case 'absent':
      return ['fail', `its ${what} is declared, and no validator checks it`];
    case 'destroyed':
      return ['fail', `the plan destroys the validator of its ${what}`];
    case 'external':
      return ['unknown', 'its validator is not in the plan'];
    case 'unknown':
      return ['unknown', `its validator is ${joined.cause}`];
    case 'resource': {
      const validates = booleanOf(joined.resource.attributes, attribute);
      return validates.kind === 'unknown'
        ? ['unknown', `${attribute} of its validator is ${validates.cause}`]
        : is(validates, true)
          ? ['pass', `a validator checks its ${what}`]
          : ['fail', `its validator does not check the ${what}`];
    }
  }
}
