import type { AuditModel } from '../../model/types';
import type { Attributes } from '../../reader/attributes';
import { resolveReferences } from '../../reader/references';
import type { Resource, Stack } from '../../reader/stack';
import { ABSENT, convert, unknown, type Value, type Verdict } from '../../three-valued';
import type { RuleFinding } from '../rule';

/** A resource and its stack. */
export interface Placed {
  readonly stack: Stack;
  readonly resource: Resource;
}

/** A verdict and its sentence. */
export type Judgement = readonly [verdict: Verdict, message: string];

/** The managed resources of these types, of all stacks, in the order of the plan. */
export function resourcesOf(model: AuditModel, ...types: readonly string[]): Placed[] {
  return model.stacks.flatMap((stack) =>
    types.flatMap((type) => stack.ofType(type).map((resource): Placed => ({ stack, resource }))),
  );
}

/** The parts of a finding that name a resource. */
export function aboutResource({ stack, resource }: Placed): Pick<RuleFinding, 'stack' | 'address' | 'constructPath'> {
  return { stack: stack.name, address: resource.address, constructPath: resource.config?.constructPath };
}

/** A finding about one attribute of a resource. */
export function finding(placed: Placed, attribute: string, [verdict, message]: Judgement): RuleFinding {
  return { ...aboutResource(placed), attribute, verdict, message };
}

/**
 * The value of an attribute, where one that nobody set and the provider fills in during apply counts as not set: the default of
 * AWS will apply.
 */
export function settled<T>(attributes: Attributes, name: string, value: Value<T>): Value<T> {
  const isOpen = value.kind === 'unknown' && attributes.value(name).kind === 'unknown';
  return isOpen && !attributes.configured(name) ? ABSENT : value;
}

/** A text attribute that somebody set; see {@link settled}. */
export function textOf(attributes: Attributes, name: string): Value<string> {
  return settled(attributes, name, attributes.string(name));
}

/** A number attribute that somebody set; see {@link settled}. */
export function numberOf(attributes: Attributes, name: string): Value<number> {
  return settled(attributes, name, attributes.number(name));
}

/** A boolean attribute that somebody set; see {@link settled}. */
export function booleanOf(attributes: Attributes, name: string): Value<boolean> {
  return settled(attributes, name, attributes.boolean(name));
}

/** A list of texts that somebody set; see {@link settled}. */
export function textsOf(attributes: Attributes, name: string): Value<readonly string[]> {
  return settled(
    attributes,
    name,
    convert(attributes.value(name), (value) => listOfTexts(value), `${name} is not a list of texts`),
  );
}

/** True when an attribute has a value or will get one that somebody configured: enough where only its presence matters. */
export function isSet(attributes: Attributes, name: string): boolean {
  const value = attributes.value(name);
  switch (value.kind) {
    case 'absent':
      return false;
    case 'known':
      return value.value !== '' && !(Array.isArray(value.value) && value.value.length === 0);
    case 'unknown':
      return attributes.configured(name);
  }
}

/**
 * Whether an attribute will have a value. One that is not known counts as set where it comes from attributes of resources alone,
 * such as the ARN of a key; a variable or a local value may be null.
 */
export function presence({ stack, resource }: Placed, name: string, attributes = resource.attributes): Value<boolean> {
  const value = attributes.value(name);
  if (value.kind !== 'unknown') {
    return { kind: 'known', value: isSet(attributes, name), sensitive: false };
  }
  const expression = attributes.expression(name);
  if (expression === undefined) {
    return attributes.configured(name) ? value : { kind: 'known', value: false, sensitive: false };
  }
  const { targets, unresolved } = resolveReferences(stack, resource, expression);
  return targets.length > 0 && unresolved.length === 0
    ? { kind: 'known', value: true, sensitive: false }
    : unknown(value.cause);
}

/**
 * The blocks of a type that the provider never fills in: wholly unknown ones come from a `dynamic` block, which a plan's
 * configuration leaves out.
 */
export function blocksOf(attributes: Attributes, name: string): Value<readonly Attributes[]> {
  return attributes.object(name).whollyUnknown
    ? unknown('from a dynamic block whose content is not known')
    : attributes.blocks(name);
}

/** The only block of a name, where there is one; unknown when the blocks are. */
export function blockOf(attributes: Attributes, name: string): Value<Attributes> {
  const blocks = attributes.blocks(name);
  if (blocks.kind !== 'known') {
    return blocks;
  }
  const first = blocks.value[0];
  return first === undefined ? ABSENT : { kind: 'known', value: first, sensitive: false };
}

/** Judges a value: unknown stays unknown, with its cause; an absent one is judged as the default of AWS. */
export function judge<T>(
  name: string,
  value: Value<T>,
  fallback: T,
  passes: (value: T) => boolean,
  message: (value: T, passed: boolean) => string,
): Judgement {
  if (value.kind === 'unknown') {
    return ['unknown', `${name} is ${value.cause}`];
  }
  const actual = value.kind === 'absent' ? fallback : value.value;
  const passed = passes(actual);
  return [passed ? 'pass' : 'fail', message(actual, passed)];
}

function listOfTexts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'string') ? value : undefined;
}
