import fc from 'fast-check';
import type { Keywords } from '../../../stacks/config/schema/build';

/** Values of every kind, among them some that a schema allows somewhere. */
const ODD = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    'a',
    'Free_1',
    0,
    1,
    -1,
    1.5,
    3601,
    true,
    null,
    [],
    {},
    ['a', 'a'],
    { d: 'x' },
    'jose',
    'prod',
    'DAY',
  ),
  fc.constantFrom<unknown>(
    'https://a.example',
    'http://localhost:1/',
    'a:b',
    '*',
    'a:*',
    '1h',
    '/v1',
    'gatehouse-administration',
    '😀',
  ),
);

/** Values that a schema mostly allows; each part of one is now and then of another kind, missing or unknown. */
export function partOf(schema: Keywords): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 1000, arbitrary: fittingPart(schema) }, { weight: 1, arbitrary: ODD });
}

function fittingPart(schema: Keywords): fc.Arbitrary<unknown> {
  const { type, pattern, oneOf } = schema;
  if (oneOf !== undefined) return fc.oneof(...oneOf.map(fittingPart));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.if !== undefined && type === undefined)
    return fc.oneof(fittingPart(schema.then ?? {}), fittingPart(schema.else ?? {}));
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number': {
      const { minimum = 0, maximum = 100_000 } = schema;
      const within = fc.constantFrom(minimum, maximum, Math.floor((minimum + maximum) / 2));
      const beyond = fc.constantFrom(minimum - 1, maximum + 1, minimum + 0.5);
      return fc.oneof({ weight: 100, arbitrary: within }, { weight: 1, arbitrary: beyond });
    }
    case 'string':
      return textOf(pattern);
    case 'array':
      return fc.oneof(
        { weight: 100, arbitrary: fc.uniqueArray(partOf(schema.items ?? {}), { minLength: 1, maxLength: 3 }) },
        { weight: 1, arbitrary: fc.array(partOf(schema.items ?? {}), { maxLength: 3 }) },
      );
    case 'object':
      return objectOf(schema);
    default:
      return ODD;
  }
}

function textOf(pattern: string | undefined): fc.Arbitrary<unknown> {
  if (pattern === undefined) return fc.string({ minLength: 1, maxLength: 5 });
  // Of what one pattern excludes there is one value, and it is among the odd ones.
  return fc.stringMatching(new RegExp(pattern.replace('(?!gatehouse-administration$)', ''), 'u'));
}

function objectOf({
  properties = {},
  required = [],
  additionalProperties,
  propertyNames,
  not,
  anyOf = [],
  else: other = {},
}: Keywords): fc.Arbitrary<unknown> {
  if (not !== undefined) {
    return fc.constantFrom({ kty: 'EC', kid: '1' }, { kty: 'EC' }, { kty: 'oct', kid: '1', k: 'x' });
  }
  const wanted = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, partOf(member)])),
    // Mostly what one of the alternatives asks for.
    { requiredKeys: [...new Set([...required, ...(anyOf[0]?.required ?? []), ...(other.required ?? [])])] },
  );
  if (typeof additionalProperties === 'object') {
    return fc.dictionary(textOf(propertyNames?.pattern) as fc.Arbitrary<string>, partOf(additionalProperties), {
      minKeys: 1,
      maxKeys: 2,
    });
  }
  const changed = fc
    .tuple(wanted, fc.constantFrom(...Object.keys(properties), 'colour', 'constructor'), ODD)
    .map(([value, name, odd]) => {
      const { [name]: had, ...rest } = value as Record<string, unknown>;
      return had === undefined ? { ...rest, [name]: odd } : rest;
    });
  return fc.oneof({ weight: 300, arbitrary: wanted }, { weight: 1, arbitrary: changed });
}
