/** Some items of an index, in its order. */
export interface IndexPiece<Item, Position> {
  readonly items: readonly Item[];
  /** How many entries of the index were read for them. */
  readonly examined: number;
  /** Where the next piece begins. @default - the index ends here */
  readonly next?: Position | undefined;
}

export interface FilteredPageOptions<Item, Position> {
  /** Items of a page, at most. */
  readonly limit: number;
  /** Entries that are read for one page, at most: what a page costs does not depend on how long the list is. */
  readonly mostExamined: number;
  /** Entries that are read at once where most of them may be left out. @default - no more than the page lacks */
  readonly piece?: number | undefined;
  /** Where the page begins. @default - at the first entry */
  readonly after?: Position | undefined;
  readonly read: (after: Position | undefined, limit: number) => Promise<IndexPiece<Item, Position>>;
  readonly isMeant: (item: Item) => boolean;
  readonly positionOf: (item: Item) => Position;
}

export interface FilteredPage<Item, Position> {
  readonly items: readonly Item[];
  /** @default - there is no other page */
  readonly next?: Position;
  /** Whether the page ends because enough was read, and not because it is full. */
  readonly isPartial: boolean;
}

/** Reads an index until a page of the items that are meant is full, or enough was read. */
export async function filteredPage<Item, Position>({
  limit,
  mostExamined,
  piece,
  read,
  isMeant,
  positionOf,
  ...from
}: FilteredPageOptions<Item, Position>): Promise<FilteredPage<Item, Position>> {
  const found: Item[] = [];
  let { after } = from;
  for (let examined = 0; ; ) {
    const wanted = Math.min(piece ?? limit + 1 - found.length, mostExamined - examined);
    const part = await read(after, wanted);
    found.push(...part.items.filter(isMeant));
    examined += part.examined;
    after = part.next;
    // One more than the page tells whether there is another.
    if (found.length > limit) {
      const items = found.slice(0, limit);
      return { items, next: positionOf(items[limit - 1] as Item), isPartial: false };
    }
    if (after === undefined || examined >= mostExamined) {
      return { items: found, isPartial: after !== undefined, ...(after === undefined ? {} : { next: after }) };
    }
  }
}
