import fc from 'fast-check';
import { parseForm } from '../../../lambdas/token-endpoint/http/event';
import { OAuthError } from '../../../lambdas/token-endpoint/oauth-error';

const numRuns = process.env.GATEHOUSE_TEST_LONG ? 100_000 : 500;

test('a form is read as the URL standard reads it, or refused: never as something else', () => {
  const piece = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.constantFrom('&', '=', '+', '%', '%2', '%41', '%ff', 'a', 'resource'),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const body = pieces.join('');
      let form: ReadonlyMap<string, string>;
      try {
        form = parseForm(body);
      } catch (error) {
        expect(error).toBeInstanceOf(OAuthError);
        return;
      }
      const expected = [...new URLSearchParams(body)].filter(([, value]) => value !== '');
      expect([...form]).toEqual(expected);
    }),
    { numRuns },
  );
});

test('every form of distinct names is read', () => {
  const safe = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });
  const names = fc.uniqueArray(
    safe.filter((name) => name !== ''),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(
      names,
      fc.array(
        safe.filter((value) => value !== ''),
        { minLength: 6, maxLength: 6 },
      ),
      (keys, values) => {
        const pairs = keys.map((key, index) => [key, values[index] ?? 'x'] as [string, string]);
        expect([...parseForm(new URLSearchParams(pairs).toString())]).toEqual(pairs);
      },
    ),
    { numRuns },
  );
});
