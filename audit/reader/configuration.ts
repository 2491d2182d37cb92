import { arrayOf, isObject, type Json, type JsonObject, member } from '../json';
import type { InstanceKey, ModuleStep } from './traversal';

/** What the configuration says of an attribute. */
export interface Expression {
  /** References of the expression, longest first, as a plan lists them. */
  readonly references: readonly string[];
  /**
   * The constant, where there are no references. **Where there are, this is the raw template** (`"${aws_x.y.id}"`), which
   * JSON-syntax configurations keep in the plan: it can be read as a text with placeholders, and is never the value.
   */
  readonly constant: Json | undefined;
}

/** A resource block of the configuration; `count` and `for_each` make many instances of one. */
export interface ResourceConfig {
  /** Expressions of attributes and blocks, in the shape of a plan's `configuration`. */
  readonly expressions: JsonObject;
  /** Expression of `count` or `for_each`. */
  readonly repetition: Expression | undefined;
  /** The construct path that cdktf wrote beside the resource. */
  readonly constructPath: string | undefined;
  /** Which of several configurations of a provider makes it, `aws.us` or that of a module: two may mean two regions or accounts. */
  readonly provider?: string | undefined;
}

/** A call of a module. */
export interface ModuleCall {
  readonly expressions: JsonObject;
  readonly repetition: Expression | undefined;
  readonly module: ModuleConfig;
}

/** The configuration of one module. */
export interface ModuleConfig {
  /** By {@link configKey}. */
  readonly resources: Map<string, ResourceConfig>;
  readonly calls: Map<string, ModuleCall>;
  readonly outputs: Map<string, Expression>;
  /** Local values; a plan does not hold them, `cdk.tf.json` does. */
  readonly locals: Map<string, Expression>;
}

/** A module as it is instantiated: the same configuration may have many addresses. */
export interface ModuleInstance {
  readonly steps: readonly ModuleStep[];
  readonly config: ModuleConfig;
  /** Absent for the root module. */
  readonly parent?: { readonly instance: ModuleInstance; readonly call: ModuleCall; readonly key: InstanceKey };
}

export type ResourceMode = 'managed' | 'data';

export function configKey(mode: ResourceMode, type: string, name: string): string {
  return `${mode}.${type}.${name}`;
}

/** Reads an expression of a plan's `configuration`; undefined when the value is a block and not an expression. */
export function toExpression(value: Json | undefined): Expression | undefined {
  if (!isExpression(value)) {
    return undefined;
  }
  const references = arrayOf(value.references).filter((item) => typeof item === 'string');
  return { references, constant: value.constant_value };
}

/** True for an expression object; an expression without references and constant is `{}`, as an empty block would be. */
export function isExpression(value: Json | undefined): value is JsonObject {
  return (
    isObject(value) &&
    (Array.isArray(value.references) || Object.hasOwn(value, 'constant_value') || Object.keys(value).length === 0)
  );
}

/** Part of an expression tree below a key; below an expression it is the part of its constant, with all its references. */
export function descend(value: Json | undefined, key: string | number): Json | undefined {
  // An empty object is a block, or a whole resource, without any attribute as well.
  if (isExpression(value) && Object.keys(value).length > 0) {
    const constant = value.constant_value;
    const part = typeof key === 'number' ? arrayOf(constant)[key] : member(constant, key);
    return part === undefined ? { references: arrayOf(value.references) } : { ...value, constant_value: part };
  }
  return typeof key === 'number' ? arrayOf(value)[key] : member(value, key);
}

/** Reads the `configuration` of a plan. */
export function readModuleConfig(module: Json | undefined): ModuleConfig {
  const config: ModuleConfig = { resources: new Map(), calls: new Map(), outputs: new Map(), locals: new Map() };
  for (const resource of arrayOf(member(module, 'resources'))) {
    const type = member(resource, 'type');
    const name = member(resource, 'name');
    if (typeof type === 'string' && typeof name === 'string') {
      const mode = member(resource, 'mode') === 'data' ? 'data' : 'managed';
      const expressions = member(resource, 'expressions');
      config.resources.set(configKey(mode, type, name), {
        expressions: isObject(expressions) ? expressions : {},
        repetition: toExpression(member(resource, 'for_each_expression') ?? member(resource, 'count_expression')),
        constructPath: undefined,
        provider: textOf(member(resource, 'provider_config_key')),
      });
    }
  }
  const calls = member(module, 'module_calls');
  for (const [name, call] of Object.entries(isObject(calls) ? calls : {})) {
    const expressions = member(call, 'expressions');
    config.calls.set(name, {
      expressions: isObject(expressions) ? expressions : {},
      repetition: toExpression(member(call, 'for_each_expression') ?? member(call, 'count_expression')),
      module: readModuleConfig(member(call, 'module')),
    });
  }
  const outputs = member(module, 'outputs');
  for (const [name, output] of Object.entries(isObject(outputs) ? outputs : {})) {
    const expression = toExpression(member(output, 'expression'));
    if (expression !== undefined) {
      config.outputs.set(name, expression);
    }
  }
  return config;
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
