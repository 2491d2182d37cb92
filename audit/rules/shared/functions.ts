import { join } from '../../model/joins';
import type { AuditModel } from '../../model/types';
import type { Attributes } from '../../reader/attributes';
import { unknown, type Value } from '../../three-valued';
import type { Placed } from './resources';
import { resourcesOf } from './resources';

/** A function that something invokes; the resource is undefined where no stack that was read makes it. */
export interface FunctionTarget {
  readonly name: string;
  readonly placed: Placed | undefined;
}

const FUNCTION = 'aws_lambda_function';
const ALIAS = 'aws_lambda_alias';
const IN_ARN = /:function:([\w-]+)/;

/** The functions of a model, found by name also from other stacks: gateway and platform are stacks of their own. */
export class Functions {
  private readonly byName = new Map<string, Placed>();

  constructor(model: AuditModel) {
    for (const placed of resourcesOf(model, FUNCTION)) {
      const name = placed.resource.attributes.string('function_name');
      if (name.kind === 'known') {
        this.byName.set(name.value, placed);
      }
    }
  }

  /** The function that an attribute names: by name, by ARN, by an invocation URI, or by a reference. */
  target(from: Placed, attribute: string, attributes: Attributes = from.resource.attributes): Value<FunctionTarget> {
    const joined = join(
      from.stack,
      from.resource,
      attributes,
      attribute,
      [FUNCTION, ALIAS],
      ['id', 'arn', 'invoke_arn'],
    );
    if (joined.kind === 'resource') {
      const placed: Placed = { stack: from.stack, resource: joined.resource };
      return joined.resource.type === ALIAS ? this.target(placed, 'function_name') : this.of(placed);
    }
    if (joined.kind === 'absent') {
      return joined;
    }
    const value = attributes.string(attribute);
    const template = attributes.expression(attribute)?.constant;
    const text = value.kind === 'known' ? value.value : typeof template === 'string' ? template : undefined;
    const name = text === undefined ? undefined : nameIn(text);
    if (name === undefined) {
      return unknown(joined.kind === 'unknown' ? joined.cause : 'no function that can be told');
    }
    return { kind: 'known', value: { name, placed: this.byName.get(name) }, sensitive: false };
  }

  private of(placed: Placed): Value<FunctionTarget> {
    const name = placed.resource.attributes.string('function_name');
    return name.kind === 'known'
      ? { kind: 'known', value: { name: name.value, placed }, sensitive: name.sensitive }
      : { kind: 'known', value: { name: placed.resource.address, placed }, sensitive: false };
  }
}

function nameIn(text: string): string | undefined {
  return IN_ARN.exec(text)?.[1] ?? (/^[\w-]+$/.test(text) ? text : undefined);
}
