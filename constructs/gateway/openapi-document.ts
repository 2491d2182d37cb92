/** A value inside a JSON document. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [name: string]: Json | undefined;
}

/** A fault of an OpenAPI document: the document, the place in it, what was found and what is allowed. */
export class OpenApiError extends Error {
  override readonly name = 'OpenApiError';

  constructor(
    /** Name of the document, as the caller gave it. */
    readonly source: string,
    /** JSON pointer (RFC 6901) of the fault. */
    readonly pointer: string,
    fault: string,
  ) {
    super(`${source}#${pointer}: ${fault}`);
  }
}

/** A value of the document and where it is. */
export interface Place<T extends Json = Json> {
  readonly value: T;
  /** JSON pointer (RFC 6901), empty for the document itself. */
  readonly pointer: string;
}

/** An OpenAPI 3.0 document: places, references, and errors that name them. */
export class OpenApiDocument {
  readonly root: Place<JsonObject>;

  /** @throws {OpenApiError} when it is no OpenAPI 3.0 document */
  constructor(
    document: unknown,
    readonly source: string,
  ) {
    if (!isObject(document)) {
      throw new OpenApiError(source, '', 'is no JSON object, expected an OpenAPI 3.0 document');
    }
    this.root = { value: document, pointer: '' };
    const version = document.openapi;
    if (typeof version !== 'string' || !/^3\.0(\.|$)/.test(version)) {
      this.fail({ pointer: '/openapi' }, `version is ${show(version)}, allowed is 3.0.x`);
    }
  }

  fail(place: { readonly pointer: string }, fault: string): never {
    throw new OpenApiError(this.source, place.pointer, fault);
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
      return this.fail(reference, `refers to ${show(reference.value)}, which is no URI fragment`);
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
