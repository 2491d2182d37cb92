import { arrayOf, isObject, type Json, type JsonObject, member, objectOf } from '../json';

/** Shorter texts are too common to be searched for: `dev` marked as sensitive would blank half of a report. */
const SHORTEST = 6;

/**
 * Texts that Terraform marks as sensitive: of sensitive variables, of resources before and after, of outputs. A plan, and a state,
 * hold them in clear.
 */
export function sensitiveTexts(plan: JsonObject): ReadonlySet<string> {
  const found = new Set<string>();
  const declared = objectOf(member(member(member(plan, 'configuration'), 'root_module'), 'variables'));
  for (const [name, variable] of Object.entries(declared)) {
    if (member(variable, 'sensitive') === true) {
      collect(member(variable, 'default'), true, found);
      collect(member(member(objectOf(plan.variables), name), 'value'), true, found);
    }
  }
  for (const entry of arrayOf(plan.resource_changes)) {
    collectChange(member(entry, 'change'), found);
  }
  for (const change of Object.values(objectOf(plan.output_changes))) {
    collectChange(change, found);
  }
  collectState(member(plan.values, 'root_module'), found);
  for (const output of Object.values(objectOf(member(plan.values, 'outputs')))) {
    collect(member(output, 'value'), member(output, 'sensitive'), found);
  }
  return found;
}

/** Resources of a state, and of the modules in it. */
function collectState(module: Json | undefined, found: Set<string>): void {
  for (const resource of arrayOf(member(module, 'resources'))) {
    collect(member(resource, 'values'), member(resource, 'sensitive_values'), found);
  }
  for (const child of arrayOf(member(module, 'child_modules'))) {
    collectState(child, found);
  }
}

function collectChange(change: Json | undefined, found: Set<string>): void {
  collect(member(change, 'before'), member(change, 'before_sensitive'), found);
  collect(member(change, 'after'), member(change, 'after_sensitive'), found);
}

function collect(value: Json | undefined, mark: Json | undefined, found: Set<string>): void {
  if (mark === undefined || mark === false || mark === null) {
    return;
  }
  if (typeof value === 'string') {
    if (mark === true && value.length >= SHORTEST) {
      found.add(value);
    }
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      collect(item, mark === true ? true : arrayOf(mark)[index], found);
    }
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      collect(item, mark === true ? true : member(mark, key), found);
    }
  }
}
