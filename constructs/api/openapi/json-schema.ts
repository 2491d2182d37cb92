import { Definitions } from './definitions';
import { isObject, type Json, type JsonObject, type OpenApiDocument, type Place, show } from './document';
import { Exactness, RECENT_PATTERN } from './exactness';
import { type EnforcedSchemaKeyword, keywordRule, keywordsOf } from './keywords';
import { nearestName } from './nearest';
import type { NoteKind } from './notes';
import { ReadOnlyProperties } from './read-only';
import { countOf, isRegularExpression, limitOf, numberOf, typeOf } from './schema-values';

type Schema = Record<string, Json>;

/** Formats of draft 4; others (`int64`, `uuid`, `date`) are OpenAPI's own, and no API Gateway model knows them. */
const FORMATS = ['date-time', 'email', 'hostname', 'ipv4', 'ipv6', 'uri'];
const DIALECTS =
  /^https:\/\/(spec\.openapis\.org\/oas\/3\.1\/dialect\/base|json-schema\.org\/draft\/2020-12\/schema)#?$/;
const HIDE_NOTHING: ReadonlySet<string> = new Set();

/** Told of what a schema says and a model does not. */
export type OnNote = (kind: NoteKind, place: Place, detail?: string) => void;

/**
 * Converts a schema of an OpenAPI document into a self-contained JSON Schema draft 4, as a model of API Gateway has to be: what it
 * refers to is put into `definitions`, so schemas may refer to each other in cycles. Properties that are `readOnly` are not required
 * of a request, wherever that is said.
 *
 * @see https://spec.openapis.org/oas/v3.0.3#schema-object
 * @see https://spec.openapis.org/oas/v3.1.1#schema-object
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
 * @throws {OpenApiError} with every keyword that is refused or malformed
 */
export function requestSchema(document: OpenApiDocument, place: Place, onNote: OnNote = () => undefined): Schema {
  const known = document.faultCount;
  const converter = new SchemaConverter(document, onNote);
  const converted = document.attempt(() => converter.root(place));
  document.conclude(known);
  return converted ?? {};
}

/** What is known of the value that a schema is for. */
interface Value {
  /** Properties that are `readOnly` by schemas around this one. */
  readonly hidden: ReadonlySet<string>;
  /** Within `not` and `if` a dropped demand would turn the meaning round, so nothing is dropped. */
  readonly literal: boolean;
}

const ANY_VALUE: Value = { hidden: HIDE_NOTHING, literal: false };

interface Keyword {
  readonly schema: Place<JsonObject>;
  readonly member: Place;
  readonly value: Value;
}

/** Members of the converted schema; `and` are schemas that hold besides. */
type Converted = Schema | { readonly and: readonly Json[] };
type Handler = (keyword: Keyword) => Converted;

class SchemaConverter {
  private readonly definitions = new Definitions<{ readonly place: Place; readonly value: Value }>();
  private readonly readOnly: ReadOnlyProperties;
  private readonly exactness: Exactness;

  constructor(
    private readonly document: OpenApiDocument,
    private readonly onNote: OnNote,
  ) {
    this.readOnly = new ReadOnlyProperties(document);
    this.exactness = new Exactness(document);
  }

  root(place: Place): Schema {
    // Draft 4 ignores what stands beside a $ref, so the root is no $ref: the definitions stand there.
    const start = typeof place.value === 'boolean' ? place : this.withoutReference(place);
    const schema = this.convert(start, ANY_VALUE);
    const definitions = this.definitions.convert(
      ({ place: referred, value }) => this.document.attempt(() => this.convert(referred, value)) ?? {},
    );
    return {
      $schema: 'http://json-schema.org/draft-04/schema#',
      ...('$ref' in schema ? { allOf: [schema] } : schema),
      ...(Object.keys(definitions).length === 0 ? {} : { definitions }),
    };
  }

  /** Follows references as long as nothing stands beside them that counts. */
  private withoutReference(place: Place): Place {
    let current = place;
    const seen = new Set<string>();
    for (;;) {
      const { value, pointer } = current;
      if (!isObject(value) || !Object.hasOwn(value, '$ref') || this.hasSiblings(value)) {
        return current;
      }
      if (seen.has(pointer)) {
        this.document.fail(place, 'refers to itself');
      }
      seen.add(pointer);
      current = this.document.target(this.document.required({ value, pointer }, '$ref'));
    }
  }

