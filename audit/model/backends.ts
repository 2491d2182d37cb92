import { type Json, member } from '../json';
import type { Attributes } from '../reader/attributes';
import type { Resource, Stack } from '../reader/stack';
import { ABSENT, convert, known, unknown, type Value } from '../three-valued';
import { join } from './joins';
import type { SymbolicJson } from './symbolic-json';

const FUNCTION = 'aws_lambda_function';
/** What an integration may name in place of a function's ARN. */
const FUNCTIONS = [FUNCTION, 'aws_lambda_alias'];
const ARNS = ['invoke_arn', 'arn', 'qualified_invoke_arn', 'qualified_arn'];

/** `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/<ARN of the function>/invocations`. */
const INVOCATION = /^arn:[^:]*:apigateway:[^:]*:lambda:path\/[^/]+\/functions\/(.+)\/invocations$/;
const FUNCTION_ARN = /^arn:[^:]*:lambda:[^:]*:[^:]*:function:([^:]+(?::[^:]+)?)$/;
/** `arn:aws:apigateway:eu-west-1:dynamodb:action/Scan`, `…:sqs:path/123456789012/queue`. */
const SERVICE = /^arn:[^:]*:apigateway:[^:]*:([^:]+):(action|path)\/(.*)$/;

/**
 * What answers a route, for reports: `function orders`, `https://orders.example.com/v1`, `dynamodb Scan`, `mock`. Of an address that is not known
 * before Terraform applies, what it refers to.
 *
 * @param attribute that holds the address: `uri`, `integration_uri`
 */
export function backendOf(stack: Stack, integration: Resource, attribute: string): Value<string> {
  const { attributes } = integration;
  const type = attributes.string(attribute === 'uri' ? 'type' : 'integration_type');
  if (type.kind === 'known' && type.value === 'MOCK') {
    return known('mock');
  }
  const action = attributes.string('integration_subtype');
  if (action.kind === 'known') {
    return action;
  }
  const uri = attributes.string(attribute);
  return uri.kind === 'unknown' ? functionBehind(stack, integration, attributes, attribute, uri) : convertUri(uri);
}

function functionBehind(
  stack: Stack,
  from: Resource,
  attributes: Attributes,
  attribute: string,
  otherwise: Value<string>,
): Value<string> {
  const joined = join(stack, from, attributes, attribute, FUNCTIONS, ARNS);
  if (joined.kind !== 'resource') {
    return otherwise;
  }
  const name = joined.resource.type === FUNCTION ? joined.resource.attributes.string('function_name') : ABSENT;
  return name.kind === 'known' ? convert(name, (text) => `function ${text}`, '') : known(joined.resource.address);
}

/** What answers an operation of an OpenAPI document, by `x-amazon-apigateway-integration`. */
export function backendOfOperation(operation: Json, body: SymbolicJson, sensitive: boolean): Value<string> {
  const integration = member(operation, 'x-amazon-apigateway-integration');
  const [type, uri] = [member(integration, 'type'), member(integration, 'uri')];
  if (typeof type === 'string' && type.toUpperCase() === 'MOCK') {
    return known('mock');
  }
  if (typeof uri !== 'string') {
    return ABSENT;
  }
  const { text, symbolic } = body.text(uri);
  const [, reference] = /\$\{([a-z0-9_]+\.[A-Za-z0-9_-]+)[^}]*\}/.exec(text) ?? [];
  if (symbolic === 'no') {
    return convertUri(known(text, sensitive));
  }
  return reference === undefined ? unknown('known only after apply') : known(reference, sensitive);
}

/** What an address of an integration leads to. The query of an address may hold a credential: it is left out. */
function convertUri(uri: Value<string>): Value<string> {
  return convert(uri, backendText, '');
}

function backendText(uri: string): string {
  const [, arn = uri] = INVOCATION.exec(uri) ?? [];
  const [, name] = FUNCTION_ARN.exec(arn) ?? [];
  if (name !== undefined) {
    return `function ${name}`;
  }
  const [, service, kind, what = ''] = SERVICE.exec(uri) ?? [];
  if (service !== undefined) {
    return `${service} ${kind === 'path' ? '/' : ''}${what.split('?')[0]}`;
  }
  const [, scheme, , rest] = /^(https?:\/\/)([^@/]*@)?([^?#]*)/.exec(uri) ?? [];
  return scheme === undefined ? uri : `${scheme}${rest}`;
}
