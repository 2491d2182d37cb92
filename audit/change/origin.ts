import type { Json } from '../json';
import type { Expression } from '../reader/configuration';
import { resolveReferences } from '../reader/references';
import type { Resource, Stack } from '../reader/stack';
import { canonical } from './value-order';

/**
 * Where a value that is known only after apply comes from: `same`, the attribute that it came from before, of a resource that is
 * made anew; another resource for certain, as text; or it cannot be told.
 */
export type Origin = 'same' | 'unknown' | (string & {});

/** Tells by the references of the configuration what a value will be that is known only after apply. */
export function origin(
  resource: Resource,
  stack: Stack | undefined,
  expression: Expression,
  old: Json | undefined,
): Origin {
  if (stack === undefined || expression.references.length === 0) {
    return 'unknown';
  }
  const { targets, unresolved } = resolveReferences(stack, resource, expression);
  const [target] = targets;
  if (target?.attribute === undefined || targets.length !== 1 || unresolved.length > 0) {
    return isTemplate(expression.constant) && filledIn(resource, stack, expression.constant) === old
      ? 'same'
      : 'unknown';
  }
  const before = target.resource.before?.layersOf(target.attribute).after;
  if (isTemplate(expression.constant)) {
    const filled = filledIn(resource, stack, expression.constant);
    if (filled !== undefined) {
      return filled === old ? 'same' : 'unknown';
    }
  } else if (before !== undefined && before !== null && canonical(before) === canonical(old)) {
    return 'same';
  }
  const text = `${target.resource.address}.${target.attribute}`;
  // What a resource that is new has is another value, unless it takes the place of one that goes with the same name.
  const isNew = target.resource.before === undefined && target.resource.mode === 'managed';
  return isNew && stack.destroyed.every(({ type }) => type !== target.resource.type) ? text : 'unknown';
}

function isTemplate(constant: Json | undefined): constant is string {
  return typeof constant === 'string';
}

/** A template with what its references were before the plan; undefined where one of them is not known. */
function filledIn(resource: Resource, stack: Stack, template: string): string | undefined {
  let isKnown = true;
  const text = template.replace(/\$\{([^{}]+)\}/g, (_, reference: string) => {
    const { targets, unresolved } = resolveReferences(stack, resource, {
      references: [reference],
      constant: undefined,
    });
    const [target] = targets;
    const value =
      target?.attribute !== undefined && targets.length === 1 && unresolved.length === 0
        ? target.resource.before?.layersOf(target.attribute).after
        : undefined;
    isKnown &&= typeof value === 'string';
    return String(value);
  });
  return isKnown ? text : undefined;
}