  private convert(place: Place, value: Value): Schema {
    const { document } = this;
    if (typeof place.value === 'boolean' && document.version === '3.1') {
      return place.value ? {} : { not: {} };
    }
    if (!isObject(place.value)) {
      return document.fail(place, `schema is ${show(place.value)}, expected an object`);
    }
    const schema: Place<JsonObject> = { value: place.value, pointer: place.pointer };
    const reference = document.member(schema, '$ref');
    if (reference !== undefined && !this.hasSiblings(schema.value)) {
      return this.reference(reference, value);
    }
    const result: Schema = {};
    const and: Json[] = [];
    for (const { name, place: member } of document.members(schema)) {
      const converted = document.attempt(() => this.keyword(name, { schema, member, value })) ?? {};
      if (isConjunction(converted)) {
        and.push(...converted.and);
      } else {
        Object.assign(result, converted);
      }
    }
    if (and.length > 0) {
      result.allOf = [...((result.allOf as Json[] | undefined) ?? []), ...and];
    }
    return result;
  }

  private keyword(name: string, keyword: Keyword): Converted {
    const { document } = this;
    const { member } = keyword;
    const rule = keywordRule('schema', name, document.version);
    if (rule === undefined) {
      return name.startsWith('x-') ? {} : this.unknown(name, member);
    }
    if (rule.treatment === 'refused') {
      document.fail(member, `schema keyword ${show(name)} cannot be kept: ${rule.how}`);
    }
    if (rule.treatment === 'backend' && rule.demandsNothing !== true) {
      this.onNote('keyword', member, name);
    }
    const handler = Object.hasOwn(this.handlers, name) ? this.handlers[name as EnforcedSchemaKeyword] : undefined;
    return handler?.(keyword) ?? {};
  }

  /** OpenAPI 3.0 has no keywords but its own; those of 3.1 may be anything, and demand nothing. */
  private unknown(name: string, member: Place): Converted {
    const { document } = this;
    if (document.version === '3.0') {
      document.fail(member, `schema keyword ${show(name)} is not one of OpenAPI 3.0`);
    }
    if (name === 'nullable') {
      document.fail(member, 'schema keyword "nullable" is not one of OpenAPI 3.1, allowed is "null" in "type"');
    }
    const nearest = nearestName(name, keywordsOf('schema', '3.1'));
    if (nearest !== undefined) {
      document.fail(member, `schema keyword ${show(name)} is not one of OpenAPI 3.1, did you mean ${show(nearest)}?`);
    }
    this.onNote('keyword', member, name);
    return {};
  }

