import { PlanUnusableError } from '../errors';
import { arrayOf, isObject, type Json, type JsonObject, member } from '../json';
import { Attributes } from './attributes';
import { configKey, type ModuleConfig, type ResourceMode, readModuleConfig } from './configuration';
import { sensitiveTexts } from './sensitive';
import { ModuleTree, type Resource, Stack } from './stack';
import { type InstanceKey, parseModuleAddress } from './traversal';

/** Cause of an unknown value of a plan. */
const AFTER_APPLY = 'known only after apply';

/**
 * Normalises plan JSON that `checkPlan` accepted.
 *
 * @param synth configuration of the same stack from `cdk.tf.json`: it knows local values and construct paths, the plan does not
 * @throws {PlanUnusableError} when a resource has no readable address
 */
export function readPlan(plan: JsonObject, name: string, file: string, synth?: ModuleConfig): Stack {
  const config = planConfig(plan);
  const tree = new ModuleTree(synth === undefined ? config : supplement(config, synth));
  const resources: Resource[] = [];
  const destroyed: Resource[] = [];
  for (const entry of arrayOf(plan.resource_changes)) {
    const change = member(entry, 'change');
    const actions = arrayOf(member(change, 'actions')).filter((action) => typeof action === 'string');
    // A deposed object is a left-over of an earlier replacement, not the resource.
    if (!isObject(change) || member(entry, 'deposed') !== undefined) {
      continue;
    }
    if (isObject(change.after)) {
      const planned = instance(entry, tree, file, actions, change.after, change.after_unknown, change.after_sensitive);
      resources.push({ ...planned, before: before(planned, change), replacePaths: replacePaths(change) });
    } else if (isObject(change.before)) {
      destroyed.push(instance(entry, tree, file, actions, change.before, undefined, change.before_sensitive));
    }
  }
  const prior = member(member(member(plan, 'prior_state'), 'values'), 'root_module');
  collectValues(prior, '', tree, file, resources, (mode) => mode === 'data');
  const terraformVersion = typeof plan.terraform_version === 'string' ? plan.terraform_version : undefined;
  return new Stack(
    name,
    synth === undefined ? 'plan' : 'plan+synth',
    file,
    terraformVersion,
    resources,
    destroyed,
    tree.instances,
    [],
    sensitiveTexts(plan),
    plan,
  );
}

/** The attributes before the plan; nothing of them is unknown. */
function before({ config }: Resource, change: JsonObject): Attributes | undefined {
  return isObject(change.before)
    ? new Attributes({
        after: change.before,
        unknown: undefined,
        sensitive: change.before_sensitive,
        expressions: config?.expressions,
        cause: AFTER_APPLY,
      })
    : undefined;
}

/** Attributes whose change makes a replacement necessary: `name`, `attribute[0].name`. */
function replacePaths(change: JsonObject): string[] {
  return arrayOf(change.replace_paths).map((path) =>
    arrayOf(path).reduce<string>(
      (text, step) =>
        typeof step === 'number' ? `${text}[${step}]` : `${text}${text === '' ? '' : '.'}${String(step)}`,
      '',
    ),
  );
}

/** The root module of the configuration in a plan. */
export function planConfig(plan: JsonObject): ModuleConfig {
  return readModuleConfig(member(member(plan, 'configuration'), 'root_module'));
}

function instance(
  entry: Json,
  tree: ModuleTree,
  file: string,
  actions: readonly string[],
  after: Json,
  afterUnknown: Json | undefined,
  afterSensitive: Json | undefined,
  moduleAddress = member(entry, 'module_address') ?? '',
): Resource {
  const address = member(entry, 'address');
  const type = member(entry, 'type');
  const name = member(entry, 'name');
  const index = member(entry, 'index');
  const steps = typeof moduleAddress === 'string' ? parseModuleAddress(moduleAddress) : undefined;
  if (typeof address !== 'string' || typeof type !== 'string' || typeof name !== 'string' || steps === undefined) {
    throw new PlanUnusableError(file, 'holds a resource without a readable address, type or name');
  }
  const mode: ResourceMode = member(entry, 'mode') === 'data' ? 'data' : 'managed';
  const key: InstanceKey = typeof index === 'string' || typeof index === 'number' ? index : undefined;
  const module = tree.at(steps);
  const config = module.config.resources.get(configKey(mode, type, name));
  const attributes = new Attributes({
    after,
    unknown: afterUnknown,
    sensitive: afterSensitive,
    expressions: config?.expressions,
    cause: AFTER_APPLY,
  });
  return { address, mode, type, name, key, module, attributes, before: undefined, replacePaths: [], config, actions };
}

/**
 * Collects resources of a state. Of a plan's prior state it is the data sources, which are nowhere else once they were read.
 */
export function collectValues(
  module: Json | undefined,
  address: string,
  tree: ModuleTree,
  file: string,
  into: Resource[],
  isWanted: (mode: ResourceMode) => boolean,
): void {
  for (const entry of arrayOf(member(module, 'resources'))) {
    const mode = member(entry, 'mode') === 'data' ? 'data' : 'managed';
    if (isWanted(mode)) {
      into.push(
        instance(
          entry,
          tree,
          file,
          mode === 'data' ? ['read'] : [],
          member(entry, 'values') ?? {},
          undefined,
          member(entry, 'sensitive_values'),
          address,
        ),
      );
    }
  }
  for (const child of arrayOf(member(module, 'child_modules'))) {
    const childAddress = member(child, 'address');
    collectValues(child, typeof childAddress === 'string' ? childAddress : '', tree, file, into, isWanted);
  }
}

/** Adds to the root configuration what only `cdk.tf.json` tells. */
function supplement(config: ModuleConfig, synth: ModuleConfig): ModuleConfig {
  for (const [name, expression] of synth.locals) {
    config.locals.set(name, expression);
  }
  for (const [key, resource] of config.resources) {
    const constructPath = synth.resources.get(key)?.constructPath;
    if (constructPath !== undefined) {
      config.resources.set(key, { ...resource, constructPath });
    }
  }
  return config;
}
