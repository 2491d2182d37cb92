import { isObject, type Json, type JsonObject, member, objectOf } from '../json';
import type { NotJudged, Resource, Stack } from '../reader/stack';
import { ABSENT, known, unknown, type Value } from '../three-valued';
import type { AccessRules } from './access-rules';
import { DEFAULT_AUTHORIZER_TTL } from './apis';
import { backendOfOperation } from './backends';
import { readSecurity } from './openapi-security';
import { parseKnownDocument, parseTemplateJson, type SymbolicJson } from './symbolic-json';
import type { Api, Authorizer, Route } from './types';

/** Resource types that import an OpenAPI document into an API. */
const IMPORTERS = ['aws_api_gateway_rest_api', 'aws_api_gateway_rest_api_put', 'aws_apigatewayv2_api'];

const METHODS = new Map(
  ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'].map((method) => [method, method.toUpperCase()]),
).set('x-amazon-apigateway-any-method', 'ANY');

/** An OpenAPI document that a stack imports into an API. */
export interface ApiDocument {
  readonly api: Api;
  readonly resource: Resource;
  readonly body: SymbolicJson;
  /** The document as a whole is marked as sensitive. */
  readonly sensitive: boolean;
}

/** The OpenAPI documents of a stack, and a route for each that cannot be read: what it opens is not known. */
export interface Documents {
  readonly documents: readonly ApiDocument[];
  readonly unread: readonly Route[];
}

/**
 * Finds the OpenAPI documents of a stack; one that cannot be read is told in `notJudged`.
 *
 * @param apiOf the API that a resource imports into
 */
export function readDocuments(stack: Stack, apiOf: (importer: Resource) => Api, notJudged: NotJudged[]): Documents {
  const documents: ApiDocument[] = [];
  const unread: Route[] = [];
  for (const type of IMPORTERS) {
    for (const resource of stack.ofType(type)) {
      const value = resource.attributes.string('body');
      if (value.kind === 'absent' || (value.kind === 'unknown' && !resource.attributes.configured('body'))) {
        continue;
      }
      const template = resource.attributes.expression('body')?.constant;
      const body =
        value.kind === 'known'
          ? parseKnownDocument(value.value)
          : typeof template === 'string'
            ? parseTemplateJson(template)
            : undefined;
      if (body === undefined || !isObject(body.document)) {
        const reason = value.kind === 'unknown' ? value.cause : 'neither JSON nor YAML';
        unread.push(unreadRoute(apiOf(resource), resource, reason));
        notJudged.push({
          stack: stack.name,
          subject: resource.address,
          reason: `the routes of its body are not read: it is ${reason}`,
        });
        continue;
      }
      documents.push({
        api: apiOf(resource),
        resource,
        body,
        sensitive: value.kind === 'known' && value.sensitive,
      });
    }
  }
  return { documents, unread };
}

/** Stands for the routes of a document that is not known: nobody takes the API for one without routes. */
function unreadRoute(api: Api, resource: Resource, cause: string): Route {
  const notKnown = unknown(cause);
  return {
    api,
    address: resource.address,
    constructPath: resource.config?.constructPath,
    operation: '',
    method: notKnown,
    path: notKnown,
    authorization: notKnown,
    authorizer: { kind: 'unknown', cause },
    declared: { kind: 'unknown', cause },
    apiKeyRequired: notKnown,
    integration: notKnown,
    backend: notKnown,
  };
}

/** The routes, and the authorizers, of an OpenAPI document. */
export function readDocumentRoutes(
  stack: Stack,
  source: ApiDocument,
  rules: AccessRules,
): { routes: Route[]; authorizers: Authorizer[] } {
  const { api, resource, sensitive } = source;
  const document = objectOf(source.body.document);
  const authorizers = new Map<string, Authorizer>();
  const authorizerOf = (scheme: string, extension: JsonObject, definition: JsonObject): Authorizer => {
    const existing = authorizers.get(scheme);
    const authorizer = existing ?? documentAuthorizer(stack, source, scheme, extension, definition);
    authorizers.set(scheme, authorizer);
    return authorizer;
  };
  const routes: Route[] = [];
  for (const [path, item] of Object.entries(objectOf(document.paths))) {
    for (const [key, method] of METHODS) {
      const operation = member(item, key);
      if (isObject(operation)) {
        const security = readSecurity(operation, document, sensitive, authorizerOf);
        const table = rules.of(api, method, path);
        routes.push({
          api,
          address: resource.address,
          constructPath: resource.config?.constructPath,
          operation: sensitive ? '' : `paths[${JSON.stringify(path)}].${key}`,
          method: known(method, sensitive),
          path: shownPath(source, path),
          integration: integrationType(operation),
          backend: backendOfOperation(operation, source.body, sensitive),
          ...security,
          declared: table.kind === 'none' && !table.listed ? withMark(security.declared, sensitive) : table,
        });
      }
    }
  }
  return { routes, authorizers: [...authorizers.values()] };
}

function withMark<T extends { readonly kind: string }>(rule: T, sensitive: boolean): T {
  return 'sensitive' in rule ? { ...rule, sensitive } : rule;
}

function shownPath(source: ApiDocument, path: string): Value<string> {
  const { text, symbolic } = source.body.text(path);
  return symbolic === 'no' ? known(text, source.sensitive) : unknown('it holds a value that is known only after apply');
}

function integrationType(operation: JsonObject): Value<string> {
  const type = member(operation['x-amazon-apigateway-integration'], 'type');
  return typeof type === 'string' ? known(type.toUpperCase()) : ABSENT;
}

function documentAuthorizer(
  stack: Stack,
  source: ApiDocument,
  scheme: string,
  extension: JsonObject,
  definition: JsonObject,
): Authorizer {
  const { api, sensitive, resource, body } = source;
  const text = (value: Json | undefined): Value<string> => {
    if (typeof value !== 'string') {
      return ABSENT;
    }
    const read = body.text(value);
    return read.symbolic === 'no' ? known(read.text, sensitive) : unknown('known only after apply');
  };
  const ttl = extension.authorizerResultTtlInSeconds;
  const header =
    definition.in === 'header' && typeof definition.name === 'string'
      ? `method.request.header.${definition.name}`
      : undefined;
  const kind = text(extension.type);
  return {
    stack,
    address: `${resource.address} securitySchemes[${JSON.stringify(sensitive ? '' : scheme)}]`,
    api,
    name: known(scheme, sensitive),
    kind: kind.kind === 'known' ? known(kind.value.toUpperCase(), sensitive) : kind,
    // Nothing is kept where nothing is set, other than in REST APIs.
    ttlSeconds: known(typeof ttl === 'number' ? ttl : api.protocol === 'REST' ? DEFAULT_AUTHORIZER_TTL : 0, sensitive),
    identitySource: extension.identitySource === undefined ? text(header) : text(extension.identitySource),
  };
}
