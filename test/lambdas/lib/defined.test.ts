import { defined } from '../../../lambdas/lib/defined';

test('leaves out what is undefined, and nothing else', () => {
  expect(Object.keys(defined({ a: undefined, b: null, c: false, d: 0, e: '', f: Number.NaN }))).toEqual([
    'b',
    'c',
    'd',
    'e',
    'f',
  ]);
});

test('its optional properties go where only defined ones may', () => {
  const given: { readonly size?: number; readonly name: string } = { name: 'n' };
  const taken: { readonly size?: number; readonly name: string } = defined({ size: given.size, name: given.name });
  expect(taken).toEqual({ name: 'n' });
});