  /** Converters of the keywords that are enforced, and of those that stand in the model whether they are or not. */
  private readonly handlers: Record<EnforcedSchemaKeyword | 'minItems' | 'maxItems' | 'format', Handler> & {
    exclusiveMinimum: Handler;
  } = {
    type: ({ schema, member }) => ({ type: typeOf(this.document, schema, member) }),
    nullable: ({ member }) => {
      this.document.flag(member);
      return {};
    },
    enum: ({ member }) => ({ enum: this.document.list(member).map((item) => item.value) }),
    const: ({ member }) => ({ enum: [member.value] }),
    multipleOf: ({ member }) => ({ multipleOf: numberOf(this.document, member) }),
    minimum: (keyword) => limitOf(this.document, keyword.schema, 'minimum', 'exclusiveMinimum'),
    maximum: (keyword) => limitOf(this.document, keyword.schema, 'maximum', 'exclusiveMaximum'),
    exclusiveMinimum: (keyword) => limitOf(this.document, keyword.schema, 'minimum', 'exclusiveMinimum'),
    exclusiveMaximum: (keyword) => limitOf(this.document, keyword.schema, 'maximum', 'exclusiveMaximum'),
    minLength: ({ member }) => ({ minLength: countOf(this.document, member) }),
    maxLength: ({ member }) => ({ maxLength: countOf(this.document, member) }),
    minItems: ({ member }) => ({ minItems: countOf(this.document, member) }),
    maxItems: ({ member }) => ({ maxItems: countOf(this.document, member) }),
    minProperties: ({ member }) => ({ minProperties: countOf(this.document, member) }),
    maxProperties: ({ member }) => ({ maxProperties: countOf(this.document, member) }),
    uniqueItems: ({ member }) => ({ uniqueItems: this.document.flag(member) }),
    pattern: ({ member }) => this.pattern(member),
    format: ({ member }) => (FORMATS.includes(this.document.text(member)) ? { format: member.value } : {}),
    required: ({ schema, member, value }) => this.required(schema, member, value),
    readOnly: ({ member }) => {
      this.document.flag(member);
      return {};
    },
    properties: ({ member, value }) => ({ properties: this.schemas(member, within(value)) }),
    patternProperties: ({ member, value }) => this.patternProperties(member, within(value)),
    additionalProperties: ({ member, value }) => ({
      additionalProperties: typeof member.value === 'boolean' ? member.value : this.convert(member, within(value)),
    }),
    items: ({ schema, member, value }) => this.items(schema, member, within(value)),
    prefixItems: ({ member, value }) => ({
      items: this.document.list(member).map((item) => this.convert(item, within(value))),
    }),
    allOf: ({ schema, member, value }) => ({ allOf: this.branches(member, this.around(schema, value)) }),
    anyOf: ({ schema, member, value }) => ({ anyOf: this.branches(member, this.certainly(schema, value)) }),
    oneOf: ({ schema, member, value }) => this.oneOf(member, this.certainly(schema, value)),
    not: ({ member }) => this.not(member),
    if: ({ schema, member, value }) => this.conditional(schema, member, this.certainly(schema, value)),
    // What they say stands in the alternatives that "if" becomes.
    // biome-ignore lint/suspicious/noThenProperty: the name of the keyword
    then: () => ({}),
    else: () => ({}),
    dependentRequired: ({ schema, member, value }) => this.dependentRequired(member, this.around(schema, value)),
    dependentSchemas: ({ schema, member, value }) => ({
      and: this.document.members(this.document.map(member)).map(({ name, place }) => ({
        dependencies: { [name]: this.convert(place, this.certainly(schema, value)) },
      })),
    }),
    $ref: ({ schema, member, value }) => ({ and: [this.reference(member, this.around(schema, value))] }),
    $defs: () => ({}),
    $schema: ({ member }) => {
      if (!DIALECTS.test(this.document.text(member))) {
        this.document.fail(
          member,
          `dialect is ${show(member.value)}, allowed is the dialect of OpenAPI 3.1 or of JSON Schema 2020-12`,
        );
      }
      return {};
    },
  };

  /** Beside a `$ref` OpenAPI 3.0 ignores everything; of 3.1 counts what demands something. */
  private hasSiblings(schema: JsonObject): boolean {
    if (this.document.version === '3.0') {
      return false;
    }
    return Object.keys(schema).some(
      (name) => name !== '$ref' && keywordRule('schema', name, '3.1')?.demandsNothing !== true,
    );
  }

  private reference(reference: Place, value: Value): Schema {
    return { $ref: `#/definitions/${this.definitionOf(this.document.target(reference), value)}` };
  }

  private branches(member: Place, value: Value): Json[] {
    return this.document.list(member).map((item) => this.convert(item, value));
  }

  private schemas(member: Place, value: Value): Schema {
    const entries = this.document.members(this.document.map(member));
    return Object.fromEntries(
      entries.map(({ name, place }) => [name, this.document.attempt(() => this.convert(place, value)) ?? {}]),
    );
  }

  /** What may be demanded besides of the value of a schema: by all of them together. */
  private around(schema: Place<JsonObject>, value: Value): Value {
    return value.literal ? value : { ...value, hidden: union(value.hidden, this.readOnly.hidden(schema)) };
  }

  /** The same for alternatives: what the other alternatives say does not count. */
  private certainly(schema: Place<JsonObject>, value: Value): Value {
    return value.literal ? value : { ...value, hidden: union(value.hidden, this.readOnly.certain(schema)) };
  }

  private patternProperties(member: Place, value: Value): Schema {
    const { document } = this;
    for (const { name, place } of document.members(document.map(member))) {
      if (RECENT_PATTERN.test(name) || !isRegularExpression(name)) {
        document.fail(place, `name is ${show(name)}, allowed are regular expressions of ECMA 262, edition 5`);
      }
    }
    return { patternProperties: this.schemas(member, value) };
  }

