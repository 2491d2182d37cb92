import { CheckedRoutes, checkRoutes } from '../checked-routes';
import { RouteError } from '../path';
import { ROUTE_METHODS, type RouteDefinition } from '../route';
import { readResponses, requestBody } from './bodies';
import { type JsonObject, type OpenApiDocument, type Place, show } from './document';
import { API_KEY_EXTENSION, BACKEND_EXTENSION, checkExtensions } from './extensions';
import { coversMediaType, isJsonType } from './media-types';
import type { OpenApiNote } from './notes';
import { requestParameters } from './parameters';
import { Reading } from './reading';
import { SecurityReader } from './security';

export interface OpenApiOptions {
  /** Name of the document in errors, for example its file. */
  readonly source: string;
  /** Names that `x-gatehouse-backend` may hold. @default - any; the gateway checks them against its integrations */
  readonly backends?: readonly string[];
  /** Backend of operations that name none. @default - such an operation is an error */
  readonly defaultBackend?: string;
  /** Scopes that operations may require. @default - any; of a scheme that declares its scopes, those */
  readonly scopes?: readonly string[];
  /** What the API takes for binary instead of what the document says. @default - what the document says */
  readonly binaryMediaTypes?: readonly string[];
  /** Line of a JSON pointer in the text of the document, for errors. @default - errors name no line */
  readonly lineOf?: (pointer: string) => number | undefined;
}

/** What an OpenAPI document says to the gateway. */
export interface OpenApiRoutes {
  readonly routes: readonly RouteDefinition[];
  /** Media types whose bodies are bytes, sorted: `binaryMediaTypes` of the API. */
  readonly binaryMediaTypes: readonly string[];
  /** Everything that the document demands and API Gateway does not check, in the order of the document. */
  readonly notes: readonly OpenApiNote[];
}

/** Members of a path item that are operations; API Gateway has no TRACE. */
const OPERATIONS = [...ROUTE_METHODS.map((method) => method.toLowerCase()), 'trace'];
const PATH_MEMBERS = ['$ref', 'summary', 'description', 'servers', 'parameters', ...OPERATIONS];
const OPERATION_MEMBERS = [
  ...['tags', 'summary', 'description', 'externalDocs', 'operationId', 'parameters', 'requestBody', 'responses'],
  ...['callbacks', 'deprecated', 'security', 'servers'],
];
const ROOT_MEMBERS = ['openapi', 'info', 'servers', 'paths', 'components', 'security', 'tags', 'externalDocs'];
const ROOT_MEMBERS_3_1 = [...ROOT_MEMBERS, 'webhooks', 'jsonSchemaDialect'];
const DIALECT =
  /^https:\/\/(spec\.openapis\.org\/oas\/3\.1\/dialect\/base|json-schema\.org\/draft\/2020-12\/schema)#?$/;

/**
 * Reads an OpenAPI document of version 3.0 or 3.1: access rules from `security`, backends from `x-gatehouse-backend`, what API Gateway
 * checks of a request from required parameters and JSON bodies, and which media types are binary. `servers` are not looked at.
 *
 * @throws {OpenApiError} with every fault: the document, the JSON pointer, what was found and what is allowed
 */
export function readOpenApi(document: unknown, options: OpenApiOptions): OpenApiRoutes {
  return new RouteReader(new Reading(document, options.source, options.lineOf), options).read();
}

/**
 * The routes of an OpenAPI document, without what is left to the backend: see {@link readOpenApi}.
 *
 * @throws {OpenApiError} as {@link readOpenApi} does
 */
export function routesFromOpenApi(document: unknown, options: OpenApiOptions): RouteDefinition[] {
  return [...readOpenApi(document, options).routes];
}

class RouteReader {
  private readonly document: OpenApiDocument;
  private readonly security: SecurityReader;
  private readonly table = new CheckedRoutes();
  private readonly operationIds = new Map<string, string>();

  constructor(
    private readonly reading: Reading,
    private readonly options: OpenApiOptions,
  ) {
    this.document = reading.document;
    this.security = new SecurityReader(this.document, options.scopes);
  }

  read(): OpenApiRoutes {
    const { document, reading } = this;
    this.checkRoot();
    checkExtensions(document);
    const paths = document.member(document.root, 'paths');
    if (paths === undefined) {
      return document.fail(document.root, 'has no "paths"');
    }
    const routes: RouteDefinition[] = [];
    for (const { name: path, place } of document.members(document.object(paths))) {
      if (!path.startsWith('x-')) {
        document.attempt(() => routes.push(...this.pathItem(path, place)));
      }
    }
    const binaryMediaTypes = this.binaryMediaTypes();
    document.conclude();
    return { routes, binaryMediaTypes, notes: reading.notes.list() };
  }

