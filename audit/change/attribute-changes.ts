import { arrayOf, isObject, type Json, member } from '../json';
import type { Attributes } from '../reader/attributes';
import { descend, type Expression, toExpression } from '../reader/configuration';
import type { Resource, Stack } from '../reader/stack';
import { ATTRIBUTE_CLASSES, type AttributeClass, type ClassesOfType, classOf, OTHER_TYPES } from './classes';
import { documentChanges } from './document-changes';
import type { Order } from './order';
import { type Origin, origin } from './origin';
import { canonical, isUnset, valueOrder } from './value-order';

/** An attribute that a plan changes, or may change. */
export interface AttributeChange {
  /** `settings.throttling_rate_limit`: blocks by name, without their places. */
  readonly path: string;
  /** Undefined where the table says nothing of the attribute. */
  readonly of: AttributeClass | undefined;
  /** `unknown`: the value is known only after apply. */
  readonly order: Order | 'unknown';
  /** `60 → 300`; empty where a value is not to be shown, or is a whole document. */
  readonly values: string;
}

/**
 * Every attribute of a resource that the plan changes, or may change, whatever it is; of a type without classes each is unclassified.
 * Nothing for a resource that is new: who gets what before has no answer.
 *
 * @param stack that of the resource: it tells what an attribute that is known only after apply refers to
 */
export function attributeChanges(resource: Resource, stack?: Stack): AttributeChange[] {
  const { type, before, attributes } = resource;
  return before === undefined
    ? []
    : valueChanges(type, before, attributes, (expression, old) => origin(resource, stack, expression, old));
}

/** Where a value comes from that is known only after apply. */
type OriginOf = (expression: Expression, old: Json | undefined) => Origin;

/** The same of values without a plan around them, such as those that changed outside of Terraform. */
export function valueChanges(
  type: string,
  before: Attributes,
  after: Attributes,
  originOf: OriginOf = () => 'unknown',
): AttributeChange[] {
  if (before.equals(after)) {
    return [];
  }
  const classes = ATTRIBUTE_CLASSES.get(type) ?? OTHER_TYPES;
  const names = [...new Set([...before.names(), ...after.names()])];
  return names.flatMap((name) => changesOf(name, before, after, classes, originOf));
}

function changesOf(
  name: string,
  before: Attributes,
  after: Attributes,
  classes: ClassesOfType,
  originOf: OriginOf,
): AttributeChange[] {
  const layers = after.layersOf(name);
  const sensitive = before.object(name).sensitive || after.object(name).sensitive;
  const old = before.layersOf(name).after;
  const isConfigured = after.configured(name);
  if (layers.unknown === true && !isConfigured) {
    // What nobody set and the provider fills in follows from the rest.
    return [];
  }
  const pending = layers.unknown;
  const of = classOf(classes, name);
  if (name === 'body' && !holdsTrue(pending)) {
    const places = documentChanges(old, layers.after);
    if (places !== undefined) {
      return places.map((place) => ({
        path: sensitive ? 'body' : `body ${place}`,
        of,
        order: 'incomparable',
        values: '',
      }));
    }
  }
  return compare(
    { path: name, old, now: layers.after, pending, sensitive, config: layers.expressions },
    classes,
    originOf,
  );
}

/** A value that only apply tells, and that is for certain another one: it comes from another resource. */
function fromElsewhere(compared: Compared, from: string, of: AttributeClass): AttributeChange {
  const { path, old } = compared;
  const order = of.kind === 'ordered' && of.order === 'set' && isUnset(old) ? 'stronger' : 'incomparable';
  return { path, of, order, values: shown({ ...compared, now: from }, of) };
}

interface Compared {
  readonly path: string;
  readonly old: Json | undefined;
  readonly now: Json | undefined;
  /** What of the new value is known only after apply: `true`, or the same shape as the value. */
  readonly pending: Json | undefined;
  readonly sensitive: boolean;
  /** What the configuration says of it; undefined also for blocks that a `dynamic` block makes. */
  readonly config: Json | undefined;
  /** Name of the block around it, where it has one. */
  readonly label?: string | undefined;
}

function compare(compared: Compared, classes: ClassesOfType, originOf: OriginOf): AttributeChange[] {
  const { path, old, now, pending, config } = compared;
  const isOpen = holdsTrue(pending);
  if (!isOpen && canonical(old) === canonical(now)) {
    return [];
  }
  const of = classOf(classes, path);
  const isOfBlocks = [old, now].every((one) => isUnset(one) || isObject(one) || arrayOf(one).some(isObject));
  const isWhole = of?.kind === 'ordered' && typeof of.order === 'function';
  if (pending !== true && isOfBlocks && !isWhole && (isOpen || hasParts(path, classes))) {
    return parts(compared).flatMap((part) => compare(part, classes, originOf));
  }
  const expression = pending === true ? toExpression(config) : undefined;
  const from = expression === undefined ? 'unknown' : originOf(expression, old);
  if (of !== undefined && from !== 'unknown') {
    return from === 'same' ? [] : [fromElsewhere(compared, from, of)];
  }
  const order = isOpen ? 'unknown' : of?.kind === 'ordered' ? valueOrder(of, old ?? null, now ?? null) : 'incomparable';
  return order === 'same' ? [] : [{ path, of, order, values: isOpen ? '' : shown(compared, of) }];
}

