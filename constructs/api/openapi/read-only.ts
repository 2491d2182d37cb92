import { isObject, type JsonObject, type OpenApiDocument, type Place } from './document';

const NONE: ReadonlySet<string> = new Set();
/** Keywords whose schemas speak of the same value as the schema that they stand in, and all of them hold. */
const ALL = ['allOf'];
/** The same, where one of them may hold. */
const SOME = ['anyOf', 'oneOf'];
const CONDITIONAL = ['then', 'else'];

/**
 * What schemas say of the properties of one and the same value, also behind `$ref`, `allOf`, `anyOf`, `oneOf`, `then`, `else` and
 * `dependentSchemas`: a property may be declared in one of them and required in another.
 */
export class ReadOnlyProperties {
  private readonly hiddenByPointer = new Map<string, ReadonlySet<string>>();
  private readonly certainByPointer = new Map<string, ReadonlySet<string>>();
  private readonly requiredByPointer = new Map<string, ReadonlySet<string>>();

  constructor(private readonly document: OpenApiDocument) {}

  /** Names of properties that are `readOnly` by any of the schemas. */
  hidden(place: Place): ReadonlySet<string> {
    return this.closure(place, this.hiddenByPointer, [...ALL, ...SOME, ...CONDITIONAL], (schema) => this.own(schema));
  }

  /** Names of properties that are `readOnly` by a schema that holds in any case. */
  certain(place: Place): ReadonlySet<string> {
    return this.closure(place, this.certainByPointer, ALL, (schema) => this.own(schema));
  }

  /** Names of properties that any of the schemas requires. */
  required(place: Place): ReadonlySet<string> {
    return this.closure(place, this.requiredByPointer, [...ALL, ...SOME, ...CONDITIONAL], ({ value }) => {
      const { required } = value;
      return Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
    });
  }

  private closure(
    place: Place,
    known: Map<string, ReadonlySet<string>>,
    keywords: readonly string[],
    own: (schema: Place<JsonObject>) => readonly string[],
  ): ReadonlySet<string> {
    const cached = known.get(place.pointer);
    if (cached !== undefined) {
      return cached;
    }
    const names = new Set<string>();
    const seen = new Set<string>();
    const visit = (at: Place): void => {
      if (!isObject(at.value) || seen.has(at.pointer)) {
        return;
      }
      seen.add(at.pointer);
      const schema: Place<JsonObject> = { value: at.value, pointer: at.pointer };
      for (const name of own(schema)) {
        names.add(name);
      }
      for (const next of this.sameValue(schema, keywords)) {
        visit(next);
      }
    };
    visit(place);
    const result = names.size === 0 ? NONE : names;
    known.set(place.pointer, result);
    return result;
  }

  private sameValue(schema: Place<JsonObject>, keywords: readonly string[]): Place[] {
    const { document } = this;
    const target = this.targetOf(schema);
    const found = target === undefined ? [] : [target];
    for (const keyword of keywords) {
      const member = document.member(schema, keyword);
      if (member !== undefined) {
        found.push(...(Array.isArray(member.value) ? document.list(member) : [member]));
      }
    }
    const dependent = keywords.includes('then') ? document.member(schema, 'dependentSchemas') : undefined;
    if (dependent !== undefined && isObject(dependent.value)) {
      found.push(...document.members(document.map(dependent)).map((entry) => entry.place));
    }
    return found;
  }

  /** Names of the properties that a schema itself declares as `readOnly`. */
  private own(schema: Place<JsonObject>): string[] {
    const properties = this.document.member(schema, 'properties');
    if (properties === undefined || !isObject(properties.value)) {
      return [];
    }
    const entries = this.document.members(this.document.map(properties));
    return entries.filter(({ place }) => this.isReadOnly(place, new Set())).map(({ name }) => name);
  }

  private isReadOnly(place: Place, seen: Set<string>): boolean {
    if (!isObject(place.value) || seen.has(place.pointer)) {
      return false;
    }
    seen.add(place.pointer);
    const schema: Place<JsonObject> = { value: place.value, pointer: place.pointer };
    if (place.value.readOnly === true) {
      return true;
    }
    const target = this.targetOf(schema);
    const branches = (keyword: string): Place[] => {
      const member = this.document.member(schema, keyword);
      return member !== undefined && Array.isArray(member.value) ? this.document.list(member) : [];
    };
    const every = SOME.map(branches).some(
      (places) => places.length > 0 && places.every((branch) => this.isReadOnly(branch, new Set(seen))),
    );
    return (
      every ||
      (target !== undefined && this.isReadOnly(target, seen)) ||
      ALL.flatMap(branches).some((branch) => this.isReadOnly(branch, seen))
    );
  }

  /** What a `$ref` points at; a broken one is the converter's to tell. */
  private targetOf(schema: Place<JsonObject>): Place | undefined {
    const reference = this.document.member(schema, '$ref');
    return reference === undefined ? undefined : this.document.attempt(() => this.document.target(reference));
  }
}
