// Sizes and units by the arithmetic of the DynamoDB developer guide, written apart from what the local table counts.

/** Bytes of a value ("DynamoDB item sizes and formats"): UTF-8, a number about one byte for two digits and one more, 3 for a list or map and 1 for each element. */
function bytesOfValue(value) {
  if (typeof value === 'string') {
    return Buffer.byteLength(value);
  }
  if (typeof value === 'number') {
    return Math.ceil(String(Math.abs(value)).replace('.', '').length / 2) + 1;
  }
  if (typeof value === 'boolean' || value === null) {
    return 1;
  }
  const elements =
    value instanceof Map ? [...value] : Array.isArray(value) ? value.map((one) => ['', one]) : Object.entries(value);
  return 3 + elements.reduce((sum, [name, one]) => sum + 1 + Buffer.byteLength(name) + bytesOfValue(one), 0);
}

/** Bytes of an item. */
export function bytesOf(item) {
  return Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + bytesOfValue(value), 0);
}

/** Read units of a query that reads so many items of an index, whose total is rounded up. */
export function unitsOfQuery(bytes, items) {
  return Math.ceil((bytes * items) / 4096) / 2;
}

/** Read units of one item, read consistently. */
export function unitsOfGet(bytes) {
  return Math.ceil(bytes / 4096);
}

/** Write units of one item. */
export function unitsOfWrite(bytes) {
  return Math.ceil(bytes / 1024);
}

/** Names and types of everything in a value. */
export function shapeOf(value) {
  if (Array.isArray(value)) {
    return value.map(shapeOf);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, one]) => [name, shapeOf(one)]),
      )
    : typeof value;
}
