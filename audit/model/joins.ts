import type { Attributes } from '../reader/attributes';
import { resolveReferences } from '../reader/references';
import type { Resource, Stack } from '../reader/stack';
import { type Known, known, type Unknown, unknown } from '../three-valued';

/** What an attribute that refers to another resource leads to. */
export type Join =
  | { readonly kind: 'absent' }
  | { readonly kind: 'resource'; readonly resource: Resource }
  /** The plan destroys what the attribute refers to. */
  | { readonly kind: 'destroyed'; readonly resource: Resource }
  /** The id is known, and nothing in the stack has it. */
  | { readonly kind: 'external'; readonly id: Known<string> }
  | Unknown;

/**
 * Joins by id where the plan knows it, else by the references of the configuration (on a first plan every id is unknown).
 *
 * @param attributes where the attribute stands: the resource's own, or those of a block of it
 * @param types resource types that the attribute may refer to
 * @param idAttributes attributes of those types that hold the value: `id`, for a path also `root_resource_id`
 */
export function join(
  stack: Stack,
  from: Resource,
  attributes: Attributes,
  attribute: string,
  types: readonly string[],
  idAttributes: readonly string[] = ['id'],
): Join {
  const value = attributes.string(attribute);
  if (value.kind === 'absent') {
    return value;
  }
  if (value.kind === 'known') {
    const found = types.flatMap((type) => idAttributes.flatMap((id) => stack.withAttribute(type, id, value.value)))[0];
    if (found !== undefined) {
      return { kind: 'resource', resource: found };
    }
    const gone = types.flatMap((type) => idAttributes.flatMap((id) => stack.destroyedWith(type, id, value.value)))[0];
    if (gone !== undefined) {
      return { kind: 'destroyed', resource: gone };
    }
  }
  const expression = attributes.expression(attribute);
  if (expression !== undefined && expression.references.length > 0) {
    const { targets } = resolveReferences(stack, from, expression);
    const resources = new Set(
      targets.map((target) => target.resource).filter((resource) => types.includes(resource.type)),
    );
    const [only] = resources;
    if (only !== undefined && resources.size === 1) {
      return { kind: 'resource', resource: only };
    }
    if (resources.size > 1) {
      return unknown(`one of ${resources.size}: ${attribute} refers to all of them`);
    }
  }
  return value.kind === 'known' ? { kind: 'external', id: known(value.value, value.sensitive) } : value;
}