function hasParts(path: string, classes: ClassesOfType): boolean {
  for (const key of classes.keys()) {
    if (key.startsWith(`${path}.`)) {
      return true;
    }
  }
  return false;
}

/** The attributes of blocks, each beside what it was: blocks that stay as they are say nothing, the others are taken in turn. */
function parts({ path, old, now, pending, sensitive, config, label }: Compared): Compared[] {
  const before = blocks(old);
  const after = blocks(now).map((block, index) => ({
    block,
    pending: Array.isArray(pending) ? arrayOf(pending)[index] : pending,
  }));
  const kept = new Set<number>();
  const changed = after.filter((one) => {
    const same = before.findIndex((block, index) => !kept.has(index) && canonical(block) === canonical(one.block));
    if (same < 0 || holdsTrue(one.pending)) {
      return true;
    }
    kept.add(same);
    return false;
  });
  const gone = paired(
    before.filter((_, index) => !kept.has(index)),
    changed.map(({ block }) => block),
  );
  return Array.from({ length: Math.max(changed.length, gone.length) }, (_, index) => index).flatMap((index) => {
    const [from, to, open] = [gone[index], changed[index]?.block, changed[index]?.pending];
    const names = new Set([from, to, open].flatMap((one) => (isObject(one) ? Object.keys(one) : [])));
    return [...names].flatMap((name) => {
      const part = open === true ? true : member(open, name);
      const own = configOf(config, name);
      // What nobody set and the provider fills in follows from the rest.
      return part === true && config !== undefined && own === undefined
        ? []
        : [
            {
              path: `${path}.${name}`,
              old: member(from, name),
              now: member(to, name),
              pending: part,
              sensitive,
              config: own,
              label: nameOf(to) ?? nameOf(from) ?? label,
            },
          ];
    });
  });
}

function nameOf(block: Json | undefined): string | undefined {
  const name = member(block, 'name');
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** Blocks that go, each in the place of the one of its name that comes; the others as they stand. */
function paired(gone: readonly Json[], come: readonly Json[]): readonly (Json | undefined)[] {
  const named = new Map(
    gone.flatMap((block) => (nameOf(block) === undefined ? [] : [[nameOf(block), block] as const])),
  );
  const own = come.map((block) => (nameOf(block) === undefined ? undefined : named.get(nameOf(block))));
  const rest = gone.filter((block) => !own.includes(block));
  const filled = own.map((block) => block ?? rest.shift());
  return [...filled, ...rest];
}

/** What any of the blocks of the configuration says of an attribute; blocks of a set are not in its order. */
function configOf(config: Json | undefined, name: string): Json | undefined {
  return Array.isArray(config)
    ? config.map((block) => descend(block, name)).find((part) => part !== undefined)
    : descend(config, name);
}

function blocks(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : isUnset(value) ? [] : [value as Json];
}

/** Attributes that hold credentials, or content. */
const CONFIDENTIAL = /value|secret|password|token$|key_material|plaintext|input|private_key|item|body|template/;

/** Values that may be credentials, or are whole documents, are not shown; neither are those of a map, such as an environment. */
function shown({ path, old, now, sensitive, label }: Compared, of: AttributeClass | undefined): string {
  const isPlain = of?.kind === 'ordered' || !CONFIDENTIAL.test(path);
  if (sensitive || !isPlain || of === undefined) {
    return '';
  }
  const choices = [old, now].map(choice);
  if (choices.every((one) => one !== undefined)) {
    return `${label === undefined ? '' : `${label}: `}${choices.join(' → ')}`;
  }
  if (![old, now].every(isShort)) {
    return '';
  }
  // The query of an address may hold a credential.
  const text = (one: Json | undefined) =>
    isUnset(one)
      ? 'none'
      : arrayOrSelf(one)
          .map((item) => String(item).replace(/\?.*$/s, '?…'))
          .join(', ');
  const [from, to] = [text(old), text(now)];
  const start = commonStart(from, to);
  return `${start > 30 ? `…${from.slice(start)}` : from} → ${start > 30 ? `…${to.slice(start)}` : to}`;
}

function arrayOrSelf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value];
}

/** A block that is one of several empty ones, such as the action of a rule: which. */
function choice(value: Json | undefined): string | undefined {
  if (isUnset(value) && !Array.isArray(value)) {
    return undefined;
  }
  const [block] = arrayOf(value);
  const names = isObject(block) ? Object.keys(block).filter((name) => arrayOf(block[name]).length > 0) : [];
  return names.length === 1 ? names[0] : undefined;
}

/** ARNs of integrations are long; a document is told by its place alone. */
function isShort(value: Json | undefined): boolean {
  return (
    isUnset(value) ||
    (arrayOrSelf(value).every((item) => typeof item !== 'object') &&
      String(value).length <= (/^\s*[[{]/.test(String(value)) ? 120 : 400))
  );
}

/** Where two long texts begin to differ, at the beginning of a part of them. */
function commonStart(one: string, other: string): number {
  if (one.length <= 60 && other.length <= 60) {
    return 0;
  }
  let same = 0;
  while (same < Math.min(one.length, other.length) && one[same] === other[same]) {
    same += 1;
  }
  return one.slice(0, same).search(/[^:/]*$/);
}

function holdsTrue(value: Json | undefined): boolean {
  return (
    value === true ||
    (Array.isArray(value) && value.some(holdsTrue)) ||
    (isObject(value) && Object.values(value).some(holdsTrue))
  );
}
