import { GatewayError } from './errors';
import { type MappingSource, mappedValue } from './mapping';
import type { IntegrationDefinition, IntegrationResponseDefinition } from './model';
import { own } from './own';
import { type GatewayAnswer, headerFault, withHeaders } from './response';
import { contentTypeOf } from './validator';

type MockIntegration = Extract<IntegrationDefinition, { type: 'MOCK' }>;

const HEADER_PREFIX = 'method.response.header.';

/**
 * Answers by a MOCK integration: the `statusCode` of the request template selects the integration response.
 *
 * @throws {GatewayError} UNSUPPORTED_MEDIA_TYPE, or API_CONFIGURATION_ERROR when no status or response is found
 */
export function answerMock(
  integration: MockIntegration,
  source: MappingSource,
): GatewayAnswer & { integrationStatus: number } {
  const status = mockStatus(integration, source);
  const response = selectResponse(integration.responses, status);
  if (response === undefined) {
    throw new GatewayError('API_CONFIGURATION_ERROR', { cause: `no integration response for status ${status}` });
  }
  const mapped = Object.entries(response.responseParameters).flatMap(([name, expression]): [string, string][] => {
    const value = mappedValue(expression, source);
    return value === undefined ? [] : [[name.slice(HEADER_PREFIX.length), value]];
  });
  const [contentType = 'application/json', body = ''] = Object.entries(response.responseTemplates)[0] ?? [];
  return {
    status: Number(response.statusCode),
    headers: withHeaders(
      [['Content-Type', contentType]],
      ...mapped.filter((header) => headerFault(header) === undefined),
    ),
    body: Buffer.from(body),
    integrationStatus: status,
  };
}

/** Among several responses whose pattern matches, the one of that very status wins; the default is without a pattern. */
function selectResponse(
  responses: readonly IntegrationResponseDefinition[],
  status: number,
): IntegrationResponseDefinition | undefined {
  const matching = responses.filter(
    ({ selectionPattern }) =>
      selectionPattern !== undefined && new RegExp(`^(?:${selectionPattern})$`).test(String(status)),
  );
  return (
    matching.find((response) => response.statusCode === String(status)) ??
    matching[0] ??
    responses.find((response) => response.selectionPattern === undefined)
  );
}

function mockStatus({ requestTemplates, passthroughBehavior }: MockIntegration, { request }: MappingSource): number {
  const template = own(requestTemplates, contentTypeOf(request));
  const passes =
    passthroughBehavior === 'WHEN_NO_MATCH' ||
    (passthroughBehavior === 'WHEN_NO_TEMPLATES' && Object.keys(requestTemplates).length === 0);
  if (template === undefined && !passes) {
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE');
  }
  const status = statusIn(template ?? request.body.toString('utf8'));
  if (status === undefined) {
    throw new GatewayError('API_CONFIGURATION_ERROR', {
      cause: 'the request of the MOCK integration has no statusCode',
    });
  }
  return status;
}

/** `statusCode` of a request template. */
export function statusIn(template: string): number | undefined {
  let value: unknown;
  try {
    value = JSON.parse(template);
  } catch {
    return undefined;
  }
  const status =
    typeof value === 'object' && value !== null && 'statusCode' in value ? Number(value.statusCode) : Number.NaN;
  return Number.isInteger(status) && status >= 100 && status <= 599 ? status : undefined;
}
