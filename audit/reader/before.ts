import { type Resource, Stack } from './stack';

/**
 * The stack as it is before the plan is applied: what stays as it was, what will be changed, and what will be destroyed. All its
 * values are known, so that joins go by ids; the expressions of the new configuration say nothing about it.
 *
 * @returns undefined when no plan was read, which alone tells of before
 */
export function stackBefore(stack: Stack): Stack | undefined {
  if (stack.source === 'synth' || stack.source === 'state') {
    return undefined;
  }
  const resources = stack.resources.flatMap((resource) => {
    if (resource.mode === 'data') {
      return [resource];
    }
    return resource.before === undefined ? [] : [asBefore(resource, resource.before)];
  });
  return new Stack(
    stack.name,
    stack.source,
    stack.file,
    stack.terraformVersion,
    [...resources, ...stack.destroyed.map((resource) => asBefore(resource, resource.attributes))],
    [],
    stack.modules,
    [],
    stack.sensitiveTexts,
  );
}

function asBefore(resource: Resource, before: Resource['attributes']): Resource {
  return { ...resource, attributes: before.withoutExpressions(), before: undefined, replacePaths: [] };
}
