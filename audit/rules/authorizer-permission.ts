import { resolveReferences } from '../reader/references';
import type { Resource, Stack } from '../reader/stack';
import type { Rule } from './rule';
import { Functions } from './shared/functions';
import { finding, isSet, type Judgement, type Placed, resourcesOf } from './shared/resources';

/** API Gateway may invoke the authorizer's function as that authorizer only. */
export const authorizerPermission: Rule = {
  id: 'AUTHZ-016',
  title: 'Authorizer permission not bound to its authorizer',
  why: 'A wider permission lets a method of an API, of any account where no source is named, invoke the function as a backend with an event of its own making.',
  cause: 'source_arn ends in /* or is left out, as for a backend.',
  fix: 'Set source_arn to <execution ARN of the API>/authorizers/<id of the authorizer>.',
  severity: 'medium',
  references: [
    'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html',
  ],
  check: (model) => {
    const functions = new Functions(model);
    const guards = new Set<string>();
    for (const placed of resourcesOf(model, 'aws_api_gateway_authorizer', 'aws_apigatewayv2_authorizer')) {
      const target = functions.target(placed, 'authorizer_uri');
      if (target.kind === 'known') {
        guards.add(target.value.name);
      }
    }
    return resourcesOf(model, 'aws_lambda_permission')
      .filter((placed) => {
        const target = functions.target(placed, 'function_name');
        const principal = placed.resource.attributes.string('principal');
        const isGateway = principal.kind === 'known' && principal.value.startsWith('apigateway.');
        return isGateway && target.kind === 'known' && guards.has(target.value.name);
      })
      .map((placed) => finding(placed, 'source_arn', judge(placed)));
  },
};

function judge({ stack, resource }: Placed): Judgement {
  const { attributes } = resource;
  if (!isSet(attributes, 'source_arn')) {
    return ['fail', 'every API of every account may invoke the authorizer: source_arn is not set'];
  }
  const value = attributes.string('source_arn');
  const template = attributes.expression('source_arn')?.constant;
  const text = value.kind === 'known' ? value.value : typeof template === 'string' ? template : undefined;
  if (text === undefined) {
    return judgeReferences(stack, resource);
  }
  // `/authorizers/*` lets in the authorizers of the API, and no method: the console writes it to test one.
  return /\/authorizers\/[^/]+$/.test(text) ? BOUND : UNBOUND;
}

const BOUND: Judgement = ['pass', 'only its authorizer may invoke the function'];
const UNBOUND: Judgement = [
  'fail',
  'methods of the API may invoke the authorizer too: source_arn does not name /authorizers/<id>',
];

/** Of HCL the plan keeps the references alone: an ARN of one authorizer refers to it, as its id is not known before. */
function judgeReferences(stack: Stack, resource: Resource): Judgement {
  const expression = resource.attributes.expression('source_arn');
  const { targets, unresolved } =
    expression === undefined ? { targets: [], unresolved: ['?'] } : resolveReferences(stack, resource, expression);
  if (targets.some((target) => /^aws_api_?gateway(v2)?_authorizer$/.test(target.resource.type))) {
    return BOUND;
  }
  const onlyApis = targets.length > 0 && targets.every((target) => /_(rest_)?api$|_stage$/.test(target.resource.type));
  return onlyApis && unresolved.length === 0
    ? [
        'unknown',
        'source_arn begins with the ARN of the API; whether it ends in /authorizers/ is known only after apply',
      ]
    : ['unknown', 'source_arn is known only after apply'];
}
