import { requestSchema } from './json-schema';
import { type JsonObject, OpenApiDocument, type Place, show } from './openapi-document';
import { SecurityReader } from './openapi-security';
import { checkRoutes, type RequestBody, ROUTE_METHODS, type RouteDefinition, RouteError, routeKey } from './route';

/** Extension that names the integration of an operation; on the operation, the path item or the document. */
export const BACKEND_EXTENSION = 'x-gatehouse-backend';
/** Extension of an operation: `false` for no usage key. */
export const API_KEY_EXTENSION = 'x-gatehouse-api-key';

export interface OpenApiOptions {
  /** Name of the document in errors, for example its file. */
  readonly source: string;
  /** Names that `x-gatehouse-backend` may hold. @default - any; the gateway checks them against its integrations */
  readonly backends?: readonly string[];
  /** Backend of operations that name none. @default - such an operation is an error */
  readonly defaultBackend?: string;
}

/** Members of a path item that are operations; API Gateway has no TRACE. */
const OPERATIONS = [...ROUTE_METHODS.map((method) => method.toLowerCase()), 'trace'];
/** Header parameters that OpenAPI says to ignore: other parts of the document describe them. */
const IGNORED_HEADERS = ['accept', 'content-type', 'authorization'];
const JSON_TYPE = /^application\/(json|[\w.+-]+\+json)$/;

/**
 * Reads the routes of an OpenAPI 3.0 document: access rules from `security`, backends from `x-gatehouse-backend`, what
 * API Gateway checks of a request from required parameters and JSON bodies. `servers` are not looked at.
 *
 * @throws {OpenApiError} with the document, the JSON pointer, what was found and what is allowed
 */
export function routesFromOpenApi(document: unknown, options: OpenApiOptions): RouteDefinition[] {
  return new RouteReader(new OpenApiDocument(document, options.source), options).routes();
}

class RouteReader {
  private readonly security: SecurityReader;

  constructor(
    private readonly document: OpenApiDocument,
    private readonly options: OpenApiOptions,
  ) {
    this.security = new SecurityReader(document);
  }

  routes(): RouteDefinition[] {
    const { document } = this;
    const paths = document.member(document.root, 'paths');
    if (paths === undefined) {
      return document.fail(document.root, 'has no "paths"');
    }
    const routes: RouteDefinition[] = [];
    const operationIds = new Map<string, string>();
    for (const { name: path, place } of document.members(document.object(paths))) {
      if (path.startsWith('x-')) {
        continue;
      }
      const item = document.object(place);
      for (const { name, place: member } of document.members(item)) {
        if (OPERATIONS.includes(name)) {
          const route = this.route(path, name.toUpperCase(), item, document.object(member));
          this.checkOperationId(route, operationIds, member);
          routes.push(route);
        }
      }
    }
    this.guarded(paths, () => checkRoutes(routes));
    return routes;
  }

  private route(path: string, method: string, item: Place<JsonObject>, operation: Place<JsonObject>): RouteDefinition {
    const { document } = this;
    const label = `${method} ${path}`;
    const rule = this.security.ruleOf(operation, label);
    const operationId = document.member(operation, 'operationId');
    const apiKey = document.member(operation, API_KEY_EXTENSION);
    const requestParameters = this.requestParameters(path, item, operation);
    const requestBody = this.requestBody(operation);
    const route: RouteDefinition = {
      method,
      path,
      rule,
      backend: this.backend(item, operation, label),
      ...(apiKey === undefined ? {} : { apiKeyRequired: document.flag(apiKey) }),
      ...(operationId === undefined ? {} : { operationId: document.text(operationId) }),
      ...(Object.keys(requestParameters).length === 0 ? {} : { requestParameters }),
      ...(requestBody === undefined ? {} : { requestBody }),
    };
    this.guarded(operation, () => checkRoutes([route]));
    return route;
  }

