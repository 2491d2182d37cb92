import { CHAIN_START, entryHash, type TrailEntry } from '../../../../lambdas/lib/trail/trail-entry';

/** What is wrong with the chains of a trail: gaps, forks, entries that do not follow their predecessor. */
export function brokenChains(entries: readonly TrailEntry[]): string[] {
  const faults: string[] = [];
  for (const writer of new Set(entries.map((entry) => entry.writer))) {
    const chain = entries.filter((entry) => entry.writer === writer).sort((a, b) => a.seq - b.seq);
    let previous = CHAIN_START;
    chain.forEach((entry, index) => {
      if (entry.seq !== index + 1 || entry.previous !== previous || entry.hash !== entryHash(entry)) {
        faults.push(`${writer} ${entry.seq}`);
      }
      previous = entry.hash;
    });
  }
  return faults;
}
