/** The properties of `T` that may be `undefined` become optional, and are then never `undefined`. */
export type Defined<T> = {
  [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key];
} & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

/**
 * The object without its undefined properties: `{ a: 1, ...defined({ b, c }) }` has `b` and `c` only where they were given. Under
 * `exactOptionalPropertyTypes` an optional property that is left out is not the same as one that is undefined.
 *
 * `null`, `false`, `0` and `''` are values and stay.
 */
export function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
