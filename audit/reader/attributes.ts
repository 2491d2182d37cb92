import { arrayOf, isEqual, isObject, type Json, type JsonObject, member, objectOf } from '../json';
import { ABSENT, convert, known, unknown, type Value } from '../three-valued';
import { descend, type Expression, isExpression, toExpression } from './configuration';

/** What is known of an object: its values, and beside them, in the same shape, what is unknown, sensitive, configured. */
interface Layers {
  readonly after: Json | undefined;
  /** `true`, or an object or list aligned with `after`. */
  readonly unknown: Json | undefined;
  readonly sensitive: Json | undefined;
  readonly expressions: Json | undefined;
  /** Cause of unknown values. */
  readonly cause: string;
}

/**
 * Stands for the configuration of a block that a `dynamic` block makes, which a plan's configuration leaves out: whatever is not known of it,
 * somebody set.
 */
const DYNAMIC: JsonObject = Object.freeze({});

/** The attributes of a resource or of a block of it, read with three values. */
export class Attributes {
  constructor(private readonly layers: Layers) {}

  /** The value of an attribute. Unknown also when only a part of it is. */
  value(name: string): Value<Json> {
    return this.below(name).self();
  }

  string(name: string): Value<string> {
    return convert(
      this.value(name),
      (value) => (typeof value === 'string' ? value : undefined),
      `${name} is not a text`,
    );
  }

  number(name: string): Value<number> {
    // Terraform writes numbers of string-typed attributes as text.
    const read = (value: Json) =>
      typeof value === 'number' || (typeof value === 'string' && value.trim() !== '') ? Number(value) : Number.NaN;
    return convert(this.value(name), (value) => finite(read(value)), `${name} is not a number`);
  }

  boolean(name: string): Value<boolean> {
    const read = (value: Json) =>
      value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;
    return convert(this.value(name), read, `${name} is not a boolean`);
  }

  /** Elements of a list or set, each with a value of its own. */
  elements(name: string): Value<readonly Value<Json>[]> {
    const layers = this.below(name).layers;
    if (layers.unknown === true) {
      return unknown(layers.cause);
    }
    if (!Array.isArray(layers.after)) {
      return this.value(name).kind === 'absent' ? ABSENT : unknown(`${name} is not a list`);
    }
    const list = new Attributes(layers);
    return known(
      layers.after.map((_, index) => list.below(index).self()),
      layers.sensitive === true,
    );
  }

  /** The attributes of an object-valued attribute. */
  object(name: string): Attributes {
    return this.below(name);
  }

  /** An attribute as the plan writes it, and what of it is known only after apply: for comparing, never for judging a value. */
  layersOf(name: string): {
    readonly after: Json | undefined;
    readonly unknown: Json | undefined;
    /** What the configuration says of it: an expression, or a tree of them. */
    readonly expressions: Json | undefined;
  } {
    const { after, unknown: unknownPart, expressions } = this.below(name).layers;
    return { after, unknown: unknownPart, expressions };
  }

  /** True when both say the same, and nothing of the other is known only after apply. */
  equals({ layers }: Attributes): boolean {
    return !holdsTrue(layers.unknown) && isEqual(this.layers.after, layers.after);
  }

  /** Names of the attributes that have a value or an unknown one. */
  names(): string[] {
    return [...new Set([...Object.keys(objectOf(this.layers.after)), ...Object.keys(objectOf(this.layers.unknown))])];
  }

  /** True when nothing at all is known of this object. */
  get whollyUnknown(): boolean {
    return this.layers.unknown === true;
  }

  /** True when a part of this object is marked as sensitive. */
  get sensitive(): boolean {
    return holdsTrue(this.layers.sensitive);
  }

  /**
   * The nested blocks of a name; none when there is no such block.
   *
   * @param ordered true for block types that Terraform keeps as a list: their order is that of the configuration
   */
  blocks(name: string, ordered = false): Value<readonly Attributes[]> {
    const { after, unknown: unknownPart, sensitive, expressions, cause } = this.below(name).layers;
    if (unknownPart === true) {
      return this.configured(name) ? unknown(cause) : known([]);
    }
    const values = Array.isArray(after) ? after : isObject(after) ? [after] : [];
    const configured = isExpression(expressions)
      ? values.map((_, index) => descend(expressions, index))
      : Array.isArray(expressions)
        ? expressions
        : isObject(expressions)
          ? [expressions]
          : [];
    const isDynamic = this.layers.expressions !== undefined && expressions === undefined;
    return known(
      values.map((value, index) => {
        const part = Array.isArray(after) ? arrayOf(unknownPart)[index] : unknownPart;
        return new Attributes({
          after: value,
          unknown: part,
          sensitive: sensitive === true ? true : Array.isArray(after) ? arrayOf(sensitive)[index] : sensitive,
          expressions: isDynamic
            ? DYNAMIC
            : ordered || (values.length === 1 && configured.length === 1)
              ? configured[index]
              : matchingBlock(value, part, configured),
          cause,
        });
      }),
    );
  }

  /** The same values, as if no configuration were known. */
  withoutExpressions(): Attributes {
    return new Attributes({ ...this.layers, expressions: undefined });
  }

  /** The expression of an attribute; undefined when the configuration does not set it. */
  expression(name: string): Expression | undefined {
    return toExpression(descend(this.layers.expressions, name));
  }

  /** True when the configuration sets the attribute or block: an unknown value that nobody set is the provider's own. */
  configured(name: string): boolean {
    return this.layers.expressions === DYNAMIC || descend(this.layers.expressions, name) !== undefined;
  }

  private below(key: string | number): Attributes {
    const { after, unknown: unknownPart, sensitive, expressions, cause } = this.layers;
    const step = (value: Json | undefined) => (typeof key === 'number' ? arrayOf(value)[key] : member(value, key));
    return new Attributes({
      after: step(after),
      unknown: unknownPart === true ? true : step(unknownPart),
      sensitive: sensitive === true ? true : step(sensitive),
      expressions: expressions === DYNAMIC ? DYNAMIC : descend(expressions, key),
      cause,
    });
  }

  private self(): Value<Json> {
    const { after, unknown: unknownPart, sensitive, cause } = this.layers;
    if (holdsTrue(unknownPart)) {
      return unknown(cause);
    }
    return after === undefined || after === null ? ABSENT : known(after, holdsTrue(sensitive));
  }
}

/** Sets are not in the order of the configuration: finds the one block whose constants agree with the value. */
function matchingBlock(
  value: Json,
  unknownPart: Json | undefined,
  configured: readonly (Json | undefined)[],
): Json | undefined {
  const agreeing = configured.filter((block) =>
    Object.entries(objectOf(block)).every(([name, expression]) => {
      const parsed = toExpression(expression);
      if (parsed?.constant === undefined || parsed.references.length > 0 || member(unknownPart, name) === true) {
        return true;
      }
      return typeof parsed.constant === 'object' || String(parsed.constant) === String(member(value, name));
    }),
  );
  const first = agreeing[0];
  return agreeing.every((block) => JSON.stringify(block) === JSON.stringify(first)) ? first : undefined;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function holdsTrue(value: Json | undefined): boolean {
  if (value === true) {
    return true;
  }
  if (Array.isArray(value)) {
    return value.some(holdsTrue);
  }
  return isObject(value) && Object.values(value as JsonObject).some(holdsTrue);
}
