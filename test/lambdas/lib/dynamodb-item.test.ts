import { marshall } from '@aws-sdk/util-dynamodb';
import { fromAttributes, toAttributes } from '../../../lambdas/lib/dynamodb-item';

test('turns attributes into plain values', () => {
  const item = {
    text: { S: 't' },
    number: { N: '1.5' },
    yes: { BOOL: true },
    nothing: { NULL: true },
    list: { L: [{ S: 'a' }, { M: { deep: { N: '2' } } }] },
    set: { SS: ['x', 'y'] },
    bytes: { B: 'AAE=' },
  };
  expect(fromAttributes(item)).toEqual({
    text: 't',
    number: 1.5,
    yes: true,
    nothing: null,
    list: ['a', { deep: 2 }],
    set: ['x', 'y'],
    bytes: 'AAE=',
  });
});

test('reads what the SDK writes', () => {
  const value = { a: 'x', b: [1, { c: true }], d: null };
  expect(fromAttributes(marshall(value))).toEqual(value);
});

test.each([{ NS: ['1'] }, {}])('refuses the type of %j', (attribute) => {
  expect(() => fromAttributes({ attribute })).toThrow('is not supported');
});

describe('to attributes', () => {
  test('what is written is read again', () => {
    const item = { s: 'x', n: 1.5, b: false, z: null, l: ['a', 1, { m: true }], m: { deep: { er: '' } } };
    expect(fromAttributes(toAttributes(item))).toEqual(item);
  });

  test('members that are undefined are left out', () => {
    expect(toAttributes({ a: undefined, b: { c: undefined } })).toEqual({ b: { M: {} } });
  });

  test('what JSON cannot express is refused', () => {
    expect(() => toAttributes({ a: () => {} })).toThrow('value of type function cannot be stored');
  });
});
