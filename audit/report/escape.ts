/**
 * Makes a text from a plan safe to show: control characters could move a cursor and hide a row, marks of direction could turn a
 * name around, and half of a surrogate pair is not a character in any file format.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\uFFFE\uFFFF]/gu, '\uFFFD');
}

/** Text of HTML and XML, and of attributes in double quotes. */
export function markup(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** One text, or several below each other, as HTML. */
export function markupLines(texts: string | readonly string[]): string {
  return (typeof texts === 'string' ? [texts] : texts).map(markup).join('<br>');
}

/**
 * Text for GitHub-flavoured Markdown, also within a table: nothing in it is markup, an HTML tag, a link, a mention of somebody or
 * a reference to an issue. The empty comments keep GitHub, which looks for those in the finished page, from finding any.
 */
export function markdown(text: string): string {
  return printable(text).replace(SPECIAL, (character) => {
    const reference = `&#${character.codePointAt(0)};`;
    return character === '@' || character === '#' ? `${reference}<!-- -->` : reference;
  });
}

/** What Markdown may read as more than text; not an underscore within a word, a colon before a blank, and a slash. */
const SPECIAL = /(?!(?<=[\p{L}\p{N}])_+(?=[\p{L}\p{N}])|: )[^\p{L}\p{N} ,.;()\u2026/-]|(?<=www)\./giu;

/** Addresses that stay one link in a cell of a table: none of their characters ends it. */
const ADDRESS = /^https:\/\/[\w.-]+(\/[\w.~/%=&?#+-]*)?$/;

/** The address of a page as a link of Markdown; a text when it could be read as something else. */
export function markdownLink(address: string): string {
  return ADDRESS.test(address) ? `<${address}>` : markdown(address);
}

/** A text of Markdown in the typeface of code. */
export function markdownCode(text: string): string {
  return `<code>${markdown(text)}</code>`;
}

/** JSON whose text holds no control character, not even those that JSON allows: it may be read on a terminal. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(/(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/gu, escapeUnits)}\n`;
}

function escapeUnits(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/**
 * A field of CSV (RFC 4180). A text that a spreadsheet would take for a formula gets a leading apostrophe.
 * Source: OWASP, "CSV Injection".
 */
export function csv(text: string): string {
  const safe = printable(text).replace(/^(?=[=+\-@])/, "'");
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Message of a GitHub workflow command. Source: GitHub, "Workflow commands for GitHub Actions"; actions/toolkit. */
export function commandMessage(text: string): string {
  return printable(text).replaceAll('%', '%25');
}

/** Property of a GitHub workflow command. */
export function commandProperty(text: string): string {
  return commandMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

/**
 * Keeps a line of plain text from being taken for a workflow command by a CI system that reads the log: `::command::` at the
 * beginning of a line (GitHub), `##[command]` and `##vso[command]` anywhere (GitHub, Azure). The look-alikes are as wide.
 */
export function noCommand(line: string): string {
  return line.replace(/^(\s*):(?=:)/, '$1\uA789').replace(/##(?=\w*\[)/g, '#\u266F');
}
