/** The values that were set last, as many as fit. */
export class Remembered<T> {
  private readonly values = new Map<string, T>();

  constructor(private readonly capacity: number) {}

  get(key: string): T | undefined {
    return this.values.get(key);
  }

  set(key: string, value: T): void {
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size > this.capacity) {
      const [oldest = ''] = this.values.keys();
      this.values.delete(oldest);
    }
  }
}
