import type { AuditModel } from '../../model/types';
import type { Resource } from '../../reader/stack';
import type { Placed } from './resources';

/** How a plan takes a resource away. */
export type Removal = 'delete' | 'replace' | 'forget';

/** A resource that is there before the plan, and what becomes of it; undefined: it stays. */
export interface Change {
  readonly placed: Placed;
  readonly removal: Removal | undefined;
}

/**
 * What becomes of the resources of these types that are there before the plan. Without a plan nothing is known of before, and there is no answer.
 * Actions are asked for membership: a replacement is `[delete, create]` or `[create, delete]`, one that leaves the old resource
 * alone `[create, forget]`.
 */
export function changesOf(model: AuditModel, types: ReadonlySet<string>): Change[] {
  return model.stacks.flatMap((stack) => {
    const isAsked = ({ type, mode }: Resource) => mode === 'managed' && types.has(type);
    const gone = stack.destroyed.filter(isAsked).map(
      (resource): Change => ({
        placed: { stack, resource },
        removal: resource.actions.includes('forget') ? 'forget' : 'delete',
      }),
    );
    const kept = stack.resources
      .filter((resource) => isAsked(resource) && resource.before !== undefined)
      .map((resource): Change => ({ placed: { stack, resource }, removal: removalOf(resource.actions) }));
    return [...gone, ...kept];
  });
}

function removalOf(actions: readonly string[]): Removal | undefined {
  return actions.includes('delete') ? 'replace' : actions.includes('forget') ? 'forget' : undefined;
}
