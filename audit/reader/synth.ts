import { isObject, type Json, type JsonObject, member, objectOf } from '../json';
import { Attributes } from './attributes';
import { configKey, type ModuleConfig, type ResourceConfig, type ResourceMode, toExpression } from './configuration';
import { ModuleTree, type NotJudged, type Resource, Stack } from './stack';
import { SynthValues } from './synth-values';
import { templateReferences } from './template';
import type { InstanceKey } from './traversal';

/** Cause of an unknown value of a configuration that was not planned. */
const NOT_PLANNED = 'an expression, whose value only a plan tells';

/** Arguments of Terraform's own, which are no attributes of the resource. */
const META_ARGUMENTS = new Set([
  '//',
  'count',
  'for_each',
  'depends_on',
  'lifecycle',
  'provider',
  'provisioner',
  'connection',
  'dynamic',
]);

/** Reads the root module of a JSON-syntax configuration (`cdk.tf.json`, `*.tf.json`). */
export function readSynthConfig(document: JsonObject): ModuleConfig {
  const config: ModuleConfig = { resources: new Map(), calls: new Map(), outputs: new Map(), locals: new Map() };
  for (const { mode, type, name, body } of declarations(document)) {
    config.resources.set(configKey(mode, type, name), resourceConfig(body));
  }
  for (const block of blockList(document.locals)) {
    for (const [name, value] of Object.entries(block)) {
      config.locals.set(name, { references: templateReferences(value), constant: value });
    }
  }
  return config;
}

/**
 * Normalises a synthesized configuration that was not planned: values that are expressions are unknown, and joins go by the
 * references. There are no provider defaults, no values from before, and no actions.
 */
export function readSynth(document: JsonObject, name: string, file: string): Stack {
  const config = readSynthConfig(document);
  const tree = new ModuleTree(config);
  const values = new SynthValues(document);
  const resources: Resource[] = [];
  const notJudged: NotJudged[] = [];
  for (const { mode, type, name: label, body } of declarations(document)) {
    const address = `${mode === 'data' ? 'data.' : ''}${type}.${label}`;
    const keys = literalKeys(body);
    if (keys === undefined) {
      notJudged.push({
        stack: name,
        subject: address,
        reason: 'the instances of its count or for_each are known only from a plan',
      });
    }
    const resource = config.resources.get(configKey(mode, type, label));
    const { after, unknown } = values.resolveObject(attributesOf(body));
    for (const dynamic of Object.keys(objectOf(body.dynamic))) {
      unknown[dynamic] = true;
    }
    for (const key of keys ?? [undefined]) {
      resources.push({
        address: key === undefined ? address : `${address}[${JSON.stringify(key)}]`,
        mode,
        type,
        name: label,
        key,
        module: tree.root,
        attributes: new Attributes({
          after,
          unknown,
          sensitive: undefined,
          expressions: resource?.expressions,
          cause: NOT_PLANNED,
        }),
        before: undefined,
        replacePaths: [],
        config: resource,
        actions: [],
      });
    }
  }
  for (const call of Object.keys(objectOf(document.module))) {
    notJudged.push({
      stack: name,
      subject: `module.${call}`,
      reason: 'the resources of a module are known only from a plan',
    });
  }
  return new Stack(name, 'synth', file, undefined, resources, [], tree.instances, notJudged, new Set(), document);
}

/** A `resource` or `data` block of the document. */
interface Declaration {
  readonly mode: ResourceMode;
  readonly type: string;
  readonly name: string;
  readonly body: JsonObject;
}

function declarations(document: JsonObject): Declaration[] {
  const result: Declaration[] = [];
  for (const [section, mode] of [
    ['resource', 'managed'],
    ['data', 'data'],
  ] as const) {
    for (const types of blockList(document[section])) {
      for (const [type, byName] of Object.entries(types)) {
        for (const names of blockList(byName)) {
          for (const [name, value] of Object.entries(names)) {
            const body = blockList(value)[0];
            if (body !== undefined && type !== '//' && name !== '//') {
              result.push({ mode, type, name, body });
            }
          }
        }
      }
    }
  }
  return result;
}

/** JSON syntax takes one block, or a list of blocks. */
function blockList(value: Json | undefined): JsonObject[] {
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

function attributesOf(body: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(body).filter(([name]) => !META_ARGUMENTS.has(name)));
}

function resourceConfig(body: JsonObject): ResourceConfig {
  const repetition = body.for_each ?? body.count;
  const path = member(member(body['//'], 'metadata'), 'path');
  const expressions = objectOf(expressionTree(attributesOf(body)));
  for (const [name, block] of Object.entries(objectOf(body.dynamic))) {
    expressions[name] = { references: templateReferences(block) };
  }
  return {
    expressions,
    repetition: repetition === undefined ? undefined : toExpression(expressionTree(repetition)),
    constructPath: typeof path === 'string' ? path : undefined,
    provider: typeof body.provider === 'string' ? body.provider : undefined,
  };
}

/** The shape that a plan's `configuration` has. */
function expressionTree(value: Json): Json {
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, expressionTree(item)]));
  }
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
    return value.map(expressionTree);
  }
  const references = templateReferences(value);
  return references.length === 0 ? { constant_value: value } : { references, constant_value: value };
}

/** Keys of the instances, where `count` or `for_each` is a literal; undefined when only a plan knows them. */
function literalKeys(body: JsonObject): InstanceKey[] | undefined {
  if (body.count === undefined && body.for_each === undefined) {
    return [undefined];
  }
  if (typeof body.count === 'number') {
    return Array.from({ length: body.count }, (_, index) => index);
  }
  return isObject(body.for_each) ? Object.keys(body.for_each) : undefined;
}
