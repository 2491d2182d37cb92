import { parsePath } from '../path';
import { isObject, type JsonObject, type Place, show } from './document';
import type { Reading } from './reading';

/** Names that API Gateway takes in `requestParameters`; its own error states the expression. */
const PARAMETER_NAME = /^[a-zA-Z0-9._$-]+$/;
/** Header parameters that OpenAPI says to ignore: other parts of the document describe them. */
const IGNORED_HEADERS = ['accept', 'content-type', 'authorization'];
const LOCATIONS = ['query', 'header', 'path', 'cookie'];
/** Members of a schema that demand nothing of a text. */
const ANY_TEXT = [
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  '$comment',
  'externalDocs',
  'xml',
];

interface Parameter {
  readonly location: string;
  readonly name: string;
  readonly required: boolean;
  readonly place: Place<JsonObject>;
}

/**
 * What API Gateway is to demand: required query and header parameters, in its own notation. Those of the operation replace equal ones
 * of the path. What it cannot demand without refusing right requests, or cannot name, is left to the backend with a note.
 */
export function requestParameters(
  reading: Reading,
  path: string,
  owners: readonly Place<JsonObject>[],
  route: string,
): Record<string, boolean> {
  const merged = new Map<string, Parameter>();
  for (const owner of owners) {
    for (const [key, parameter] of parametersOf(reading, path, owner, route)) {
      merged.set(key, parameter);
    }
  }
  const result: Record<string, boolean> = {};
  const names = new Set(pathNames(path));
  const inOrder = [...merged.values()].sort((a, b) => LOCATIONS.indexOf(a.location) - LOCATIONS.indexOf(b.location));
  for (const parameter of inOrder) {
    const { location, name, required, place } = parameter;
    if (!required || location === 'path' || (location === 'header' && IGNORED_HEADERS.includes(name.toLowerCase()))) {
      continue;
    }
    const reason = whyNot(reading, parameter, names);
    if (reason !== undefined) {
      reading.note(reason, place, route, name);
      continue;
    }
    if (location === 'header') {
      reading.note('headerCase', place, route, name);
    }
    names.add(name.toLowerCase());
    result[`method.request.${location === 'query' ? 'querystring' : 'header'}.${name}`] = true;
  }
  return result;
}

/** Why API Gateway cannot demand a required parameter. */
function whyNot({ document }: Reading, { location, name, place }: Parameter, names: ReadonlySet<string>) {
  const emptyValue = document.member(place, 'allowEmptyValue');
  if (location === 'cookie') {
    return 'parameterCookie';
  }
  if (location === 'query' && emptyValue !== undefined && document.flag(emptyValue)) {
    return 'parameterEmpty';
  }
  if (location === 'query' && !standsInQuery(document, place)) {
    return 'parameterStyle';
  }
  if (!PARAMETER_NAME.test(name)) {
    return 'parameterName';
  }
  return names.has(name.toLowerCase()) ? 'parameterTwice' : undefined;
}

/**
 * Whether the name of a query parameter stands in the query: not with `deepObject`, and not for an object whose members are
 * parameters each.
 *
 * @see https://spec.openapis.org/oas/v3.0.3#style-examples
 */
function standsInQuery(document: Reading['document'], place: Place<JsonObject>): boolean {
  const style = document.member(place, 'style');
  const explode = document.member(place, 'explode');
  const schema = document.member(place, 'schema');
  const name = style === undefined ? 'form' : document.text(style);
  if (name === 'deepObject') {
    return false;
  }
  const exploded = explode === undefined ? name === 'form' : document.flag(explode);
  return !exploded || schema === undefined || !mayBeObject(document, schema, new Set());
}

/** Whether a value of a schema may be an object, as far as the schema says so. */
function mayBeObject(document: Reading['document'], place: Place, seen: Set<string>): boolean {
  if (!isObject(place.value) || seen.has(place.pointer)) {
    return false;
  }
  seen.add(place.pointer);
  const schema: Place<JsonObject> = { value: place.value, pointer: place.pointer };
  const types = [place.value.type].flat();
  const branches = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => {
    const member = document.member(schema, keyword);
    return member === undefined ? [] : document.list(member);
  });
  const reference = document.member(schema, '$ref');
  return (
    types.includes('object') ||
    (place.value.type === undefined && place.value.properties !== undefined) ||
    [...branches, ...(reference === undefined ? [] : [document.target(reference)])].some((branch) =>
      mayBeObject(document, branch, seen),
    )
  );
}

function parametersOf(
  reading: Reading,
  path: string,
  owner: Place<JsonObject>,
  route: string,
): ReadonlyMap<string, Parameter> {
  const { document } = reading;
  const found = new Map<string, Parameter>();
  const member = document.member(owner, 'parameters');
  for (const entry of (member && document.attempt(() => document.list(member))) ?? []) {
    document.attempt(() => {
      const parameter = readParameter(reading, path, document.object(entry), route);
      const key = `${parameter.location} ${parameter.name}`;
      if (found.has(key)) {
        document.fail(entry, `${parameter.location} parameter ${show(parameter.name)} is there twice`);
      }
      found.set(key, parameter);
    });
  }
  return found;
}

function readParameter(reading: Reading, path: string, place: Place<JsonObject>, route: string): Parameter {
  const { document } = reading;
  reading.checkMembers('parameter', place);
  const location = document.text(document.required(place, 'in'));
  const name = document.text(document.required(place, 'name'));
  const required = document.member(place, 'required');
  if (!LOCATIONS.includes(location)) {
    document.fail(place, `parameter ${show(name)} is in ${show(location)}, allowed are ${LOCATIONS.join(', ')}`);
  }
  if (location === 'path' && !path.includes(`{${name}}`) && !path.includes(`{${name}+}`)) {
    document.fail(place, `path parameter ${show(name)} is not in ${path}`);
  }
  const schema = document.member(place, 'schema');
  if (document.member(place, 'content') !== undefined || (schema !== undefined && demands(document, schema))) {
    reading.note('parameterValue', place, route);
  }
  return { location, name, place, required: required !== undefined && document.flag(required) };
}

/** Whether a schema demands more than any text would meet. */
function demands(document: Reading['document'], place: Place): boolean {
  const schema = document.object(place);
  return document
    .members(schema)
    .some(
      ({ name, place: { value } }) =>
        !ANY_TEXT.includes(name) && !name.startsWith('x-') && !(name === 'type' && value === 'string'),
    );
}

function pathNames(path: string): string[] {
  return parsePath(path).flatMap(({ kind, name }) => (kind === 'literal' ? [] : [name.toLowerCase()]));
}
