import { isObject, type Json, type JsonObject, member, objectOf } from '../json';
import type { NotJudged, Resource, Stack } from '../reader/stack';
import { ABSENT, known, orDefault, unknown, type Value } from '../three-valued';
import type { AccessRules } from './access-rules';
import { type ApiIndex, DEFAULT_AUTHORIZER_TTL } from './apis';
import { backendOfOperation } from './backends';
import { readSecurity } from './openapi-security';
import { parseKnownDocument, parseTemplateJson, type SymbolicJson } from './symbolic-json';
import type { Api, Authorizer, Route } from './types';

/** Resource types that import an OpenAPI document into a REST API. */
const IMPORTERS = [
  { type: 'aws_api_gateway_rest_api', isApi: true },
  { type: 'aws_api_gateway_rest_api_put', isApi: false },
] as const;

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

/** Finds the OpenAPI documents of a stack; one that cannot be read is told in `notJudged`. */
export function readDocuments(stack: Stack, apis: ApiIndex, notJudged: NotJudged[]): ApiDocument[] {
  const result: ApiDocument[] = [];
  for (const importer of IMPORTERS) {
    for (const resource of stack.ofType(importer.type)) {
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
        notJudged.push({
          stack: stack.name,
          subject: resource.address,
          reason: `the routes of its body are not read: it is ${reason}`,
        });
        continue;
      }
      result.push({
        api: importer.isApi ? apis.get(resource) : (apis.of(resource) ?? apis.unknown),
        resource,
        body,
        sensitive: value.kind === 'known' && value.sensitive,
      });
    }
  }
  return result;
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
    ttlSeconds: typeof ttl === 'number' ? known(ttl, sensitive) : orDefault(ABSENT, DEFAULT_AUTHORIZER_TTL),
    identitySource: extension.identitySource === undefined ? text(header) : text(extension.identitySource),
  };
}
