import fc from 'fast-check';

/** A change of how a path is written. */
type Spelling = (path: string, at: number, segment: string) => string;

/** Puts a text before a slash, or at the end. Nothing but a slash goes before the first one. */
function inserted(path: string, at: number, text: string): string {
  const slashes = [...path.matchAll(/\//g)].map(({ index }) => index).slice(text.startsWith('/') ? 0 : 1);
  const place = slashes[at % (slashes.length + 1)] ?? path.length;
  return path.slice(0, place) + text + path.slice(place);
}

/** Changes one character that is a letter, digit, dot or another that a literal may have. */
function changed(path: string, at: number, change: (character: string) => string): string {
  const places = [...path.matchAll(/(?<!%.?)[\w.:-]/g)].map(({ index }) => index);
  const place = places[at % Math.max(places.length, 1)];
  return place === undefined ? path : path.slice(0, place) + change(path.charAt(place)) + path.slice(place + 1);
}

const hexOf = (character: string) => character.charCodeAt(0).toString(16).padStart(2, '0');

/** Every way of the model to write a path otherwise, so that a gateway may still choose the same resource or another. */
const SPELLINGS: readonly Spelling[] = [
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path, at) => inserted(path, at, '/'),
  (path, at) => changed(path, at, (character) => `%${hexOf(character)}`),
  (path, at) => changed(path, at, (character) => `%${hexOf(character).toUpperCase()}`),
  (path, at) => inserted(path, at, '/.'),
  (path, at, segment) => inserted(path, at, `/${segment}/..`),
  (path, at) => inserted(path, at, '/%2e'),
  (path, at, segment) => inserted(path, at, `/${segment}/%2E%2e`),
  (path, at, segment) => inserted(path, at, `/${segment}%2F..`),
  (path, at, segment) => inserted(path, at, `/..%2f${segment}`),
  (path, at) => inserted(path, at, '/%2F'),
  (path, at, segment) => inserted(path, at, `%2f${segment}`),
  (path, at) => {
    const slashes = [...path.matchAll(/\//g)].map(({ index }) => index).slice(1);
    const place = slashes[at % Math.max(slashes.length, 1)];
    return place === undefined ? path : `${path.slice(0, place)}%2F${path.slice(place + 1)}`;
  },
  (path, at) => changed(path, at, (character) => character.toUpperCase()),
  (path, at) => changed(path, at, (character) => character.toLowerCase()),
  // These leave a path plain: characters that have to be encoded, within a segment.
  (path, at) => inserted(path, at, '%20'),
  (path, at) => inserted(path, at, 'x%3Ay'),
  (path, at) => inserted(path, at, '/%40'),
  (path) => path.replaceAll(':', '%3A'),
];

const change = fc.tuple(fc.constantFrom(...SPELLINGS), fc.nat({ max: 12 }), fc.constantFrom('a', 'b', 'c', 'z'));

/** A path as a client may write it, made from a plain one. */
export function spellingOf(path: string): fc.Arbitrary<string> {
  const changes = fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    { weight: 5, arbitrary: fc.array(change, { minLength: 1, maxLength: 3 }) },
  );
  return changes.map((list) => list.reduce((text, [spell, at, segment]) => spell(text, at, segment), path));
}

/**
 * Whether a path is one that a well-behaved client sends (RFC 3986, 6.2.2): no empty segment but one slash at the end, no dot
 * segment, no encoded slash, no encoded unreserved character. Written apart from the code under test.
 */
export function isWellWritten(path: string): boolean {
  const segments = path.slice(1).replace(/\/$/, '').split('/');
  const isRoot = path === '/';
  const encoded = [...path.matchAll(/%([0-9a-f]{2})/gi)].map(([, hex = '']) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return (
    (isRoot || segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..')) &&
    encoded.every((character) => !/[\w.~/-]/.test(character))
  );
}
