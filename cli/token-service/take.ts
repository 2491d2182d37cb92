/** The rows of pages, as many as wanted; no page is read after that. */
export async function* takeFrom<Page, Row>(
  pages: AsyncIterable<Page>,
  rowsOf: (page: Page) => readonly Row[],
  limit: number,
): AsyncGenerator<readonly Row[]> {
  let left = limit;
  for await (const page of pages) {
    const rows = rowsOf(page).slice(0, left);
    left -= rows.length;
    yield rows;
    if (left <= 0) return;
  }
}
