import type { JsonObject } from '../json';
import type { Attributes } from './attributes';
import {
  configKey,
  type ModuleConfig,
  type ModuleInstance,
  type ResourceConfig,
  type ResourceMode,
} from './configuration';
import type { InstanceKey, ModuleStep } from './traversal';

/** A resource instance as it will be after the plan is applied. */
export interface Resource {
  /** Opaque: for reports and for comparing, never to be taken apart. */
  readonly address: string;
  readonly mode: ResourceMode;
  readonly type: string;
  readonly name: string;
  readonly key: InstanceKey;
  readonly module: ModuleInstance;
  readonly attributes: Attributes;
  /** As it is before the plan; undefined where the plan creates it, and without a plan. */
  readonly before: Attributes | undefined;
  /** Attributes that make a replacement necessary. */
  readonly replacePaths: readonly string[];
  /** Undefined when the plan's configuration does not hold the resource. */
  readonly config: ResourceConfig | undefined;
  /** Actions of the plan; none when only the synthesized configuration was read. */
  readonly actions: readonly string[];
}

/** What the plan has to say that no rule can judge. */
export interface NotJudged {
  readonly stack: string;
  /** Resource address or file. */
  readonly subject: string;
  readonly reason: string;
}

/** Where a stack was read from: plan JSON, `cdk.tf.json`, the one with the other beside it, or a state. */
export type StackSource = 'plan' | 'synth' | 'plan+synth' | 'state';

/** One Terraform root module, normalised: the plan, or what will become one. */
export class Stack {
  private readonly byType = new Map<string, Resource[]>();
  private readonly byConfig = new Map<string, Resource[]>();
  private readonly byAttribute = new Map<string, Map<string, Resource[]>>();
  private readonly children = new Map<string, ModuleInstance[]>();

  constructor(
    readonly name: string,
    readonly source: StackSource,
    /** File that the stack was read from, relative to what the audit was asked to read. */
    readonly file: string,
    readonly terraformVersion: string | undefined,
    readonly resources: readonly Resource[],
    /** Instances that the plan destroys without replacement, with their last known attributes. */
    readonly destroyed: readonly Resource[],
    readonly modules: readonly ModuleInstance[],
    readonly notJudged: readonly NotJudged[],
    /** Texts that Terraform marks as sensitive; no report may hold one of them. */
    readonly sensitiveTexts: ReadonlySet<string>,
    /** The plan, or the configuration, as it was read; what it holds in clear may be secret. */
    readonly document: JsonObject = {},
  ) {
    for (const resource of resources) {
      push(this.byType, `${resource.mode}.${resource.type}`, resource);
      push(
        this.byConfig,
        instancesKey(resource.module, configKey(resource.mode, resource.type, resource.name)),
        resource,
      );
    }
    for (const module of modules) {
      if (module.parent !== undefined) {
        push(this.children, instancesKey(module.parent.instance, lastName(module.steps)), module);
      }
    }
  }

  /** Resources of a type, in the order of the plan. */
  ofType(type: string, mode: ResourceMode = 'managed'): readonly Resource[] {
    return this.byType.get(`${mode}.${type}`) ?? [];
  }

  /** All instances of one resource block in one module instance. */
  instances(module: ModuleInstance, mode: ResourceMode, type: string, name: string): readonly Resource[] {
    return this.byConfig.get(instancesKey(module, configKey(mode, type, name))) ?? [];
  }

  /** All instances of a module call in one module instance. */
  childModules(module: ModuleInstance, name: string): readonly ModuleInstance[] {
    return this.children.get(instancesKey(module, name)) ?? [];
  }

  /** Resources (also data sources) of a type whose attribute has this known text. */
  withAttribute(type: string, attribute: string, text: string): readonly Resource[] {
    const all = () => [...this.ofType(type), ...this.ofType(type, 'data')];
    return this.indexed(`${type} ${attribute}`, all, attribute).get(text) ?? [];
  }

  /** The same of what the plan destroys. */
  destroyedWith(type: string, attribute: string, text: string): readonly Resource[] {
    const all = () => this.destroyed.filter((resource) => resource.type === type);
    return this.indexed(`destroyed ${type} ${attribute}`, all, attribute).get(text) ?? [];
  }

  private indexed(key: string, all: () => readonly Resource[], attribute: string): Map<string, Resource[]> {
    let index = this.byAttribute.get(key);
    if (index === undefined) {
      index = new Map();
      for (const resource of all()) {
        const value = resource.attributes.string(attribute);
        if (value.kind === 'known') {
          push(index, value.value, resource);
        }
      }
      this.byAttribute.set(key, index);
    }
    return index;
  }
}

/** Builds module instances, each once, from their addresses. */
export class ModuleTree {
  readonly root: ModuleInstance;
  private readonly known = new Map<string, ModuleInstance>();

  constructor(config: ModuleConfig) {
    this.root = { steps: [], config };
    this.known.set(stepsKey([]), this.root);
  }

  get instances(): ModuleInstance[] {
    return [...this.known.values()];
  }

  /** The instance at an address; an instance whose call is not in the configuration has an empty configuration. */
  at(steps: readonly ModuleStep[]): ModuleInstance {
    const key = stepsKey(steps);
    const existing = this.known.get(key);
    if (existing !== undefined) {
      return existing;
    }
    const parent = this.at(steps.slice(0, -1));
    const last = steps[steps.length - 1];
    const call = parent.config.calls.get(last?.name ?? '') ?? {
      expressions: {},
      repetition: undefined,
      module: { resources: new Map(), calls: new Map(), outputs: new Map(), locals: new Map() },
    };
    const instance: ModuleInstance = { steps, config: call.module, parent: { instance: parent, call, key: last?.key } };
    this.known.set(key, instance);
    return instance;
  }
}

function stepsKey(steps: readonly ModuleStep[]): string {
  return JSON.stringify(steps.map((step) => [step.name, step.key ?? null]));
}

function instancesKey(module: ModuleInstance, name: string): string {
  return `${stepsKey(module.steps)} ${name}`;
}

function lastName(steps: readonly ModuleStep[]): string {
  return steps[steps.length - 1]?.name ?? '';
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) {
    map.set(key, [value]);
  } else {
    list.push(value);
  }
}
