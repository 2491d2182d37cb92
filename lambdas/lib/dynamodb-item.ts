/**
 * Turns the attributes of a DynamoDB item into plain values. Sets become lists; binary values stay base64.
 *
 * @throws {Error} on a type that no record has
 */
export function fromAttributes(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, fromAttribute(value)]));
}

function fromAttribute(attribute: unknown): unknown {
  const [[type, value] = ['']] = Object.entries(attribute as Record<string, unknown>);
  switch (type) {
    case 'S':
    case 'BOOL':
    case 'SS':
    case 'B':
      return value;
    case 'N':
      return Number(value);
    case 'NULL':
      return null;
    case 'L':
      return (value as readonly unknown[]).map(fromAttribute);
    case 'M':
      return fromAttributes(value as Record<string, unknown>);
    default:
      throw new Error(`attribute type ${JSON.stringify(type)} is not supported`);
  }
}

/**
 * The opposite of {@link fromAttributes}, for what JSON can express. Members that are `undefined` are left out.
 *
 * @throws {Error} on a value that JSON cannot express
 */
export function toAttributes(item: object): Record<string, unknown> {
  const members = Object.entries(item).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.map(([name, value]) => [name, toAttribute(value)]));
}

function toAttribute(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
      return { S: value };
    case 'number':
      return { N: String(value) };
    case 'boolean':
      return { BOOL: value };
    case 'object':
      if (value === null) {
        return { NULL: true };
      }
      return Array.isArray(value) ? { L: value.map(toAttribute) } : { M: toAttributes(value) };
    default:
      throw new Error(`value of type ${typeof value} cannot be stored`);
  }
}