  /** Without what API Gateway leaves out, it would refuse more and not less. */
  private not(member: Place): Converted {
    if (!this.exactness.isExact(member)) {
      this.onNote('weakened', member, 'not');
      return {};
    }
    return { not: this.convert(member, { hidden: HIDE_NOTHING, literal: true }) };
  }

  /** Where a demand is dropped, alternatives may no longer exclude each other. */
  private oneOf(member: Place, value: Value): Converted {
    const branches = this.branches(member, value);
    const isWeakened = this.document.list(member).some((branch) => {
      const hidden = union(value.hidden, this.readOnly.hidden(branch));
      const isDropped = [...this.readOnly.required(branch)].some((name) => hidden.has(name));
      return !this.exactness.isExact(branch) || (!value.literal && isDropped);
    });
    if (!isWeakened) {
      return { oneOf: branches };
    }
    this.onNote('weakened', member, 'oneOf');
    return { and: [{ anyOf: branches }] };
  }

  /** `if A then B else C` is: A and B, or not A and C. */
  private conditional(schema: Place<JsonObject>, member: Place, value: Value): Converted {
    const branch = (name: string): Json[] => {
      const place = this.document.member(schema, name);
      return place === undefined ? [] : [this.convert(place, value)];
    };
    if (!this.exactness.isExact(member)) {
      this.onNote('weakened', member, 'if');
      const both = [...branch('then'), ...branch('else')];
      return both.length === 2 ? { and: [{ anyOf: both }] } : {};
    }
    const condition = this.convert(member, { hidden: HIDE_NOTHING, literal: true });
    return {
      and: [{ anyOf: [{ allOf: [condition, ...branch('then')] }, { allOf: [{ not: condition }, ...branch('else')] }] }],
    };
  }

  private items(schema: Place<JsonObject>, member: Place, value: Value): Schema {
    const converted = this.convert(member, value);
    const isRest = this.document.version === '3.1' && Object.hasOwn(schema.value, 'prefixItems');
    return isRest ? { additionalItems: member.value === false ? false : converted } : { items: converted };
  }

  private pattern(member: Place): Schema {
    const text = this.document.text(member);
    if (RECENT_PATTERN.test(text)) {
      this.onNote('pattern', member);
      return {};
    }
    if (!isRegularExpression(text)) {
      this.document.fail(member, `pattern is ${show(text)}, which is not a regular expression of ECMA 262`);
    }
    return { pattern: text };
  }

  private required(schema: Place<JsonObject>, member: Place, value: Value): Schema {
    const hidden = value.literal ? HIDE_NOTHING : union(value.hidden, this.readOnly.hidden(schema));
    const listed = this.document.list(member).map((item) => this.document.text(item));
    const names = [...new Set(listed)].filter((name) => !hidden.has(name));
    // An empty list is no draft 4.
    return names.length === 0 ? {} : { required: names };
  }

  private dependentRequired(member: Place, value: Value): Converted {
    const entries = this.document.members(this.document.map(member)).map(({ name, place }) => {
      const names = this.document.list(place).map((item) => this.document.text(item));
      return { name, names: names.filter((one) => value.literal || !value.hidden.has(one)) };
    });
    // An empty list is no draft 4.
    return {
      and: entries
        .filter(({ names }) => names.length > 0)
        .map(({ name, names }) => ({ dependencies: { [name]: names } })),
    };
  }

  /** One definition for each way in which a schema is used: of requests it may have to demand less than by itself. */
  private definitionOf(place: Place, value: Value): string {
    const own = this.readOnly.hidden(place);
    const dropped = value.literal
      ? []
      : [...this.readOnly.required(place)].filter((name) => value.hidden.has(name) && !own.has(name)).sort();
    const use = { place, value: { literal: value.literal, hidden: new Set(dropped) } };
    return this.definitions.nameOf(place.pointer, [value.literal, ...dropped], use);
  }
}

/** A property or an item is another value, of which nothing is known yet. */
function within(value: Value): Value {
  return { hidden: HIDE_NOTHING, literal: value.literal };
}

function union(a: ReadonlySet<string>, b: ReadonlySet<string>): ReadonlySet<string> {
  return a.size === 0 ? b : b.size === 0 ? a : new Set([...a, ...b]);
}

function isConjunction(converted: Converted): converted is { readonly and: readonly Json[] } {
  return Object.hasOwn(converted, 'and');
}
