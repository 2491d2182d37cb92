import type { ValidateFunction } from 'ajv';
import { GatewayError } from './errors';
import type { RoutedRequest } from './events';
import { compileDraft4, describeErrors } from './json-schema';
import type { ApiDefinition } from './model';
import { own } from './own';
import { type GatewayRequest, headerValues } from './request';

/** What a request without a content type is taken for. */
export const DEFAULT_CONTENT_TYPE = 'application/json';

/** Checks requests as the request validators of one API say. Types and formats of parameters are not checked. */
export class RequestValidator {
  private readonly models: ReadonlyMap<string, ValidateFunction>;

  /** @throws {Error} naming the model that is no usable JSON Schema */
  constructor(definition: ApiDefinition) {
    this.models = new Map(
      Object.entries(definition.models).map(([name, schema]) => {
        try {
          return [name, compileDraft4(schema)];
        } catch (cause) {
          throw new Error(`model ${name} cannot be used: ${(cause as Error).message}`, { cause });
        }
      }),
    );
  }

  /** @throws {GatewayError} BAD_REQUEST_PARAMETERS or BAD_REQUEST_BODY */
  validate(routed: RoutedRequest): void {
    const { method } = routed.route;
    if (method.validateParameters) checkParameters(routed);
    if (method.validateBody) this.checkBody(routed);
  }

  private checkBody({ request, route }: RoutedRequest): void {
    const { requestModels } = route.method;
    const name = own(requestModels, contentTypeOf(request)) ?? own(requestModels, '$default');
    // Documented: no model for the content type, no check of the body.
    if (name === undefined) return;
    const model = this.models.get(name);
    if (model === undefined)
      throw new GatewayError('API_CONFIGURATION_ERROR', { cause: `model ${name} does not exist` });
    const invalid = (validation: string): GatewayError =>
      new GatewayError('BAD_REQUEST_BODY', { validation, cause: validation });
    let body: unknown;
    try {
      body = JSON.parse(request.body.toString('utf8'));
    } catch {
      throw invalid('[body is not JSON]');
    }
    if (!model(body)) throw invalid(describeErrors(model.errors ?? []));
  }
}

/** Media type of the body, without its parameters. */
export function contentTypeOf(request: GatewayRequest): string {
  const [type = ''] = (headerValues(request.headers, 'content-type').at(-1) ?? DEFAULT_CONTENT_TYPE).split(';');
  return type.trim().toLowerCase();
}

function checkParameters(routed: RoutedRequest): void {
  const missing = Object.entries(routed.route.method.requestParameters)
    .filter(([, required]) => required)
    .map(([parameter]) => /^method\.request\.(header|querystring|path)\.(.+)$/.exec(parameter))
    .filter((match) => match !== null && isBlank(parameterValue(routed, match[1] ?? '', match[2] ?? '')))
    .map((match) => match?.[2] ?? '')
    .sort();
  if (missing.length === 0) return;
  const text = `Missing required request parameters: [${missing.join(', ')}]`;
  throw new GatewayError('BAD_REQUEST_PARAMETERS', { text, validation: text });
}

/** Last value of a parameter of a request. Names of headers are not case-sensitive. */
export function parameterValue({ request, route }: RoutedRequest, location: string, name: string): string | undefined {
  if (location === 'header') return headerValues(request.headers, name).at(-1);
  return location === 'path' ? route.pathParameters[name] : request.query[name]?.at(-1);
}

function isBlank(value: string | undefined): boolean {
  return value === undefined || value.trim() === '';
}
