import { member } from '../json';
import type { Expression, ModuleCall, ModuleInstance } from './configuration';
import { type ResourceMode, toExpression } from './configuration';
import type { Resource, Stack } from './stack';
import { type InstanceKey, parseTraversal, type Step } from './traversal';

/** A resource instance that an expression refers to, and the attribute where the reference names one. */
export interface Target {
  readonly resource: Resource;
  readonly attribute: string | undefined;
}

/** What the references of an expression lead to. */
export interface Resolution {
  readonly targets: readonly Target[];
  /** References that lead nowhere that the plan shows: root variables, local values, resources outside. */
  readonly unresolved: readonly string[];
}

/** Where an expression is written. */
interface Place {
  readonly module: ModuleInstance;
  readonly key: InstanceKey;
  readonly repetition: Expression | undefined;
}

/** Chains of variables, outputs and local values that are longer than this are taken for circular. */
const DEEPEST_CHAIN = 32;

/**
 * Follows the references of an expression of a resource to resource instances: through module variables, module outputs, local
 * values, and `each.value`, and to the instance of the same key where the expression says `each.key` or `count.index`.
 */
export function resolveReferences(stack: Stack, from: Resource, expression: Expression): Resolution {
  const found = new Map<string, Target>();
  const unresolved = new Set<string>();
  const place: Place = { module: from.module, key: from.key, repetition: from.config?.repetition };
  follow(expression, place, 0);
  return { targets: [...found.values()], unresolved: [...unresolved] };

  function follow(current: Expression, at: Place, depth: number): void {
    const references = longest(current.references);
    const byKey = references.some(({ steps }) => isName(steps[0], 'each') || isName(steps[0], 'count'));
    for (const { text, steps } of references) {
      if (depth > DEEPEST_CHAIN || !followOne(steps, at, byKey, depth)) {
        unresolved.add(text);
      }
    }
  }

  function followOne(steps: readonly Step[], at: Place, byKey: boolean, depth: number): boolean {
    const [first, second] = steps;
    if (first === undefined || second === undefined || !('name' in first) || !('name' in second)) {
      return false;
    }
    switch (first.name) {
      case 'count':
      case 'path':
      case 'self':
      case 'terraform':
        return true;
      case 'each':
        if (second.name === 'value') {
          if (at.repetition === undefined) {
            return false;
          }
          follow({ ...at.repetition, references: [...at.repetition.references, 'each.key'] }, at, depth + 1);
        }
        return true;
      case 'local':
        return followDefined(at.module.config.locals.get(second.name), at, depth);
      case 'var':
        return followVariable(second.name, at.module.parent, depth);
      case 'module':
        return followOutput(second.name, steps.slice(2), at, byKey, depth);
      case 'data':
        return addInstances('data', second.name, steps.slice(2), at, byKey);
      default:
        return addInstances('managed', first.name, steps.slice(1), at, byKey);
    }
  }

  function followDefined(defined: Expression | undefined, at: Place, depth: number): boolean {
    if (defined !== undefined) {
      follow(defined, at, depth + 1);
    }
    return defined !== undefined;
  }

  function followVariable(name: string, parent: ModuleInstance['parent'], depth: number): boolean {
    if (parent === undefined) {
      return false;
    }
    const argument = toExpression(member(parent.call.expressions, name));
    return followDefined(argument, placeOfCall(parent.instance, parent.call, parent.key), depth);
  }

  function followOutput(name: string, rest: readonly Step[], at: Place, byKey: boolean, depth: number): boolean {
    const instances = select(stack.childModules(at.module, name), (module) => keyOf(module), rest, at.key, byKey);
    const output = rest.find((step) => 'name' in step);
    let complete = instances.length > 0 && output !== undefined;
    for (const module of instances) {
      const defined = output !== undefined && 'name' in output ? module.config.outputs.get(output.name) : undefined;
      complete = followDefined(defined, { module, key: undefined, repetition: undefined }, depth) && complete;
    }
    return complete;
  }

  function addInstances(mode: ResourceMode, type: string, rest: readonly Step[], at: Place, byKey: boolean): boolean {
    const name = rest[0];
    if (name === undefined || !('name' in name)) {
      return false;
    }
    const all = stack.instances(at.module, mode, type, name.name);
    const chosen = select(all, (resource) => resource.key, rest.slice(1), at.key, byKey);
    const attribute = rest.slice(1).find((step) => 'name' in step);
    for (const resource of chosen) {
      const attributeName = attribute !== undefined && 'name' in attribute ? attribute.name : undefined;
      found.set(`${resource.address} ${attributeName ?? ''}`, { resource, attribute: attributeName });
    }
    return chosen.length > 0;
  }
}

function placeOfCall(instance: ModuleInstance, call: ModuleCall, key: InstanceKey): Place {
  return { module: instance, key, repetition: call.repetition };
}

function keyOf(module: ModuleInstance): InstanceKey {
  return module.steps[module.steps.length - 1]?.key;
}

/** Instances that a reference means: those of its literal index, else that of the same key, else all. */
function select<T>(
  all: readonly T[],
  key: (item: T) => InstanceKey,
  rest: readonly Step[],
  own: InstanceKey,
  byKey: boolean,
): readonly T[] {
  const index = rest[0];
  if (index !== undefined && 'index' in index) {
    return all.filter((item) => key(item) === index.index);
  }
  if (byKey && own !== undefined) {
    const same = all.filter((item) => key(item) === own);
    return same.length > 0 ? same : all;
  }
  return all;
}

/** A plan lists `a.b.id`, and its beginnings `a.b` again: only the longest says what is meant. */
function longest(references: readonly string[]): { text: string; steps: readonly Step[] }[] {
  const parsed = references.map((text) => ({ text, steps: parseTraversal(text) ?? [] }));
  return parsed.filter(
    (candidate, position) =>
      !parsed.some(
        (other, otherPosition) =>
          otherPosition < position &&
          other.steps.length > candidate.steps.length &&
          other.text.startsWith(candidate.text),
      ),
  );
}

function isName(step: Step | undefined, name: string): boolean {
  return step !== undefined && 'name' in step && step.name === name;
}
