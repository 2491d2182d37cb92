/** Characters and classes, each with a repetition or without. */
const PATTERN = /^(?:(?:\[(?:[\w.~+/=-]|\\[wd.])+\]|\\[wd.+/]|[\w~/=-])(?:\{\d{1,4}(?:,\d{1,4})?\})?)+$/;
const MAX_LENGTH = 200;

/**
 * Makes the test of the form of opaque tokens. A pattern describes a whole token: letters, digits, `- _ ~ / =`, `\.` and `\+`,
 * classes such as `[A-Za-z0-9_-]`, `\w` and `\d`, each with `{n}` or one of them with `{n,m}`. There is no more, so that no
 * token makes the test slow: `oat_[A-Za-z0-9]{20,64}`.
 *
 * @throws {Error} for anything else
 */
export function tokenPattern(text: string): RegExp {
  const variable = text.match(/\{\d+,\d+\}/g) ?? [];
  if (text.length <= MAX_LENGTH && PATTERN.test(text) && variable.length <= 1) {
    try {
      return new RegExp(`^(?:${text})$`);
    } catch {
      // A range or a repetition that is out of order: refused below, as the rest.
    }
  }
  throw new Error(
    `token pattern is ${JSON.stringify(text)}, allowed are characters and classes with {n} or, once, {n,m}, such as "oat_[A-Za-z0-9]{20,64}"`,
  );
}
