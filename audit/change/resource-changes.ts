import type { AuditModel, Route } from '../model/types';
import type { Resource, Stack } from '../reader/stack';
import { type AttributeChange, attributeChanges } from './attribute-changes';
import { routesBehind } from './behind';
import { ATTRIBUTE_CLASSES } from './classes';

/** A resource that a plan changes, adds or takes away: of a type whose attributes have classes, or behind a route. */
export interface ResourceChange {
  readonly stack: Stack;
  readonly resource: Resource;
  readonly kind: 'changed' | 'added' | 'removed';
  /** Attributes that change, or may; none of a resource that is added or removed. */
  readonly attributes: readonly AttributeChange[];
  /** Routes that the resource stands behind; of one that is removed, before the plan. */
  routes(): readonly Route[];
}

/** Compared once: the matrix, the report and the rules answer from the same comparison. */
const COMPARED = new WeakMap<AuditModel, readonly ResourceChange[]>();

/** What the plans make of every resource on the path of a request, a token, a key or an alarm. Nothing without a plan. */
export function resourceChanges(model: AuditModel): readonly ResourceChange[] {
  let changes = COMPARED.get(model);
  if (changes === undefined) {
    const planned = new Set(model.before?.stacks.map(({ name }) => name));
    changes = model.stacks.filter(({ name }) => planned.has(name)).flatMap((stack) => ofStack(model, stack));
    COMPARED.set(model, changes);
  }
  return changes;
}

function isOfAws({ type }: Resource): boolean {
  return type.startsWith('aws_');
}

function ofStack(model: AuditModel, stack: Stack): ResourceChange[] {
  const isCompared = ({ mode, type }: Resource) => mode === 'managed' && ATTRIBUTE_CLASSES.has(type);
  const of = (resource: Resource, kind: ResourceChange['kind'], attributes: readonly AttributeChange[] = []) => ({
    stack,
    resource,
    kind,
    attributes,
    routes: () => routesBehind(model)(stack, resource),
  });
  // What answers a route may be of any type: a state machine, a load balancer.
  const others = stack.resources.filter(
    (resource) =>
      resource.mode === 'managed' && resource.before !== undefined && !isCompared(resource) && isOfAws(resource),
  );
  return [
    ...others.flatMap((resource) => {
      const attributes = attributeChanges(resource, stack).filter((change) => change.of === undefined);
      const change = of(resource, 'changed', attributes);
      return attributes.length === 0 || change.routes().length === 0 ? [] : [change];
    }),
    ...stack.resources.filter(isCompared).flatMap((resource) => {
      if (resource.before === undefined) {
        return [of(resource, 'added')];
      }
      const attributes = attributeChanges(resource, stack);
      return attributes.length === 0 ? [] : [of(resource, 'changed', attributes)];
    }),
    ...stack.destroyed.filter(isCompared).map((resource) => of(resource, 'removed')),
  ];
}
