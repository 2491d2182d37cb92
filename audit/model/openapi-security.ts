import { arrayOf, isObject, type Json, type JsonObject, member, objectOf } from '../json';
import { known, REDACTED, unknown, type Value } from '../three-valued';
import { reasonedRule, scopesRule } from './access-rules';
import type { Authorizer, AuthorizerLink, DeclaredRule } from './types';

/** How API Gateway guards an operation of an imported OpenAPI document, and what the document declares. */
export interface OperationSecurity {
  readonly authorization: Value<string>;
  readonly authorizer: AuthorizerLink;
  readonly apiKeyRequired: Value<boolean>;
  readonly declared: DeclaredRule;
}

type Guard =
  | { readonly kind: 'authorizer'; readonly authorizer: Authorizer; readonly authorization: string }
  | { readonly kind: 'iam' }
  | { readonly kind: 'key' }
  /** A scheme without API Gateway extensions: the import ignores it, the operation stays open. */
  | { readonly kind: 'ignored' }
  | { readonly kind: 'missing' };

/** What API Gateway checks by itself, by the type of the authorizer. */
const AUTHORIZATIONS: Readonly<Record<string, string>> = { cognito_user_pools: 'COGNITO_USER_POOLS', jwt: 'JWT' };
const NO_AUTHORIZER: AuthorizerLink = { kind: 'none' };
const AUTHTYPE = 'x-amazon-apigateway-authtype';
const AUTHORIZER = 'x-amazon-apigateway-authorizer';

/**
 * Reads the `security` of an operation as the import of API Gateway does: only schemes with its extensions guard an operation,
 * all others are ignored (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html).
 *
 * @param sensitive the document may not be quoted
 * @param authorizerOf makes or finds the authorizer of a named scheme
 */
export function readSecurity(
  operation: JsonObject,
  document: JsonObject,
  sensitive: boolean,
  authorizerOf: (scheme: string, extension: JsonObject, definition: JsonObject) => Authorizer,
): OperationSecurity {
  const requirements = arrayOf(operation.security ?? document.security).filter(isObject);
  const schemes = {
    ...objectOf(document.securityDefinitions),
    ...objectOf(member(objectOf(document.components), 'securitySchemes')),
  };
  const names = [...new Set(requirements.flatMap((requirement) => Object.keys(requirement)))];
  const guards = names.map((name) => ({ name, guard: readGuard(name, schemes[name], authorizerOf) }));
  const deciding = guards.filter(({ guard }) => guard.kind === 'authorizer' || guard.kind === 'iam');
  const missing = guards.find(({ guard }) => guard.kind === 'missing');
  const apiKeyRequired = known(guards.some(({ guard }) => guard.kind === 'key'));
  const declared = declaredRule(operation, requirements, guards);
  const explicit = member(member(operation, 'x-amazon-apigateway-auth'), 'type');
  if (missing !== undefined && deciding.length === 0) {
    const scheme = sensitive ? REDACTED : JSON.stringify(missing.name);
    const reason = `security scheme ${scheme} is not defined in the document`;
    return { authorization: known('CUSTOM'), authorizer: { kind: 'dangling', reason }, apiKeyRequired, declared };
  }
  const first = deciding[0]?.guard;
  if (
    deciding.length > 1 ||
    (first !== undefined && requirements.some((requirement) => Object.keys(requirement).length === 0))
  ) {
    const cause = 'not known: the operation allows alternatives, of which API Gateway takes one';
    return { authorization: unknown(cause), authorizer: { kind: 'unknown', cause }, apiKeyRequired, declared };
  }
  if (first?.kind === 'authorizer') {
    const link: AuthorizerLink = { kind: 'authorizer', authorizer: first.authorizer };
    return { authorization: known(first.authorization), authorizer: link, apiKeyRequired, declared };
  }
  const iam = first?.kind === 'iam' || explicit === 'AWS_IAM';
  return { authorization: known(iam ? 'AWS_IAM' : 'NONE'), authorizer: NO_AUTHORIZER, apiKeyRequired, declared };
}

function readGuard(
  name: string,
  definition: Json | undefined,
  authorizerOf: (scheme: string, extension: JsonObject, definition: JsonObject) => Authorizer,
): Guard {
  if (!isObject(definition)) {
    return { kind: 'missing' };
  }
  const authtype = definition[AUTHTYPE];
  const extension = definition[AUTHORIZER];
  if (typeof authtype === 'string' && authtype.toLowerCase() === 'awssigv4') {
    return { kind: 'iam' };
  }
  if (isObject(extension)) {
    const authorizer = authorizerOf(name, extension, definition);
    return {
      kind: 'authorizer',
      authorizer,
      authorization: AUTHORIZATIONS[String(extension.type).toLowerCase()] ?? 'CUSTOM',
    };
  }
  const isKey =
    definition.type === 'apiKey' && definition.in === 'header' && String(definition.name).toLowerCase() === 'x-api-key';
  return { kind: isKey ? 'key' : 'ignored' };
}

/** `security` as written: each requirement an alternative, each scope of it required; keys and signatures carry no scopes. */
function declaredRule(
  operation: JsonObject,
  requirements: readonly JsonObject[],
  guards: readonly { readonly name: string; readonly guard: Guard }[],
): DeclaredRule {
  const reason = operation['x-gatehouse-public'];
  if (typeof reason === 'string') {
    return reasonedRule('public', reason);
  }
  const kinds = new Map(guards.map(({ name, guard }) => [name, guard.kind]));
  const alternatives: string[][] = [];
  for (const requirement of requirements) {
    const tokens = Object.entries(requirement).filter(
      ([name]) => kinds.get(name) === 'authorizer' || kinds.get(name) === 'ignored',
    );
    if (tokens.length > 0) {
      alternatives.push(tokens.flatMap(([, scopes]) => arrayOf(scopes).filter((scope) => typeof scope === 'string')));
    }
  }
  if (alternatives.length > 0 && alternatives.every((scopes) => scopes.length > 0)) {
    return scopesRule(alternatives);
  }
  const scopeless = operation['x-gatehouse-authenticated'];
  if (typeof scopeless === 'string' && alternatives.length > 0 && alternatives.length === requirements.length) {
    return reasonedRule('authenticated', scopeless);
  }
  return guards.some(({ guard }) => guard.kind === 'iam') ? { kind: 'iam' } : { kind: 'none', listed: false };
}
