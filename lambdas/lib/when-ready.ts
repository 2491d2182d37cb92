/**
 * Hands a value on: at once where it is there, else when the promise of it resolves. What answers at once stays without a promise,
 * so that it costs no turn of the event loop's microtasks; an `await` would always cost one.
 */
export function whenReady<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
