import { entryRecord, type TrailFinding, UNSEALED_MS } from './findings';
import { leafHash } from './merkle';
import type { SealedLeaf } from './seal';
import type { TrailEntry } from './trail-entry';
import type { TrailReader } from './trail-reader';
import { entryId, placedAttributes, type TrailItem, UNSEALED } from './trail-table';

const PAGE = 500;

export interface ComparedTable {
  readonly findings: readonly TrailFinding[];
  /** Entries of the table. */
  readonly entries: number;
  /** Entries that wait for their seal. */
  readonly unsealed: number;
}

/**
 * Compares the table with what was sealed: each entry is there once, says the same, and is found by what it says. It goes through the table by its
 * index by time, month after month.
 *
 * @param sealed leaves of every seal, in their order
 * @param now epoch milliseconds
 * @param from when the trail begins, epoch milliseconds
 */
export async function compareTable(
  reader: Pick<TrailReader, 'page' | 'get'>,
  sealed: readonly SealedLeaf[],
  { now, from }: { readonly now: number; readonly from: number },
): Promise<ComparedTable> {
  const findings: TrailFinding[] = [];
  const report = (fault: TrailFinding['fault'], record: string, text: string) =>
    findings.push({ fault, record, where: 'table', text });
  const missing = new Map(sealed.map((leaf, index) => [entryId(leaf), { leaf, index }]));
  let [entries, unsealed] = [0, 0];
  let after: Parameters<TrailReader['page']>[2];
  do {
    const page = await reader.page({ from, to: now + UNSEALED_MS }, PAGE, after);
    for (const item of page.items) {
      entries += 1;
      const record = entryId(item);
      const known = missing.get(record);
      if (known !== undefined) {
        missing.delete(record);
        checkSealed(item, known.leaf.hash, known.index, (fault, text) => report(fault, record, text));
      } else if (item.unsealed === UNSEALED) {
        unsealed += 1;
        if (item.at < now - UNSEALED_MS) {
          report('unsealed', record, 'it has waited for its seal for more than ten minutes');
        }
      } else {
        report('insert', record, 'it is in the table as if it were sealed, and no seal has it');
      }
    }
    after = page.next;
  } while (after !== undefined);
  for (const [record, { leaf }] of missing) {
    // An index may lag behind, and an entry whose time was changed is not where it is looked for.
    const item = await reader.get(leaf);
    if (item === undefined) {
      report('gap', entryRecord(leaf), 'it was sealed, and is gone from the table');
    } else {
      checkSealed(item, leaf.hash, undefined, (fault, text) => report(fault, record, text));
    }
  }
  return { findings, entries, unsealed };
}

function checkSealed(
  item: TrailItem,
  hash: string,
  index: number | undefined,
  report: (fault: TrailFinding['fault'], text: string) => void,
): void {
  if (leafHash(String(item.entry)).toString('hex') !== hash) {
    report('edit', 'the table says something else than what was sealed');
    return;
  }
  const entry = JSON.parse(item.entry) as TrailEntry;
  const placed = Object.entries(placedAttributes(entry)) as [keyof TrailItem, unknown][];
  const wrong = placed.find(([name, value]) => item[name] !== value);
  if (wrong !== undefined || item.hash !== entry.hash || (entry.team === undefined && item.team !== undefined)) {
    report('edit', `the table has it under another ${wrong?.[0] ?? 'hash or team'} than it says`);
  } else if (item.leaf !== undefined && index !== undefined && item.leaf !== index) {
    report('edit', `the table calls it leaf ${item.leaf}, it is leaf ${index}`);
  }
}
