/** A column of a table: its heading, and the text of each row. */
export interface Column<Row> {
  readonly heading: string;
  readonly text: (row: Row) => string | undefined;
}

const GAP = '  ';

/** Aligned rows below their headings. What is absent is `-`; control characters of the texts are not printed. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const lines = [
    columns.map(({ heading }) => heading),
    ...rows.map((row) => columns.map(({ text }) => shown(text(row)))),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => widthOf(line[index] ?? ''))));
  return lines
    .map(
      (line) =>
        `${line
          .map((text, index) => padded(text, widths[index] ?? 0))
          .join(GAP)
          .trimEnd()}\n`,
    )
    .join('');
}

/** Names with their values, one a line, the values aligned. What is absent is left out. */
export function renderFields(fields: readonly (readonly [string, string | undefined])[]): string {
  const given = fields.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...given.map(([name]) => widthOf(name)));
  return given.map(([name, value]) => `${padded(name, width)}${GAP}${shown(value)}\n`).join('');
}

function shown(text: string | undefined): string {
  return text === undefined || text === '' ? '-' : text.replaceAll(/\p{C}+/gu, ' ');
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** Columns that a text takes, as far as the number of its characters tells. */
function widthOf(text: string): number {
  return [...text].length;
}
