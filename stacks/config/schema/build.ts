import type { Grammar } from '../../../lambdas/lib/grammar';

/** What a text allows, as an error says it. A symbol, so that the published schema does not have it. */
export const ALLOWED = Symbol('allowed');
declare const TYPE: unique symbol;

/** The keywords of JSON Schema (draft 7) that describe the configuration. The checks know these and no other. */
export interface Keywords {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Keywords;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minProperties?: number;
  readonly propertyNames?: Keywords;
  readonly properties?: Readonly<Record<string, Keywords>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: false | Keywords;
  readonly anyOf?: readonly Keywords[];
  readonly oneOf?: readonly Keywords[];
  readonly not?: Keywords;
  readonly if?: Keywords;
  readonly then?: Keywords;
  readonly else?: Keywords;
  readonly [ALLOWED]?: string;
}

/** A JSON Schema together with the type of what it accepts. */
export interface Schema<T> extends Keywords {
  readonly [TYPE]?: T;
}

/** Type of the values that a schema accepts. */
export type TypeOf<S> = S extends Schema<infer T> ? T : never;

type Members = Readonly<Record<string, Schema<unknown>>>;
type ObjectOf<R extends Members, O extends Members> = { readonly [K in keyof R]: TypeOf<R[K]> } & {
  readonly [K in keyof O]?: TypeOf<O[K]>;
};

/** What is said of a member besides its type. */
interface Said {
  /** What happens where the member is absent, if that is not a value. */
  readonly absent?: string;
}

type TextKeywords = Pick<Keywords, 'minLength' | 'maxLength'> & { readonly default?: string };
type NumberKeywords = Pick<Keywords, 'minimum' | 'maximum'> & { readonly default?: number };

/** A text of a grammar, or any that is not empty. */
export function text(description: string, options: (Grammar | object) & TextKeywords & Said = {}): Schema<string> {
  const { pattern, allowed, ...rest } = options as Partial<Grammar> & TextKeywords & Said;
  if (pattern === undefined) return said({ type: 'string', minLength: 1, ...rest }, description);
  return said(
    { type: 'string', pattern: pattern.source, ...rest, ...(allowed === undefined ? {} : { [ALLOWED]: allowed }) },
    description,
  );
}

/** Any text, also an empty one. */
export function anyText(description: string): Schema<string> {
  return said({ type: 'string' }, description);
}

/** One value and no other. */
export function constant<const V extends string>(description: string, value: V): Schema<V> {
  return said({ const: value }, description);
}

export function number(description: string, options: NumberKeywords & Said): Schema<number> {
  return said({ type: 'number', ...options }, description);
}

export function integer(description: string, options: NumberKeywords & Said): Schema<number> {
  return said({ type: 'integer', ...options }, description);
}

export function flag(description: string, options: { readonly default?: boolean } & Said = {}): Schema<boolean> {
  return said({ type: 'boolean', ...options }, description);
}

/** One of some values. */
export function choice<const V extends string | number>(
  description: string,
  values: readonly V[],
  options: { readonly default?: NoInfer<V> } & Said = {},
): Schema<V> {
  return said({ enum: values, ...options }, description);
}

export function list<T>(
  description: string,
  items: Schema<T>,
  options: Pick<Keywords, 'minItems' | 'maxItems' | 'uniqueItems'> & {
    readonly default?: readonly NoInfer<T>[];
  } & Said = {},
): Schema<readonly T[]> {
  return said({ type: 'array', items, ...options }, description);
}

/** Values by a name that the configuration chooses. */
export function record<T>(
  description: string,
  names: Keywords | undefined,
  values: Schema<T>,
  options: Pick<Keywords, 'minProperties'> & Said = {},
): Schema<Readonly<Record<string, T>>> {
  return said(
    {
      type: 'object',
      ...(names === undefined ? {} : { propertyNames: names }),
      additionalProperties: values,
      ...options,
    },
    description,
  );
}

/** Members with fixed names, and no other. */
export function object<R extends Members = Record<never, never>, O extends Members = Record<never, never>>(
  description: string,
  { required = {} as R, optional = {} as O }: { readonly required?: R; readonly optional?: O },
  options: Pick<Keywords, 'anyOf' | 'if' | 'else'> & Said = {},
): Schema<ObjectOf<R, O>> {
  return said(
    {
      type: 'object',
      properties: { ...required, ...optional },
      ...(Object.keys(required).length === 0 ? {} : { required: Object.keys(required) }),
      additionalProperties: false,
      ...options,
    },
    description,
  );
}

/** Names of a grammar, for `record`. */
export function names({ pattern, allowed }: Grammar): Keywords {
  return { pattern: pattern.source, [ALLOWED]: allowed };
}

function said<T>(keywords: Keywords & Said, description: string): Schema<T> {
  const { absent, ...schema } = keywords;
  const { default: value } = schema;
  const fallback = absent ?? (value === undefined ? undefined : valueText(value));
  return { ...schema, description: fallback === undefined ? description : `${description} Default: ${fallback}.` };
}

function valueText(value: unknown): string {
  return Array.isArray(value) ? value.map((one) => JSON.stringify(one)).join(', ') : JSON.stringify(value);
}
