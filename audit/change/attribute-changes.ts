import { arrayOf, isObject, type Json, member } from '../json';
import type { Attributes } from '../reader/attributes';
import type { Resource } from '../reader/stack';
import { ATTRIBUTE_CLASSES, type AttributeClass, type ClassesOfType, classOf } from './classes';
import type { Order } from './order';
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
 * Every attribute of a resource that the plan changes, or may change, whatever it is. Nothing for a type without classes, and for
 * a resource that is new: who gets what before has no answer.
 */
export function attributeChanges({ type, before, attributes }: Resource): AttributeChange[] {
  const classes = ATTRIBUTE_CLASSES.get(type);
  if (classes === undefined || before === undefined) {
    return [];
  }
  const names = [...new Set([...before.names(), ...attributes.names()])];
  return names.flatMap((name) => changesOf(name, before, attributes, classes));
}

function changesOf(name: string, before: Attributes, after: Attributes, classes: ClassesOfType): AttributeChange[] {
  const layers = after.layersOf(name);
  const sensitive = before.object(name).sensitive || after.object(name).sensitive;
  const old = before.layersOf(name).after;
  // What nobody set and the provider fills in follows from the rest.
  const pending = after.configured(name) ? layers.unknown : undefined;
  return compare({ path: name, old, now: layers.after, pending, sensitive }, classes);
}

interface Compared {
  readonly path: string;
  readonly old: Json | undefined;
  readonly now: Json | undefined;
  /** What of the new value is known only after apply: `true`, or the same shape as the value. */
  readonly pending: Json | undefined;
  readonly sensitive: boolean;
}

function compare(compared: Compared, classes: ClassesOfType): AttributeChange[] {
  const { path, old, now, pending } = compared;
  const isOpen = holdsTrue(pending);
  if (!isOpen && canonical(old) === canonical(now)) {
    return [];
  }
  if (
    pending !== true &&
    hasParts(path, classes) &&
    [old, now].every((one) => isUnset(one) || typeof one === 'object')
  ) {
    return parts(compared).flatMap((part) => compare(part, classes));
  }
  const of = classOf(classes, path);
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
function parts({ path, old, now, pending, sensitive }: Compared): Compared[] {
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
  const gone = before.filter((_, index) => !kept.has(index));
  return Array.from({ length: Math.max(changed.length, gone.length) }, (_, index) => index).flatMap((index) => {
    const [from, to, open] = [gone[index], changed[index]?.block, changed[index]?.pending];
    const names = new Set([from, to, open].flatMap((one) => (isObject(one) ? Object.keys(one) : [])));
    return [...names].map((name) => ({
      path: `${path}.${name}`,
      old: member(from, name),
      now: member(to, name),
      pending: open === true ? true : member(open, name),
      sensitive,
    }));
  });
}

function blocks(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : isUnset(value) ? [] : [value as Json];
}

/** Values that may be credentials, or are whole documents, are not shown; neither are those of a map, such as an environment. */
function shown({ path, old, now, sensitive }: Compared, of: AttributeClass | undefined): string {
  const isScalar = [old, now].every((one) => isUnset(one) || (typeof one !== 'object' && String(one).length <= 120));
  const isPlain = of?.kind === 'ordered' || !/value|secret|key_material|plaintext|input|private_key/.test(path);
  if (sensitive || !isScalar || !isPlain || of === undefined) {
    return '';
  }
  const text = (one: Json | undefined) => (isUnset(one) ? 'none' : String(one));
  return `${text(old)} → ${text(now)}`;
}

function holdsTrue(value: Json | undefined): boolean {
  return (
    value === true ||
    (Array.isArray(value) && value.some(holdsTrue)) ||
    (isObject(value) && Object.values(value).some(holdsTrue))
  );
}
