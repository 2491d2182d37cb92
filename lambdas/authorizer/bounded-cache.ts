/** A map with at most `size` entries, each valid until a time; the oldest entry makes room for a new one. */
export class BoundedCache<V> {
  private readonly entries = new Map<string, { readonly value: V; readonly until: number }>();

  constructor(private readonly size: number) {}

  get isEmpty(): boolean {
    return this.entries.size === 0;
  }

  get(key: string, now: number): V | undefined {
    const entry = this.entries.get(key);
    if (entry && now >= entry.until) {
      this.entries.delete(key);
      return undefined;
    }
    return entry?.value;
  }

  set(key: string, value: V, until: number): void {
    this.entries.delete(key);
    if (this.entries.size >= this.size) {
      for (const oldest of this.entries.keys()) {
        this.entries.delete(oldest);
        break;
      }
    }
    this.entries.set(key, { value, until });
  }
}
