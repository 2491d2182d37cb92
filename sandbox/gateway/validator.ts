import type { ValidateFunction } from 'ajv';
import { GatewayError } from './errors';
import type { RoutedRequest } from './events';
import { compileModel, describeErrors } from './json-schema';
import type { ApiDefinition } from './model';
import { own } from './own';
import { type GatewayRequest, headerValues } from './request';

/** What a request without a content type is taken for. */
const DEFAULT_CONTENT_TYPE = 'application/json';

/** Checks requests as the request validators of one API say. Types and formats of parameters are not checked. */
export class RequestValidator {
  private readonly models: ReadonlyMap<string, ValidateFunction>;

  /** @throws {Error} naming the model that is no usable JSON Schema */
  constructor(definition: ApiDefinition) {
    this.models = new Map(
      Object.entries(definition.models).map(([name, schema]) => {
        try {
          return [name, compileModel(schema)];
        } catch (cause) {
          throw new Error(`model ${name} cannot be used: ${(cause as Error).message}`, { cause });
        }
      }),
    );
  }

  /** @throws {GatewayError} BAD_REQUEST_PARAMETERS or BAD_REQUEST_BODY */
  validate(routed: RoutedRequest): void {
    const { method } = routed.route;
    if (method.validateParameters) {
      checkParameters(routed);
    }
    if (method.validateBody) {
      this.checkBody(routed);
    }
  }

  private checkBody({ request, route }: RoutedRequest): void {
    const { requestModels } = route.method;
    const name = own(requestModels, contentTypeOf(request)) ?? own(requestModels, '$default');
    // Documented: no model for the content type, no check of the body.
    if (name === undefined) {
      return;
    }
    const model = this.models.get(name);
    if (model === undefined) {
      throw new GatewayError('API_CONFIGURATION_ERROR', { cause: `model ${name} does not exist` });
    }
    const invalid = (validation: string): GatewayError =>
      new GatewayError('BAD_REQUEST_BODY', { validation, cause: validation });
    let body: unknown;
    try {
      // Public emulators have recorded that an absent body is checked as an empty object.
      body = request.body.length === 0 ? {} : JSON.parse(request.body.toString('utf8'));
    } catch {
      throw invalid('[body is not JSON]');
    }
    if (!model(body)) {
      throw invalid(describeErrors(model.errors ?? []));
    }
  }
}

/** Media type of the body, without its parameters. */
export function contentTypeOf(request: GatewayRequest): string {
  const [type = ''] = (headerValues(request.headers, 'content-type').at(-1) ?? DEFAULT_CONTENT_TYPE).split(';');
  return type.trim().toLowerCase();
}

/** In the order in which API Gateway tells what is missing. */
const LOCATIONS = ['header', 'path', 'querystring'];

function checkParameters(routed: RoutedRequest): void {
  const missing = Object.entries(routed.route.method.requestParameters)
    .filter(([, required]) => required)
    .flatMap(([parameter]) => {
      const [, location = '', name = ''] = /^method\.request\.(header|querystring|path)\.(.+)$/.exec(parameter) ?? [];
      return location !== '' && isBlank(parameterValue(routed, location, name)) ? [{ location, name }] : [];
    })
    .sort((a, b) => LOCATIONS.indexOf(a.location) - LOCATIONS.indexOf(b.location) || (a.name < b.name ? -1 : 1));
  if (missing.length === 0) {
    return;
  }
  const text = `Missing required request parameters: [${missing.map(({ name }) => name).join(', ')}]`;
  throw new GatewayError('BAD_REQUEST_PARAMETERS', { text, validation: text });
}

/** Last value of a parameter. Of a header only the name as the method writes it counts: API Gateway compares the case here. */
function parameterValue({ request, route }: RoutedRequest, location: string, name: string): string | undefined {
  if (location === 'header') {
    return own(request.headers, name)?.at(-1);
  }
  return location === 'path' ? own(route.pathParameters, name) : own(request.query, name)?.at(-1);
}

function isBlank(value: string | undefined): boolean {
  return value === undefined || value.trim() === '';
}
