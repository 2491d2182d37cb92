import fc from 'fast-check';
import { isPlainPath, PATH_READERS, PathTree, readings, readPath } from '../../../lambdas/lib/gateway-paths';
import { isWellWritten, spellingOf } from '../authorizer/support/raw-paths';
import { resolveSegments } from '../authorizer/support/routing';
import { requestFor, table } from '../authorizer/support/worlds';

function treeOf(...templates: string[]): PathTree<string> {
  const tree = new PathTree<string>();
  for (const template of templates) {
    tree.add(template, template);
  }
  return tree;
}

describe('the resource for segments', () => {
  const tree = treeOf('/', '/v1/a', '/v1/{x}', '/v1/a/{y}/z', '/v1/{x}/b', '/files/{path+}');

  test.each([
    ['', '/'],
    ['v1/a', '/v1/a'],
    ['v1/c', '/v1/{x}'],
    ['v1/A', '/v1/{x}'],
    ['v1/a/b', '/v1/{x}/b'],
    ['v1/a/q/z', '/v1/a/{y}/z'],
    ['files/1/2', '/files/{path+}'],
    ['files', undefined],
    ['v1', undefined],
    ['v1/', undefined],
  ])('%s is %s', (segments, template) => {
    expect(tree.find(segments === '' ? [] : segments.split('/'))?.value).toBe(template);
  });

  test('comes with the segments of its parameters', () => {
    expect(treeOf('/{a}/b/{rest+}').find(['1', 'b', '2', '3'])?.parameters).toEqual([['1'], ['2', '3']]);
  });

  test('is that of a search over all templates, for random tables', () => {
    fc.assert(
      fc.property(
        table.chain((rules) => fc.tuple(fc.constant(rules), requestFor(rules))),
        ([rules, { method, path }]) => {
          const all = treeOf(...rules.map((rule) => rule.path));
          const segments = path === '/' ? [] : path.slice(1).split('/');
          const found = rules.find((rule) => rule.method === method && rule.path === all.find(segments)?.value);
          expect(found).toBe(resolveSegments(rules, method, segments));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('readings', () => {
  const read = (path: string) => readings(path).map((segments) => segments.join(' '));

  test.each([
    ['a plain path', '/v1/sales', ['v1 sales']],
    ['the root', '/', ['']],
    ['a slash at the end, which is ignored', '/v1/sales/', ['v1 sales']],
    ['slashes at the beginning, which are dropped', '//v1/sales', ['v1 sales']],
    ['upper case, which is another path', '/V1', ['V1']],
    ['an empty segment: dropped or kept', '/v1//sales', ['v1 sales', 'v1  sales']],
    ['two slashes at the end', '/v1//', ['v1', 'v1 ']],
    ['an encoded letter: decoded or not', '/v1/s%61les', ['v1 s%61les', 'v1 sales']],
    ['an encoded slash: a separator or not', '/a%2Fb', ['a%2Fb', 'a/b', 'a b']],
    ['an encoded slash at the end', '/a%2f', ['a%2f', 'a/', 'a']],
    ['a dot: a segment or none', '/a/./b', ['a . b', 'a b']],
    ['two dots: a segment, or back by one', '/a/x/../b', ['a x .. b', 'a b']],
    ['encoded dots', '/a/x/%2e%2E/b', ['a x %2e%2E b', 'a x .. b', 'a b']],
    ['a percent sign that encodes nothing', '/a%zz', ['a%zz']],
    ['an encoded percent sign, once', '/%2561', ['%2561', '%61']],
  ])('%s', (_, path, expected) => {
    expect(read(path).sort()).toEqual([...expected].sort());
  });

  test.each([
    ['an empty segment that is dropped before the dots', '/a//../b', 'b'],
    ['an empty segment that the dots take away', '/a//../b', 'a b'],
    ['empty segments of which only the others are dropped', '/a//../b//c', 'a b c'],
    ['dots that are resolved before others are decoded', '/a/x/../%2e%2e/b', 'a .. b'],
    ['dots that are resolved after decoding', '/a/x/../%2e%2e/b', 'b'],
  ])('mix: %s, %s', (_, path, expected) => {
    expect(read(path)).toContain(expected);
  });

  test('of dots beyond the beginning end there', () => {
    expect(read('/../../a')).toContain('a');
  });
});

describe('plain paths', () => {
  test.each([
    '/',
    '/v1/sales',
    '/v1/sales/',
    '/a/.well-known',
    '/a/b.json',
    '/a/..b',
    '/x%20y',
    '/%40me',
    '/%C3%A4',
    '/a~b',
    '/%zz',
  ])('%s is one', (path) => {
    expect(isPlainPath(path)).toBe(true);
  });

  test.each([
    '//',
    '/a//',
    '/a//b',
    '/.',
    '/a/..',
    '/a/./b',
    '/%2e',
    '/a%2Fb',
    '/%61',
    '/%5A',
    '/%5f',
    '/%2d',
    '/%30',
    '/%3A',
    '/%7e',
    '/x%2520%41',
  ])('%s is none', (path) => {
    expect(isPlainPath(path)).toBe(false);
  });

  test('are taken to the same resource by every gateway of the model, whatever the routes are', () => {
    const world = table.chain((rules) => {
      const request = requestFor(rules);
      return request.chain(({ method, path }) => fc.tuple(fc.constant(rules), fc.constant(method), spellingOf(path)));
    });
    let plain = 0;
    fc.assert(
      fc.property(world, ([rules, method, path]) => {
        if (isPlainPath(path)) {
          plain++;
          const resolved = PATH_READERS.map((reader) => resolveSegments(rules, method, readPath(path, reader)));
          expect(new Set(resolved).size).toBe(1);
        }
      }),
      { numRuns: 2000 },
    );
    expect(plain).toBeGreaterThan(200);
  });

  test('are what well-behaved clients send, but for an encoded colon and the block of the letters', () => {
    fc.assert(
      fc.property(
        table.chain((rules) => requestFor(rules)).chain(({ path }) => spellingOf(path)),
        (path) => {
          expect(isPlainPath(path)).toBe(isWellWritten(path) && !/%3a/i.test(path));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
