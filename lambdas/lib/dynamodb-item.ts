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
