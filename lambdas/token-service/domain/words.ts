/** Words of a search, as they are compared. */
export function wordsOf(text: string): string[] {
  return plain(text)
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** Whether each word is somewhere in the texts. */
export function hasWords(texts: readonly string[], words: readonly string[]): boolean {
  const text = plain(texts.join('\n'));
  return words.every((word) => text.includes(word));
}

/** Text as it is compared: letters alone count, whether large or small, and however they are encoded. */
function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
