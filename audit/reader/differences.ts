import { compareText, isObject, type Json, objectOf } from '../json';
import { type ModuleConfig, toExpression } from './configuration';

/**
 * Compares the configuration in a plan with the `cdk.tf.json` beside it. Where they differ, the plan was made from another
 * synthesis, and what it says is not what would be deployed now.
 *
 * @returns a text for each resource that differs
 */
export function differences(synth: ModuleConfig, plan: ModuleConfig): string[] {
  const result: string[] = [];
  const add = (key: string, what: string) => result.push(`${key.replace(/^managed\./, '')} ${what}`);
  for (const [key, { expressions }] of synth.resources) {
    const planned = plan.resources.get(key);
    if (planned === undefined) {
      add(key, 'is not in the plan');
      continue;
    }
    const names = [...new Set([...Object.keys(expressions), ...Object.keys(planned.expressions)])];
    const changed = names.filter((name) => differs(expressions[name], planned.expressions[name]));
    if (changed.length > 0) {
      add(key, `has another ${changed.sort(compareText).join(', ')}`);
    }
  }
  for (const key of plan.resources.keys()) {
    if (!synth.resources.has(key)) {
      add(key, 'is only in the plan');
    }
  }
  return result;
}

/**
 * Compares the expressions of an attribute, or of a block and all in it. What Terraform evaluates while it writes the plan
 * (templates without references, such as function calls) cannot be compared and counts as equal.
 */
function differs(synthesized: Json | undefined, planned: Json | undefined): boolean {
  if (synthesized === undefined || planned === undefined) {
    // A null in the configuration is the same as nothing.
    return toExpression(synthesized ?? planned)?.constant !== null;
  }
  const expression = toExpression(planned);
  if (expression !== undefined) {
    const own = canonical(written(synthesized));
    const evaluated = expression.references.length === 0 && /[$%]\{/.test(own);
    return expression.constant !== undefined && !evaluated && own !== canonical(expression.constant);
  }
  if (Array.isArray(planned)) {
    // A block that stands alone needs no list in JSON syntax.
    const blocks = Array.isArray(synthesized) ? synthesized : [synthesized];
    return blocks.length !== planned.length || blocks.some((block, index) => differs(block, planned[index]));
  }
  const own = objectOf(synthesized);
  const other = objectOf(planned);
  return [...new Set([...Object.keys(own), ...Object.keys(other)])].some((name) => differs(own[name], other[name]));
}

/** The value as the configuration writes it, from the tree of its expressions. */
function written(tree: Json): Json {
  if (Array.isArray(tree)) {
    return tree.map(written);
  }
  const expression = toExpression(tree);
  if (expression !== undefined && Object.keys(objectOf(tree)).length > 0) {
    return expression.constant ?? null;
  }
  return Object.fromEntries(Object.entries(objectOf(tree)).map(([name, part]) => [name, written(part)]));
}

/** Text of a value that does not depend on the order of members, nor on numbers and booleans being written as text. */
function canonical(value: Json): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonical).join()}]`;
  }
  if (isObject(value)) {
    const members = Object.keys(value).sort(compareText);
    return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name] ?? null)}`).join()}}`;
  }
  return value === null ? 'null' : JSON.stringify(String(value));
}
