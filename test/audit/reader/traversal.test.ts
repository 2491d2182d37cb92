import fc from 'fast-check';
import { parseModuleAddress, parseTraversal, readTraversal } from '../../../audit/reader/traversal';

describe('traversals', () => {
  test('keys may hold dots, brackets and quotes', () => {
    expect(parseTraversal('module.x["a.b[0]\\"c"].aws_thing.y[2].id')).toEqual([
      { name: 'module' },
      { name: 'x' },
      { index: 'a.b[0]"c' },
      { name: 'aws_thing' },
      { name: 'y' },
      { index: 2 },
      { name: 'id' },
    ]);
  });

  test('names may hold dashes', () => {
    expect(parseTraversal('aws_sqs_queue.my-queue.arn')).toEqual([
      { name: 'aws_sqs_queue' },
      { name: 'my-queue' },
      { name: 'arn' },
    ]);
  });

  test('a text behind the traversal is left', () => {
    expect(readTraversal('aws_a.b.id != "x"')?.end).toBe('aws_a.b.id'.length);
  });

  test.each(['', '"quoted"', 'a.b +', 'a["b"', '1a'])('%j is no single traversal', (text) => {
    expect(parseTraversal(text)).toBeUndefined();
  });
});

describe('module addresses', () => {
  test('the root module has no address', () => {
    expect(parseModuleAddress('')).toEqual([]);
  });

  test('each step has its key', () => {
    expect(parseModuleAddress('module.a["x.module.y"].module.b.module.c[1]')).toEqual([
      { name: 'a', key: 'x.module.y' },
      { name: 'b', key: undefined },
      { name: 'c', key: 1 },
    ]);
  });

  test('a resource address is none', () => {
    expect(parseModuleAddress('aws_sqs_queue.jobs')).toBeUndefined();
  });

  test('any key is read back, as Terraform quotes it', () => {
    // addrs.toHCLQuotedString of Terraform: escapes of JSON, and templates doubled.
    const quote = (key: string) => JSON.stringify(key).replace(/[$%](?=\{)/g, (mark) => mark + mark);
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '.', '[', ']', '"', '\\', '$', '{', '%', 'é', ' ') }),
        (key) => {
          expect(parseModuleAddress(`module.m[${quote(key)}]`)).toEqual([{ name: 'm', key }]);
        },
      ),
    );
  });

  test('long unicode escapes are read', () => {
    expect(parseModuleAddress('module.m["\\U0001F600"]')).toEqual([{ name: 'm', key: '\u{1F600}' }]);
  });
});
