/** Copies made here; none of them can change, so none has to be copied again. */
const copies = new WeakSet<object>();

/**
 * A copy that nobody can change: lists and plain objects are copied and frozen, at every depth. Other objects are taken as they are.
 *
 * A definition is read by several constructs, one after the other. What the caller changes between them must not reach the later ones.
 */
export function frozenCopy<T>(value: T): T {
  if (typeof value !== 'object' || value === null || copies.has(value)) {
    return value;
  }
  if (!Array.isArray(value) && !isPlain(value)) {
    return value;
  }
  const copy = Array.isArray(value)
    ? value.map((item) => frozenCopy(item))
    : Object.fromEntries(Object.entries(value).map(([name, member]) => [name, frozenCopy(member)]));
  copies.add(Object.freeze(copy));
  return copy as T;
}

/** Whether it has no class; an object of another realm has another `Object.prototype`, above which there is nothing either. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
