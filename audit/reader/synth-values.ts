import { isObject, type Json, type JsonObject, member, objectOf } from '../json';
import { splitTemplate, wholeReference } from './template';
import type { Step } from './traversal';

/** A value with the parts of it that are unknown, in the shape of a plan's `after` and `after_unknown`. */
interface Resolved {
  readonly after: Json;
  readonly unknown: Json;
}

/** Chains of local values and attributes that are longer than this are taken for circular. */
const DEEPEST_CHAIN = 16;

/**
 * Resolves the expressions of a JSON-syntax configuration that refer to what the configuration itself states: local values, and
 * attributes of resources that are written there (`${aws_api_gateway_stage.dev.stage_name}`). All else is unknown.
 */
export class SynthValues {
  private readonly locals: JsonObject;
  private readonly resources: JsonObject;

  constructor(document: JsonObject) {
    const locals = Array.isArray(document.locals) ? document.locals : [document.locals ?? {}];
    this.locals = Object.assign({}, ...locals.filter(isObject)) as JsonObject;
    this.resources = objectOf(document.resource);
  }

  resolveObject(value: JsonObject): { after: JsonObject; unknown: JsonObject } {
    const { after, unknown } = this.resolve(value, 0);
    return { after: objectOf(after), unknown: objectOf(unknown) };
  }

  private resolve(value: Json, depth: number): Resolved {
    if (typeof value === 'string') {
      return this.resolveText(value, depth) ?? { after: null, unknown: true };
    }
    if (Array.isArray(value)) {
      const parts = value.map((item) => this.resolve(item, depth));
      return { after: parts.map((part) => part.after), unknown: parts.map((part) => part.unknown) };
    }
    if (!isObject(value)) {
      return { after: value, unknown: false };
    }
    const entries = Object.entries(value)
      .filter(([name]) => name !== '//')
      .map(([name, item]) => [name, this.resolve(item, depth)] as const);
    return {
      after: Object.fromEntries(entries.map(([name, part]) => [name, part.after])),
      unknown: Object.fromEntries(entries.map(([name, part]) => [name, part.unknown])),
    };
  }

  private resolveText(text: string, depth: number): Resolved | undefined {
    const parts = splitTemplate(text);
    if (parts === undefined || depth > DEEPEST_CHAIN) {
      return undefined;
    }
    let result = '';
    for (const part of parts) {
      if ('literal' in part) {
        result += part.literal;
        continue;
      }
      const steps = wholeReference(part.expression);
      const target = steps === undefined ? undefined : this.lookUp(steps);
      const resolved = target === undefined ? undefined : this.resolve(target, depth + 1);
      if (parts.length === 1) {
        return resolved;
      }
      if (resolved === undefined || resolved.unknown !== false || typeof resolved.after === 'object') {
        return undefined;
      }
      result += String(resolved.after);
    }
    return { after: result, unknown: false };
  }

  private lookUp(steps: readonly Step[]): Json | undefined {
    const [first, second, ...rest] = steps;
    if (first === undefined || second === undefined || !('name' in first) || !('name' in second)) {
      return undefined;
    }
    if (first.name === 'local') {
      return walk(member(this.locals, second.name), rest);
    }
    const body = member(member(this.resources, first.name), second.name);
    if (!isObject(body) || rest.length === 0 || body.count !== undefined || body.for_each !== undefined) {
      return undefined;
    }
    return walk(body, rest);
  }
}

function walk(value: Json | undefined, steps: readonly Step[]): Json | undefined {
  let current = value;
  for (const step of steps) {
    const key = 'name' in step ? step.name : step.index;
    current = typeof key === 'number' ? (Array.isArray(current) ? current[key] : undefined) : member(current, key);
  }
  return current;
}
