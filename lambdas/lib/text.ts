/**
 * What no name, id or claim may hold: control characters (Cc), format characters that are not seen and can turn the order of
 * what is (Cf: bidirectional controls, zero-width characters, byte order mark, tags), what else is not shown by itself (fillers,
 * variation selectors), halves of a surrogate pair (Cs), line and paragraph separators, and code points that are no characters.
 *
 * Sources: RFC 7493, 2.1; Unicode Technical Report 36, 2.5 ("Bidirectional Text Spoofing"); Unicode Standard, 23.7.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;

/** The same, without the line breaks and tabs of a text of several lines. */
const UNSAFE_IN_LINES =
  /(?![\n\r\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/u;

/** Most texts; a look at them spares the search by Unicode property. */
const PRINTABLE_ASCII = /^[ -~]*$/;

/** What {@link isSafeText} accepts, for error messages. */
export const SAFE_TEXT_EXPECTED =
  'text without control characters, invisible or bidirectional format characters and unpaired surrogates';

/**
 * Whether a text is one that everybody reads alike: two that look the same on a screen, in a log or in a list are the same,
 * and every implementation of JSON and UTF-8 hands it on unchanged. Texts are compared as they are; they are not normalised.
 */
export function isSafeText(text: string): boolean {
  return PRINTABLE_ASCII.test(text) || !UNSAFE.test(text);
}

/** Whether a text of several lines is safe, as {@link isSafeText} has it; line breaks and tabs are allowed. */
export function isSafeLines(text: string): boolean {
  return PRINTABLE_ASCII.test(text) || !UNSAFE_IN_LINES.test(text);
}