  private checkRoot(): void {
    const { document, reading } = this;
    reading.checkNames(document.root, document.version === '3.1' ? ROOT_MEMBERS_3_1 : ROOT_MEMBERS);
    const webhooks = document.member(document.root, 'webhooks');
    if (webhooks !== undefined) {
      reading.note('webhooks', webhooks);
    }
    const dialect = document.member(document.root, 'jsonSchemaDialect');
    if (dialect !== undefined && document.version === '3.1') {
      document.attempt(() => {
        if (!DIALECT.test(document.text(dialect))) {
          document.fail(
            dialect,
            `is ${show(dialect.value)}, allowed is the dialect of OpenAPI 3.1 or JSON Schema 2020-12`,
          );
        }
      });
    }
  }

  private pathItem(path: string, place: Place): RouteDefinition[] {
    const { document, reading } = this;
    const beside = document.map(place);
    if (document.member(beside, '$ref') !== undefined) {
      const other = document.members(beside).find(({ name }) => !['$ref', 'summary', 'description'].includes(name));
      if (other !== undefined) {
        document.fail(
          other.place,
          `is beside a $ref, and OpenAPI does not say what the two mean together, allowed is only one of them`,
        );
      }
    }
    const item = document.object(place);
    reading.checkNames(item, PATH_MEMBERS);
    return document.members(item).flatMap(({ name, place: member }) => {
      if (!OPERATIONS.includes(name)) {
        return [];
      }
      const route = document.attempt(() => this.route(path, name.toUpperCase(), item, document.object(member)));
      return route === undefined ? [] : [route];
    });
  }

  /** Reads an operation; each part by itself, so that all faults are found. */
  private route(
    path: string,
    method: string,
    item: Place<JsonObject>,
    operation: Place<JsonObject>,
  ): RouteDefinition | undefined {
    const { document, reading, options } = this;
    const label = `${method} ${path}`;
    // What API Gateway refuses as a route is not looked at any further.
    this.guarded(operation, () => checkRoutes([{ method, path, rule: { kind: 'iam' } }]));
    reading.checkNames(operation, OPERATION_MEMBERS);
    const rule = document.attempt(() => this.security.ruleOf(operation, label));
    const backend = document.attempt(() => this.backend(item, operation, label));
    const operationId = document.attempt(() => this.operationId(operation, label));
    const apiKeyRequired = document.attempt(() => {
      const apiKey = document.member(operation, API_KEY_EXTENSION);
      return apiKey && document.flag(apiKey);
    });
    const parameters = document.attempt(() => requestParameters(reading, path, [item, operation], label));
    const body = document.attempt(() => requestBody(reading, operation, method, label, options.binaryMediaTypes));
    document.attempt(() => readResponses(reading, operation, label, options.binaryMediaTypes));
    if (rule === undefined || backend === undefined) {
      return undefined;
    }
    const route: RouteDefinition = {
      method,
      path,
      rule,
      backend,
      ...(apiKeyRequired === undefined ? {} : { apiKeyRequired }),
      ...(operationId === undefined ? {} : { operationId }),
      ...(parameters === undefined || Object.keys(parameters).length === 0 ? {} : { requestParameters: parameters }),
      ...(body === undefined ? {} : { requestBody: body }),
    };
    this.guarded(operation, () => this.table.add(route));
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
          `operation ${label} has no "${BACKEND_EXTENSION}", which is required on the operation, its path or the document`,
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

  private operationId(operation: Place<JsonObject>, label: string): string | undefined {
    const { document } = this;
    const place = document.member(operation, 'operationId');
    if (place === undefined) {
      return undefined;
    }
    const id = document.text(place);
    const other = this.operationIds.get(id);
    if (other !== undefined) {
      document.fail(operation, `operationId ${show(id)} of ${label} is also that of ${other}`);
    }
    this.operationIds.set(id, label);
    return id;
  }

  /** Those of the document; where the API has a list of its own, that has to cover them. */
  private binaryMediaTypes(): readonly string[] {
    const { document, reading, options } = this;
    for (const [type, place] of reading.binary) {
      document.attempt(() => {
        if (options.binaryMediaTypes !== undefined) {
          if (!coversMediaType(options.binaryMediaTypes, type)) {
            document.fail(
              place,
              `${type} is binary and not in binaryMediaTypes, which is ${show(options.binaryMediaTypes)}: its bytes would be spoiled`,
            );
          }
        } else if (isJsonType(type) || coversMediaType([type], 'application/json')) {
          document.fail(
            place,
            `${type} is described as binary, which would make JSON bodies of the whole API binary, allowed is a media type that is not JSON, or binaryMediaTypes of the API`,
          );
        }
      });
    }
    return options.binaryMediaTypes ?? [...reading.binary.keys()].sort();
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
