import { substitute } from './context';
import type { GatewayError } from './errors';
import { type MappingSource, mappedValue, requestValue } from './mapping';
import type { ApiDefinition, GatewayResponseDefinition } from './model';
import { type GatewayAnswer, headerFault, withHeaders } from './response';

const DEFAULT_TEMPLATE = '{"message":$context.error.messageString}';
const JSON_TYPE = 'application/json';
const HEADER_PREFIX = 'gatewayresponse.header.';

/**
 * The customised response for an error: that of its type, else that of its family, else none. A response of the type
 * shuts the family's out altogether. A request that is too large is refused in front of the API: 413 cannot be customised.
 */
export function customResponse(
  responses: ApiDefinition['gatewayResponses'],
  error: GatewayError,
): GatewayResponseDefinition | undefined {
  if (error.byFront || error.status === 413) {
    return undefined;
  }
  return responses[error.type] ?? responses[error.status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX'];
}

/** Status of the answer: that of the customised response where it has one, else the error's own. */
export function responseStatus(responses: ApiDefinition['gatewayResponses'], error: GatewayError): number {
  return customResponse(responses, error)?.statusCode ?? error.status;
}

/**
 * Renders the gateway response for an error. The error's variables must be set before.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
 */
export function renderGatewayResponse(
  responses: ApiDefinition['gatewayResponses'],
  error: GatewayError,
  source: MappingSource,
): GatewayAnswer {
  const custom = customResponse(responses, error);
  const [contentType, template] = chooseTemplate(custom);
  const { variables, stageVariables } = source;
  const parameter = (location: string, name: string): string | undefined => requestValue(source, location, name);
  const body = substitute(template, { variables, stageVariables, absent: '', parameter });
  const mapped = Object.entries(custom?.responseParameters ?? {}).flatMap(([name, expression]): [string, string][] => {
    const value = mappedValue(expression, source);
    return value === undefined ? [] : [[name.slice(HEADER_PREFIX.length), value]];
  });
  return {
    status: responseStatus(responses, error),
    // What HTTP cannot carry is left out: a refusal stays a refusal.
    headers: withHeaders(
      [
        ['Content-Type', contentType],
        ['x-amzn-ErrorType', error.errorType],
      ],
      ...mapped.filter((header) => headerFault(header) === undefined),
    ),
    body: Buffer.from(body),
  };
}

function chooseTemplate(custom: GatewayResponseDefinition | undefined): [contentType: string, template: string] {
  const templates = custom?.responseTemplates ?? {};
  const [first] = Object.entries(templates);
  const json = templates[JSON_TYPE];
  return json === undefined ? (first ?? [JSON_TYPE, DEFAULT_TEMPLATE]) : [JSON_TYPE, json];
}
