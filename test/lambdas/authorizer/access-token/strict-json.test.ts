import fc from 'fast-check';
import { parseStrictObject } from '../../../../lambdas/authorizer/access-token/strict-json';

/** Objects in objects, `depth` of them. */
const nested = (depth: number) => '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1);

describe('parseStrictObject', () => {
  it('reads an object', () => {
    expect(parseStrictObject('{"a":1,"b":{"a":[{"a":null}]},"c":"a"}')).toEqual({
      a: 1,
      b: { a: [{ a: null }] },
      c: 'a',
    });
  });

  it.each(['', 'null', '1', '"text"', '[]', '[{}]', '{', '{"a":1,}', "{'a':1}", '\ufeff{}', '{}x'])(
    'refuses %j, which is no object',
    (text) => {
      expect(parseStrictObject(text)).toBeUndefined();
    },
  );

  it.each([
    '{"a":1,"a":2}',
    '{"a":1,"b":[1,"a"],"a":2}',
    '{"x":{"a":1,"a":2}}',
    '{"x":[{"a":1},{"a":1,"a":2}]}',
    '{"a":1,"\\u0061":2}',
    '{"a":1,"a" \n\t:2}',
    '{"\\\\":1,"\\\\":2}',
    '{"":1,"":2}',
  ])('refuses %s, which has a member twice', (text) => {
    expect(parseStrictObject(text)).toBeUndefined();
  });

  it.each([
    '{"a":{"a":1},"b":{"a":2}}',
    '{"a":["b","b"],"b":"a"}',
    '{"a":"\\",\\"a\\":","b":1}',
    '{"a\\\\":1,"a":2}',
    '{"a":"{[","b":"]}"}',
  ])('accepts %s, whose members are unique', (text) => {
    expect(parseStrictObject(text)).toEqual(JSON.parse(text));
  });

  it('accepts whatever JSON.stringify writes of an object', () => {
    const value = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 }));
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1), (object, indent) => {
        const text = JSON.stringify(object, undefined, indent);
        fc.pre(!text.includes('"__proto__"'));
        expect(parseStrictObject(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses it once any member stands twice', () => {
    const member = fc.tuple(fc.string(), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(fc.array(member, { minLength: 1 }), fc.nat(), (members, position) => {
        const again = members[position % members.length] ?? ['', null];
        const text = [...members, again].map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
        expect(parseStrictObject(`{${text.join()}}`)).toBeUndefined();
      }),
    );
  });

  it.each(['{"__proto__":{}}', '{"a":{"__proto__":1}}', '{"__pr\\u006fto__":{}}'])('refuses %s', (text) => {
    expect(parseStrictObject(text)).toBeUndefined();
  });

  it('reads a member named constructor as any other', () => {
    expect(Object.entries(parseStrictObject('{"constructor":1}') ?? {})).toEqual([['constructor', 1]]);
  });

  it('accepts a nesting of 8', () => {
    expect(parseStrictObject(nested(8))).toBeDefined();
  });

  it.each([
    ['objects', nested(9)],
    ['lists', `{"a":${'['.repeat(8)}${']'.repeat(8)}}`],
  ])('refuses a nesting of 9 %s', (_what, text) => {
    expect(parseStrictObject(text)).toBeUndefined();
  });
});
