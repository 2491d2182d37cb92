/** Blanks between two columns. */
const GAP = 2;
/** A column is not made narrower than this while another one is wider. */
const NARROWEST = 8;

/** Length of a text on a terminal, in columns. */
export function width(text: string): number {
  return [...text].length;
}

/**
 * Lays out a table within a width. Cells are wrapped, at blanks where that is possible; nothing is cut off.
 *
 * @param paint colours a laid-out cell by its row and column
 * @returns undefined when the columns do not fit at all
 */
export function layOut(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  total: number,
  paint: (text: string, row: number, column: number) => string,
): string[] | undefined {
  const widths = columnWidths(head, rows, total);
  if (widths === undefined) {
    return undefined;
  }
  const lines = rowLines(head, widths, (text) => text);
  lines.push(widths.map((size) => '-'.repeat(size)).join(' '.repeat(GAP)));
  rows.forEach((row, index) => {
    lines.push(...rowLines(row, widths, (text, column) => paint(text, index, column)));
  });
  return lines;
}

/** Narrows the widest columns until all fit: first to their longest words, and only then within words. */
function columnWidths(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  total: number,
): number[] | undefined {
  const texts = head.map((title, column) => [title, ...rows.map((row) => row[column] ?? '')]);
  const widths = texts.map((column) => Math.max(...column.map(width)));
  const words = texts.map((column) => Math.max(...column.flatMap((text) => text.split(' ')).map(width)));
  const available = total - GAP * (widths.length - 1);
  return (
    narrow(widths, words, available) ??
    narrow(
      words,
      words.map((word) => Math.min(word, NARROWEST)),
      available,
    )
  );
}

function narrow(widths: readonly number[], floors: readonly number[], available: number): number[] | undefined {
  const result = [...widths];
  for (let excess = result.reduce((sum, size) => sum + size, 0) - available; excess > 0; excess -= 1) {
    let widest = -1;
    result.forEach((size, column) => {
      if (size > (floors[column] ?? 0) && size > (result[widest] ?? 0)) {
        widest = column;
      }
    });
    if (widest === -1) {
      return undefined;
    }
    result[widest] = (result[widest] ?? 0) - 1;
  }
  return result;
}

function rowLines(
  row: readonly string[],
  widths: readonly number[],
  paint: (text: string, column: number) => string,
): string[] {
  const cells = widths.map((size, column) => wrap(row[column] ?? '', size));
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = cells.map((cell, column) => {
      const text = cell[line] ?? '';
      const last = column === widths.length - 1;
      return (text === '' ? '' : paint(text, column)) + (last ? '' : ' '.repeat((widths[column] ?? 0) - width(text)));
    });
    return parts.join(' '.repeat(GAP)).trimEnd();
  });
}

/** Breaks a text into lines, at blanks, and within words that are longer than a line: before a slash, else anywhere. */
export function wrap(text: string, size: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (width(joined) <= size) {
      line = joined;
      continue;
    }
    if (line !== '') {
      lines.push(line);
    }
    const characters = [...word];
    while (characters.length > size) {
      // A path is broken between its parts where one ends on the line.
      const end = characters.lastIndexOf('/', size - 1);
      lines.push(characters.splice(0, end > 0 ? end : size).join(''));
    }
    line = characters.join('');
  }
  lines.push(line);
  return lines;
}
