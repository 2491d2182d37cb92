import type { Resource, Stack } from '../../reader/stack';

/** Made once for a stack: looking each address up in a list would take time that grows with the square of the plan. */
const INDEXES = new WeakMap<Stack, ReadonlyMap<string, Resource>>();

/** The resource of an address. */
export function resourceAt(stack: Stack, address: string): Resource | undefined {
  let index = INDEXES.get(stack);
  if (index === undefined) {
    index = new Map(stack.resources.map((resource) => [resource.address, resource]));
    INDEXES.set(stack, index);
  }
  return index.get(address);
}
