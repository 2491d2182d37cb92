import type { BodySchema, RequestBody } from '../route';
import { isObject, type JsonObject, type Place, show } from './document';
import { requestSchema } from './json-schema';
import { coversMediaType, isBinaryType, isJsonType, isMediaRange, mediaTypeOf } from './media-types';
import type { Reading } from './reading';

/** Methods whose request bodies HTTP gives no meaning (RFC 9110, 9.3); OpenAPI 3.0 says to ignore them. */
const WITHOUT_BODY = ['GET', 'HEAD', 'DELETE'];

interface Media {
  readonly type: string;
  readonly place: Place<JsonObject>;
  readonly schema: Place | undefined;
}

/**
 * What API Gateway is to check of the body: a model for each JSON media type. All else is left to the backend with a note.
 *
 * @param binaryMediaTypes the API's own list, where it is set
 */
export function requestBody(
  reading: Reading,
  operation: Place<JsonObject>,
  method: string,
  route: string,
  binaryMediaTypes: readonly string[] | undefined,
): RequestBody | undefined {
  const { document } = reading;
  const place = document.member(operation, 'requestBody');
  if (place === undefined) {
    return undefined;
  }
  const body = document.object(place);
  reading.checkMembers('requestBody', body);
  const flag = document.member(body, 'required');
  const required = flag !== undefined && document.flag(flag);
  const media = readContent(reading, document.required(body, 'content'), route, required);
  if (WITHOUT_BODY.includes(method)) {
    reading.note('ignoredBody', body, route);
    return undefined;
  }
  const isNoted = required;
  const json = media.filter(({ type, place: at, schema }) => {
    if (!isJsonType(type)) {
      reading.note(isMediaRange(type) ? 'rangeMediaType' : 'otherMediaType', at, route, type);
      return false;
    }
    if (binaryMediaTypes !== undefined && coversMediaType(binaryMediaTypes, type)) {
      reading.note('coveredByBinary', at, route, type);
      return false;
    }
    if (schema === undefined) {
      reading.note('bodyWithoutSchema', at, route, type);
    }
    return schema !== undefined;
  });
  const schemas = bodySchemas(reading, json, isNoted ? route : undefined);
  const [first, ...others] = schemas;
  if (first === undefined) {
    return undefined;
  }
  if (!required) {
    reading.note('optionalBody', body, route);
  }
  return {
    ...first,
    required,
    ...(others.length === 0 ? {} : { others }),
    ...(json.length < media.length ? { otherTypes: true } : {}),
  };
}

/**
 * Binary media types of the answers of an operation.
 *
 * @param binaryMediaTypes the API's own list, where it is set
 */
export function readResponses(
  reading: Reading,
  operation: Place<JsonObject>,
  route: string,
  binaryMediaTypes: readonly string[] = [],
): void {
  const { document } = reading;
  const responses = document.member(operation, 'responses');
  if (responses === undefined) {
    return;
  }
  for (const { name, place } of document.members(document.map(responses))) {
    if (name.startsWith('x-')) {
      continue;
    }
    document.attempt(() => {
      const content = document.member(document.object(place), 'content');
      for (const { type, place: at, schema } of content === undefined ? [] : mediaOf(reading, content)) {
        if (noteBinary(reading, type, schema, at) && !binaryMediaTypes.includes('*/*')) {
          reading.note('binaryAnswer', at, route, type);
        }
      }
    });
  }
}

function readContent(reading: Reading, content: Place, route: string, required: boolean): Media[] {
  return mediaOf(reading, content).map((media) => {
    const { place, type, schema } = media;
    reading.checkMembers('mediaType', place);
    if (reading.document.member(place, 'encoding') !== undefined && required) {
      reading.note('encoding', place, route);
    }
    noteBinary(reading, type, schema, place);
    return media;
  });
}

function mediaOf(reading: Reading, content: Place): Media[] {
  const { document } = reading;
  return document.members(document.map(content)).flatMap(({ name, place }) => {
    const media = document.attempt(() => {
      const type = mediaTypeOf(name);
      if (type === undefined) {
        return document.fail(place, `${show(name)} is not a media type, allowed is for example "application/json"`);
      }
      const object = document.object(place);
      return { type, place: object, schema: document.member(object, 'schema') };
    });
    return media === undefined ? [] : [media];
  });
}

/** One schema for all media types that have the same; API Gateway does not tell parameters of a media type apart. */
function bodySchemas(reading: Reading, media: readonly Media[], route: string | undefined): BodySchema[] {
  const { document } = reading;
  const byText = new Map<string, { schema: BodySchema['schema']; contentTypes: string[] }>();
  const textByType = new Map<string, string>();
  for (const { type, place, schema } of media) {
    const converted = schema && document.attempt(() => requestSchema(document, schema, onNote(reading, route)));
    if (converted === undefined) {
      continue;
    }
    const text = JSON.stringify(converted);
    const other = textByType.get(type);
    if (other === text) {
      continue;
    }
    if (other !== undefined) {
      document.attempt(() =>
        document.fail(
          place,
          `is ${type} with another schema, allowed is one schema for a media type with and without parameters`,
        ),
      );
      continue;
    }
    textByType.set(type, text);
    const known = byText.get(text);
    if (known === undefined) {
      byText.set(text, { schema: converted, contentTypes: [type] });
    } else {
      known.contentTypes.push(type);
    }
  }
  return [...byText.values()];
}

function onNote(reading: Reading, route: string | undefined) {
  return route === undefined
    ? undefined
    : (kind: Parameters<Reading['note']>[0], place: Place, detail?: string) => reading.note(kind, place, route, detail);
}

/** Whether bodies of a media type are bytes; remembers the type. */
function noteBinary(reading: Reading, type: string, schema: Place | undefined, place: Place): boolean {
  const isBytes = isBinaryType(type) || (schema !== undefined && isBinaryFormat(reading, schema));
  if (isBytes && !reading.binary.has(type)) {
    reading.binary.set(type, place);
  }
  return isBytes;
}

/** `format: binary` of OpenAPI 3.0, which many write in 3.1 too. */
function isBinaryFormat({ document }: Reading, place: Place): boolean {
  if (!isObject(place.value)) {
    return false;
  }
  const { value } = document.object(place);
  return value.format === 'binary' && [value.type].flat().includes('string');
}