  private backend(item: Place<JsonObject>, operation: Place<JsonObject>, label: string): string {
    const { document, options } = this;
    const named = [operation, item, document.root].map((place) => document.member(place, BACKEND_EXTENSION));
    const place = named.find((candidate) => candidate !== undefined);
    if (place === undefined) {
      return (
        options.defaultBackend ??
        document.fail(
          operation,
          `operation ${label} has no "${BACKEND_EXTENSION}", allowed is one on the operation, its path or the document`,
        )
      );
    }
    const backend = document.text(place);
    if (options.backends !== undefined && !options.backends.includes(backend)) {
      document.fail(
        place,
        `operation ${label} names the backend ${show(backend)}, allowed are ${options.backends.join(', ')}`,
      );
    }
    return backend;
  }

  /** Required query and header parameters; those of the operation replace equal ones of the path. */
  private requestParameters(
    path: string,
    item: Place<JsonObject>,
    operation: Place<JsonObject>,
  ): Record<string, boolean> {
    const { document } = this;
    const merged = new Map<string, { location: string; name: string; required: boolean }>();
    for (const owner of [item, operation]) {
      const parameters = document.member(owner, 'parameters');
      for (const entry of parameters ? document.list(parameters) : []) {
        const parameter = document.object(entry);
        const location = document.text(document.required(parameter, 'in'));
        const name = document.text(document.required(parameter, 'name'));
        const required = document.member(parameter, 'required');
        if (location === 'path' && !path.includes(`{${name}}`) && !path.includes(`{${name}+}`)) {
          document.fail(parameter, `path parameter ${show(name)} is not in ${path}`);
        }
        merged.set(`${location} ${name}`, {
          location,
          name,
          required: required !== undefined && document.flag(required),
        });
      }
    }
    const result: Record<string, boolean> = {};
    for (const { location, name, required } of merged.values()) {
      if (required && location === 'query') {
        result[`method.request.querystring.${name}`] = true;
      } else if (required && location === 'header' && !IGNORED_HEADERS.includes(name.toLowerCase())) {
        result[`method.request.header.${name}`] = true;
      }
    }
    return result;
  }

  /** The JSON body, when that is the only kind of body the operation takes. */
  private requestBody(operation: Place<JsonObject>): RequestBody | undefined {
    const { document } = this;
    const place = document.member(operation, 'requestBody');
    if (place === undefined) {
      return undefined;
    }
    const body = document.object(place);
    const required = document.member(body, 'required');
    const content = document.member(body, 'content');
    const media = content === undefined ? [] : document.members(document.object(content));
    const json = media.filter(({ name }) => JSON_TYPE.test(name));
    const [first, ...others] = json;
    const schema = first && document.member(document.object(first.place), 'schema');
    if (first === undefined || schema === undefined || json.length < media.length) {
      return undefined;
    }
    const converted = requestSchema(document, schema);
    for (const { name, place: other } of others) {
      const otherSchema = document.member(document.object(other), 'schema');
      const same = otherSchema && JSON.stringify(requestSchema(document, otherSchema)) === JSON.stringify(converted);
      if (same !== true) {
        document.fail(
          other,
          `media type ${name} has another schema than ${first.name}, allowed is one for all of them`,
        );
      }
    }
    return {
      schema: converted,
      required: required !== undefined && document.flag(required),
      contentTypes: json.map(({ name }) => name),
    };
  }

  private checkOperationId(route: RouteDefinition, known: Map<string, string>, place: Place): void {
    if (route.operationId === undefined) {
      return;
    }
    const other = known.get(route.operationId);
    if (other !== undefined) {
      this.document.fail(
        place,
        `operationId ${show(route.operationId)} of ${routeKey(route)} is also that of ${other}`,
      );
    }
    known.set(route.operationId, routeKey(route));
  }

  /** Gives an error about routes the place in the document. */
  private guarded(place: Place, check: () => void): void {
    try {
      check();
    } catch (error) {
      if (error instanceof RouteError) {
        this.document.fail(place, error.message);
      }
      throw error;
    }
  }
}
