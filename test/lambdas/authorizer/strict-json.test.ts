import { parseStrictObject } from '../../../lambdas/authorizer/strict-json';

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
