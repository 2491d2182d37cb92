import type { Json } from './document';

type Schema = Record<string, Json>;

/**
 * The definitions of a model, to which its schemas refer: one for each way in which a schema of the document is used. They are
 * converted after what refers to them, so that schemas may refer to each other in cycles.
 */
export class Definitions<Use> {
  private readonly names = new Map<string, string>();
  private readonly taken = new Set<string>();
  private readonly waiting: { readonly name: string; readonly use: Use }[] = [];

  /**
   * Name of the definition of a schema; a new one waits to be converted.
   *
   * @param pointer JSON pointer of the schema, by whose last part it is called
   * @param way what tells this use of the schema from others
   */
  nameOf(pointer: string, way: readonly unknown[], use: Use): string {
    const key = JSON.stringify([pointer, ...way]);
    const known = this.names.get(key);
    if (known !== undefined) {
      return known;
    }
    const wanted = (pointer.split('/').pop() ?? '').replaceAll(/[^A-Za-z0-9_]/g, '_') || 'Root';
    let name = wanted;
    for (let count = 2; this.taken.has(name); count += 1) {
      name = `${wanted}_${count}`;
    }
    this.taken.add(name);
    this.names.set(key, name);
    this.waiting.push({ name, use });
    return name;
  }

  /** Converts everything referred to so far, and what that refers to, sorted by name. */
  convert(convert: (use: Use) => Schema): Schema {
    const converted = new Map<string, Schema>();
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) {
      converted.set(next.name, convert(next.use));
    }
    return Object.fromEntries([...converted].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
