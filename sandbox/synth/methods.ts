import { defined } from '../../lambdas/lib/defined';
import { isMapping } from '../gateway/mapping';
import { statusIn } from '../gateway/mock';
import type { IntegrationDefinition, MethodDefinition } from '../gateway/model';
import { SynthError } from './errors';
import { functionArnOf } from './functions';
import type { Resource } from './resources';
import { objectOf } from './stacks';

/** The resources of one REST API, by type, and those that are a part of a method, by its resource and HTTP method. */
export interface ApiResources {
  readonly ofType: (type: string) => readonly Resource[];
  readonly partsOf: (type: string, method: Resource) => readonly Resource[];
}

/** Longest integration of a REST API by default (quotas of REST APIs). */
const MAX_TIMEOUT_MS = 29_000;

/** A method with its integration. @throws {SynthError} for what the sandbox cannot run */
export function readMethod(api: ApiResources, resource: Resource): MethodDefinition {
  const authorization = resource.text('authorization');
  if (authorization !== 'NONE' && authorization !== 'CUSTOM' && authorization !== 'AWS_IAM') {
    throw new SynthError(
      `${resource.label}.authorization is ${JSON.stringify(authorization)}, the sandbox supports NONE, CUSTOM, AWS_IAM`,
    );
  }
  const authorizerId = authorization === 'CUSTOM' ? resource.text('authorizer_id') : undefined;
  const operationName = resource.optionalText('operation_name');
  const parameters = objectOf(resource.read('request_parameters'), `${resource.label}.request_parameters`);
  return {
    httpMethod: resource.text('http_method'),
    authorization,
    ...defined({ authorizerId }),
    apiKeyRequired: resource.flag('api_key_required'),
    ...defined({ operationName }),
    requestParameters: Object.fromEntries(
      Object.entries(parameters).map(([name, required]) => [name, required === true || required === 'true']),
    ),
    requestModels: lowerKeys(resource.textMap('request_models')),
    ...readValidator(api, resource),
    integration: readIntegration(api, resource),
  };
}

function readValidator(api: ApiResources, method: Resource): { validateBody: boolean; validateParameters: boolean } {
  const id = method.optionalText('request_validator_id');
  if (id === undefined) {
    return { validateBody: false, validateParameters: false };
  }
  const validator = api.ofType('aws_api_gateway_request_validator').find((candidate) => candidate.text('id') === id);
  if (validator === undefined) {
    throw new SynthError(`${method.label} names a request validator that is not of its API`);
  }
  return {
    validateBody: validator.flag('validate_request_body'),
    validateParameters: validator.flag('validate_request_parameters'),
  };
}

function readIntegration(api: ApiResources, method: Resource): IntegrationDefinition {
  const [integration, ...more] = api.partsOf('aws_api_gateway_integration', method);
  if (integration === undefined || more.length > 0) {
    throw new SynthError(
      `${method.label} has ${more.length === 0 ? 'no' : more.length + 1} integrations, expected one`,
    );
  }
  const type = integration.text('type');
  if (type === 'AWS_PROXY') {
    const timeoutMilliseconds = integration.optionalNumber('timeout_milliseconds') ?? MAX_TIMEOUT_MS;
    return { type, functionArn: functionArnOf(integration, 'uri'), timeoutMilliseconds };
  }
  if (type !== 'MOCK') {
    throw new SynthError(
      `${integration.label}.type is ${JSON.stringify(type)}, the sandbox supports AWS_PROXY and MOCK`,
    );
  }
  return {
    type,
    requestTemplates: mockTemplates(integration),
    passthroughBehavior: passthrough(integration),
    responses: api.partsOf('aws_api_gateway_integration_response', method).map((response) => {
      const pattern = response.optionalText('selection_pattern') ?? '';
      return {
        statusCode: response.text('status_code'),
        ...(pattern === '' ? {} : { selectionPattern: pattern }),
        responseParameters: mappings(response),
        responseTemplates: literalTemplates(response),
      };
    }),
  };
}

function passthrough(integration: Resource): 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER' {
  const value = integration.optionalText('passthrough_behavior') ?? 'WHEN_NO_MATCH';
  if (value === 'WHEN_NO_MATCH' || value === 'WHEN_NO_TEMPLATES' || value === 'NEVER') {
    return value;
  }
  throw new SynthError(
    `${integration.label}.passthrough_behavior is ${JSON.stringify(value)}, which API Gateway does not have`,
  );
}

function mockTemplates(integration: Resource): Record<string, string> {
  const templates = lowerKeys(integration.textMap('request_templates'));
  for (const [type, template] of Object.entries(templates)) {
    if (statusIn(template) === undefined) {
      throw new SynthError(
        `${integration.label} has the request template ${JSON.stringify(template)} for ${type}, the sandbox supports JSON with a literal statusCode`,
      );
    }
  }
  return templates;
}

/** Mapping expressions of the headers of a response. @throws {SynthError} for one that is not evaluated */
export function mappings(resource: Resource): Record<string, string> {
  const parameters = resource.textMap('response_parameters');
  const wrong = Object.entries(parameters).find(([, expression]) => !isMapping(expression));
  if (wrong !== undefined) {
    throw new SynthError(
      `${resource.label} maps ${wrong[0]} from ${JSON.stringify(wrong[1])}, the sandbox supports 'literal', method.request.*, stageVariables.* and context.*`,
    );
  }
  return parameters;
}

function literalTemplates(response: Resource): Record<string, string> {
  const templates = response.textMap('response_templates');
  const script = Object.values(templates).find((template) => /[$#]/.test(template));
  if (script !== undefined) {
    throw new SynthError(
      `${response.label} has the response template ${JSON.stringify(script)}, the sandbox does not run VTL`,
    );
  }
  return templates;
}

/** Media types are compared in lower case; `$default` is. */
function lowerKeys(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
}
