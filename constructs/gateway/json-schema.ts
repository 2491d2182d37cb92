import { isObject, type Json, type JsonObject, type OpenApiDocument, type Place, show } from './openapi-document';

/** Keywords that mean the same in OpenAPI 3.0 and in JSON Schema draft 4 and hold no schema. */
const PLAIN = [
  'minItems',
  'maxItems',
  'uniqueItems',
  'minLength',
  'maxLength',
  'pattern',
  'minimum',
  'maximum',
  'multipleOf',
  'minProperties',
  'maxProperties',
];
/** Keywords that say nothing about what is valid; leaving them out keeps a deployment still when only prose changes. */
const ANNOTATIONS = [
  'title',
  'description',
  'default',
  'example',
  'examples',
  'deprecated',
  'discriminator',
  'externalDocs',
  'readOnly',
  'writeOnly',
  'xml',
  '$comment',
];
const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
/** Formats of draft 4; others (`int64`, `uuid`, `date`) are OpenAPI's own, and no API Gateway model knows them. */
const FORMATS = ['date-time', 'email', 'hostname', 'ipv4', 'ipv6', 'uri'];
const LISTS = ['allOf', 'anyOf', 'oneOf'];

/**
 * Converts a schema of an OpenAPI 3.0 document into a self-contained JSON Schema draft 4, as a model of API Gateway has
 * to be: what it refers to is put into `definitions`, so schemas may refer to each other in cycles. Properties that are
 * `readOnly` are not required of a request.
 *
 * @see https://spec.openapis.org/oas/v3.0.3#schema-object
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
 * @throws {OpenApiError} for a keyword of another JSON Schema version, or a malformed one
 */
export function requestSchema(document: OpenApiDocument, place: Place): Record<string, Json> {
  const converter = new SchemaConverter(document);
  // Draft 4 ignores what stands beside a $ref, so the root is no $ref: the definitions stand there.
  const schema = converter.convert(document.object(place));
  const definitions = converter.definitions();
  return {
    $schema: 'http://json-schema.org/draft-04/schema#',
    ...schema,
    ...(Object.keys(definitions).length === 0 ? {} : { definitions }),
  };
}

class SchemaConverter {
  private readonly names = new Map<string, string>();
  private readonly taken = new Set<string>();
  private readonly converted = new Map<string, Record<string, Json>>();
  private readonly waiting: Place[] = [];

  constructor(private readonly document: OpenApiDocument) {}

  convert(place: Place): Record<string, Json> {
    if (!isObject(place.value)) {
      this.document.fail(place, `schema is ${show(place.value)}, expected an object`);
    }
    const schema: Place<JsonObject> = { value: place.value, pointer: place.pointer };
    const reference = this.document.member(schema, '$ref');
    if (reference !== undefined) {
      // OpenAPI 3.0 ignores whatever stands beside a $ref.
      return { $ref: `#/definitions/${this.definitionOf(this.document.target(reference))}` };
    }
    const result: Record<string, Json> = {};
    for (const { name, place: member } of this.document.members(schema)) {
      Object.assign(result, this.keyword(schema, name, member));
    }
    return result;
  }

  /** Everything referred to so far, and what that refers to, sorted by name. */
  definitions(): Record<string, Json> {
    for (let place = this.waiting.shift(); place !== undefined; place = this.waiting.shift()) {
      this.converted.set(this.names.get(place.pointer) ?? '', this.convert(place));
    }
    return Object.fromEntries([...this.converted].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private keyword(schema: Place<JsonObject>, name: string, member: Place): Record<string, Json> {
    if (PLAIN.includes(name)) {
      return { [name]: member.value };
    }
    if (ANNOTATIONS.includes(name) || name.startsWith('x-')) {
      return {};
    }
    if (LISTS.includes(name)) {
      return { [name]: this.document.list(member).map((item) => this.convert(item)) };
    }
    switch (name) {
      case 'type':
        return { type: this.typeOf(schema, member) };
      case 'nullable':
        this.document.flag(member);
        return {};
      case 'format':
        return FORMATS.includes(this.document.text(member)) ? { format: member.value } : {};
      case 'enum':
        return { enum: this.document.list(member).map((item) => item.value) };
      case 'exclusiveMinimum':
      case 'exclusiveMaximum':
        return { [name]: this.document.flag(member) };
      case 'required':
        return this.required(schema, member);
      case 'properties': {
        const properties = this.document.members(this.plainObject(member));
        return { properties: Object.fromEntries(properties.map((entry) => [entry.name, this.convert(entry.place)])) };
      }
      case 'additionalProperties':
        return { additionalProperties: typeof member.value === 'boolean' ? member.value : this.convert(member) };
      case 'items':
      case 'not':
        return { [name]: this.convert(member) };
      default:
        return this.document.fail(member, `schema keyword ${show(name)} is not one of OpenAPI 3.0`);
    }
  }

  private typeOf(schema: Place<JsonObject>, member: Place): Json {
    const type = this.document.text(member);
    if (!TYPES.includes(type)) {
      this.document.fail(member, `type is ${show(type)}, allowed are ${TYPES.join(', ')}`);
    }
    // OpenAPI 3.0.3: `nullable` counts only beside `type`.
    return schema.value.nullable === true ? [type, 'null'] : type;
  }

  private required(schema: Place<JsonObject>, member: Place): Record<string, Json> {
    const properties = this.document.member(schema, 'properties');
    const declared = properties === undefined ? undefined : this.plainObject(properties);
    const names = this.document
      .list(member)
      .map((item) => this.document.text(item))
      .filter((name) => {
        const property = declared === undefined ? undefined : this.document.member(declared, name);
        return property === undefined || this.document.object(property).value.readOnly !== true;
      });
    // An empty list is no draft 4.
    return names.length === 0 ? {} : { required: names };
  }

  /** An object whose members are named by the author, so that one called `$ref` is no reference. */
  private plainObject(place: Place): Place<JsonObject> {
    if (!isObject(place.value)) {
      return this.document.fail(place, `is ${show(place.value)}, expected an object`);
    }
    return { value: place.value, pointer: place.pointer };
  }

  private definitionOf(place: Place): string {
    const known = this.names.get(place.pointer);
    if (known !== undefined) {
      return known;
    }
    const wanted = (place.pointer.split('/').pop() ?? '').replaceAll(/[^A-Za-z0-9_]/g, '_') || 'Root';
    let name = wanted;
    for (let count = 2; this.taken.has(name); count += 1) {
      name = `${wanted}_${count}`;
    }
    this.taken.add(name);
    this.names.set(place.pointer, name);
    this.waiting.push(place);
    return name;
  }
}
