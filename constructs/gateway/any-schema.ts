type Json = unknown;

/**
 * A self-contained schema of draft 4 that is met by what meets any of the given ones. Their definitions are put side by side under
 * names of their own.
 */
export function anyOfSchemas(schemas: readonly Readonly<Record<string, Json>>[]): Record<string, Json> {
  const definitions: Record<string, Json> = {};
  const anyOf = schemas.map((schema, index) => {
    const { $schema: _, definitions: own = {}, ...rest } = schema;
    const prefix = `S${index + 1}_`;
    for (const [name, definition] of Object.entries(own as Record<string, Json>)) {
      definitions[prefix + name] = renamed(definition, prefix);
    }
    return renamed(rest, prefix);
  });
  return {
    $schema: 'http://json-schema.org/draft-04/schema#',
    anyOf,
    ...(Object.keys(definitions).length === 0 ? {} : { definitions }),
  };
}

/** Lets references point at the definitions by their new names. Values of `enum` are data, not schemas. */
function renamed(value: Json, prefix: string): Json {
  if (Array.isArray(value)) {
    return value.map((item) => renamed(item, prefix));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (name === '$ref' && typeof member === 'string') {
        return [name, member.replace(/^#\/definitions\//, `#/definitions/${prefix}`)];
      }
      return [name, name === 'enum' && Array.isArray(member) ? member : renamed(member, prefix)];
    }),
  );
}
