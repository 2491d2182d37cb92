import { OpenApiError, type OpenApiFault } from './faults';

/** A value inside a JSON document. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** A value of the document and where it is. */
export interface Place<T extends Json = Json> {
  readonly value: T;
  /** JSON pointer (RFC 6901), empty for the document itself. */
  readonly pointer: string;
}

/** Versions of OpenAPI that are read. */
export type OpenApiVersion = '3.0' | '3.1';

/** An OpenAPI document: places, references, and faults that name them. */
export class OpenApiDocument {
  readonly root: Place<JsonObject>;
  readonly version: OpenApiVersion;
  /** Faults that the reading went on after, by what they say. */
  private readonly faults = new Map<string, OpenApiFault>();

  /**
   * @param lineOf line of a JSON pointer in the text that the document was read from
   * @throws {OpenApiError} when it is no OpenAPI document of a version that is read
   */
  constructor(
    document: unknown,
    readonly source: string,
    private readonly lineOf: (pointer: string) => number | undefined = () => undefined,
  ) {
    if (!isObject(document)) {
      this.fail({ pointer: '' }, 'is not a JSON object, expected an OpenAPI document of version 3.0 or 3.1');
    }
    this.root = { value: document, pointer: '' };
    if (document.openapi === undefined && document.swagger !== undefined) {
      this.fail(
        { pointer: '/swagger' },
        `is Swagger ${show(document.swagger)}, allowed is OpenAPI 3.0 or 3.1: convert it, for example with swagger2openapi`,
      );
    }
    this.version = this.versionOf(document.openapi);
  }

  private versionOf(version: Json | undefined): OpenApiVersion {
    const minor = typeof version === 'string' ? /^(3\.[01])(\.|$)/.exec(version)?.[1] : undefined;
    return minor === '3.0' || minor === '3.1'
      ? minor
      : this.fail({ pointer: '/openapi' }, `version is ${show(version)}, allowed are 3.0.x and 3.1.x`);
  }

  /** @throws {OpenApiError} always */
  fail(place: { readonly pointer: string }, text: string): never {
    const { pointer } = place;
    throw new OpenApiError([{ source: this.source, pointer, text, line: this.lineOf(pointer) }]);
  }

  /** Does a part of the reading. A fault in it is kept for {@link conclude}, and the reading goes on behind it. */
  attempt<T>(part: () => T): T | undefined {
    try {
      return part();
    } catch (error) {
      if (!(error instanceof OpenApiError)) {
        throw error;
      }
      for (const fault of error.faults) {
        this.faults.set(`${fault.pointer} ${fault.text}`, fault);
      }
      return undefined;
    }
  }

  /**
   * Ends a reading, or a part of it.
   *
   * @param known number of faults that were kept when it began
   * @throws {OpenApiError} with every fault that was kept since
   */
  conclude(known = 0): void {
    const faults = [...this.faults.values()].slice(known);
    if (faults.length > 0) {
      throw new OpenApiError(faults);
    }
  }

  /** Number of faults that were kept. */
  get faultCount(): number {
    return this.faults.size;
  }

  /** A member of an object, or `undefined` when it is absent. */
  member(parent: Place<JsonObject>, name: string): Place | undefined {
    const value = Object.hasOwn(parent.value, name) ? parent.value[name] : undefined;
    return value === undefined ? undefined : { value, pointer: `${parent.pointer}/${escapePointer(name)}` };
  }

  /** A member that has to be there. */
  required(parent: Place<JsonObject>, name: string): Place {
    return this.member(parent, name) ?? this.fail(parent, `has no ${show(name)}`);
  }

  /** Members of an object, in their order. */
  members(parent: Place<JsonObject>): { readonly name: string; readonly place: Place }[] {
    return Object.keys(parent.value).flatMap((name) => {
      const place = this.member(parent, name);
      return place === undefined ? [] : [{ name, place }];
    });
  }

  /** The place as an object, following `$ref` within the document. */
  object(place: Place): Place<JsonObject> {
    let current = place;
    const seen = new Set<string>();
    for (;;) {
      if (!isObject(current.value)) {
        return this.fail(current, `is ${show(current.value)}, expected an object`);
      }
      const found: Place<JsonObject> = { value: current.value, pointer: current.pointer };
      const reference = this.member(found, '$ref');
      if (reference === undefined) {
        return found;
      }
      if (seen.has(current.pointer)) {
        this.fail(place, 'refers to itself');
      }
      seen.add(current.pointer);
      current = this.target(reference);
    }
  }

  /** An object whose members are named by the author, so that one called `$ref` is no reference. */
  map(place: Place): Place<JsonObject> {
    if (!isObject(place.value)) {
      return this.fail(place, `is ${show(place.value)}, expected an object`);
    }
    return { value: place.value, pointer: place.pointer };
  }

  list(place: Place): Place[] {
    const { value, pointer } = place;
    if (!Array.isArray(value)) {
      return this.fail(place, `is ${show(value)}, expected a list`);
    }
    return value.map((item: Json, index) => ({ value: item, pointer: `${pointer}/${index}` }));
  }

  text(place: Place): string {
    if (typeof place.value !== 'string') {
      return this.fail(place, `is ${show(place.value)}, expected a text`);
    }
    return place.value;
  }

  flag(place: Place): boolean {
    if (typeof place.value !== 'boolean') {
      return this.fail(place, `is ${show(place.value)}, expected true or false`);
    }
    return place.value;
  }

  /** What a `$ref` points at. */
  target(reference: Place): Place {
    const text = this.text(reference);
    if (text !== '#' && !text.startsWith('#/')) {
      this.fail(reference, `refers to ${show(text)}, allowed are references within the document, "#/…"`);
    }
    let current: Place = this.root;
    for (const part of text.split('/').slice(1)) {
      const name = this.decode(part, reference).replaceAll('~1', '/').replaceAll('~0', '~');
      const value: Json | undefined = Array.isArray(current.value)
        ? current.value[Number(name)]
        : isObject(current.value) && Object.hasOwn(current.value, name)
          ? current.value[name]
          : undefined;
      if (value === undefined) {
        return this.fail(reference, `refers to ${show(text)}, which is not in the document`);
      }
      current = { value, pointer: `${current.pointer}/${escapePointer(name)}` };
    }
    return current;
  }

  private decode(part: string, reference: Place): string {
    try {
      return decodeURIComponent(part);
    } catch {
      return this.fail(reference, `refers to ${show(reference.value)}, which is not a URI fragment`);
    }
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value for an error message, shortened. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
