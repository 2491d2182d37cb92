import { isObject, type Json, type JsonObject, member, objectOf } from '../json';
import { parseKnownDocument } from '../model/symbolic-json';
import { canonical } from './value-order';

/** Members of a document that say nothing of who gets what, and those that the comparison of routes tells of. */
const QUIET = new Set(['info', 'openapi', 'swagger', 'servers', 'host', 'basePath', 'tags', 'externalDocs', 'schemes']);
const TOLD_BY_ROUTES =
  /^(summary|description|tags|operationId|externalDocs|deprecated|responses|security|x-gatehouse-.*)$/;
const METHODS = /^(get|put|post|delete|options|head|patch|trace|x-amazon-apigateway-any-method)$/;

/**
 * Places of an OpenAPI document that say something else than before: what answers an operation, who decides about it, what it asks
 * of a request. Operations that are new or gone are routes that are new or gone. Undefined where one of the texts is no document.
 */
export function documentChanges(before: Json | undefined, after: Json | undefined): string[] | undefined {
  const [old, now] = [documentOf(before), documentOf(after)];
  if (old === undefined || now === undefined) {
    return undefined;
  }
  const names = Object.keys({ ...old, ...now }).filter((name) => !QUIET.has(name));
  return names.flatMap((name) => {
    switch (name) {
      case 'paths':
        return inBoth(old.paths, now.paths).flatMap((path) =>
          pathChanges(`paths[${JSON.stringify(path)}]`, member(old.paths, path), member(now.paths, path)),
        );
      case 'components':
        return inBoth(old.components, now.components).flatMap((part) =>
          memberChanges(`components.${part}`, member(old.components, part), member(now.components, part)),
        );
      case 'definitions':
      case 'securityDefinitions':
      case 'x-amazon-apigateway-request-validators':
      case 'x-amazon-apigateway-gateway-responses':
        return memberChanges(name, old[name], now[name]);
      default:
        return canonical(old[name]) === canonical(now[name]) ? [] : [name];
    }
  });
}

function documentOf(value: Json | undefined): JsonObject | undefined {
  const document = typeof value === 'string' ? parseKnownDocument(value)?.document : undefined;
  return isObject(document) ? document : undefined;
}

function inBoth(before: Json | undefined, after: Json | undefined): string[] {
  return Object.keys(objectOf(before)).filter((name) => member(after, name) !== undefined);
}

/** What another thing refers to by its name: a new one changes nothing yet. */
function memberChanges(path: string, before: Json | undefined, after: Json | undefined): string[] {
  return Object.keys(objectOf(before))
    .filter((name) => canonical(member(before, name)) !== canonical(member(after, name)))
    .map((name) => `${path}.${name}`);
}

function pathChanges(path: string, before: Json | undefined, after: Json | undefined): string[] {
  return Object.keys({ ...objectOf(before), ...objectOf(after) }).flatMap((name) => {
    const [old, now] = [member(before, name), member(after, name)];
    if (!METHODS.test(name)) {
      return canonical(old) === canonical(now) ? [] : [`${path}.${name}`];
    }
    return old === undefined || now === undefined ? [] : operationChanges(`${path}.${name}`, old, now);
  });
}

function operationChanges(path: string, before: Json, after: Json): string[] {
  return Object.keys({ ...objectOf(before), ...objectOf(after) })
    .filter((name) => !TOLD_BY_ROUTES.test(name) && canonical(member(before, name)) !== canonical(member(after, name)))
    .map((name) => `${path}.${name}`);
}
