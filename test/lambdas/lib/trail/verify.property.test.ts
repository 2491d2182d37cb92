import fc from 'fast-check';
import type { SignedSeal } from '../../../../lambdas/lib/trail/seal';
import { CHAIN_START, entryHash, type TrailEntry } from '../../../../lambdas/lib/trail/trail-entry';
import { entryId } from '../../../../lambdas/lib/trail/trail-table';
import { TrailVerifier, type VerifiedTrail, type VerifyOptions } from '../../../../lambdas/lib/trail/verify';
import { chain, copyOf, event, type SealedTrail, sealAll, writer } from './support';

// Each run verifies a whole trail, with a signature for each seal.
fc.configureGlobal({ numRuns: 40 });

interface Batch {
  number: number;
  signed: SignedSeal;
  entries: TrailEntry[];
}

function verify(
  batches: readonly Batch[],
  publicKey: SealedTrail['publicKey'],
  options: Partial<VerifyOptions> = {},
): VerifiedTrail {
  const verifier = new TrailVerifier({ publicKey, where: 'export', ...options });
  for (const [index, batch] of batches.entries()) {
    verifier.add(batch, index === batches.length - 1);
  }
  return verifier.finish();
}

const recordsOf = ({ findings }: VerifiedTrail, fault: string): string[] =>
  findings.filter((finding) => finding.fault === fault).map(({ record }) => record);

/** Trails of one to four chains, whose entries are sealed in one to five batches. */
const trails = fc
  .record({
    chains: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
    cuts: fc.array(fc.nat({ max: 30 }), { maxLength: 4 }),
  })
  .map(({ chains, cuts }) => {
    let count = 0;
    const entries = chains.flatMap((length, index) =>
      chain(
        writer(index),
        Array.from({ length }, () => event(count++)),
      ),
    );
    const ends = [...new Set(cuts.map((cut) => 1 + (cut % entries.length)).concat(entries.length))].sort(
      (a, b) => a - b,
    );
    const batches = ends.map((end, index) => entries.slice(index === 0 ? 0 : ends[index - 1], end));
    const { publicKey, batches: sealed } = sealAll(batches);
    return { publicKey, batches: copyOf(sealed) as Batch[], entries };
  });

/** A trail, and one of its entries. */
const withEntry = fc.tuple(trails, fc.nat()).map(([trail, seed]) => {
  const places = trail.batches.flatMap(({ entries }, batch) => entries.map((_, index) => ({ batch, index })));
  const place = places[seed % places.length] as { batch: number; index: number };
  const batch = trail.batches[place.batch] as Batch;
  return { ...trail, ...place, list: batch.entries, chosen: batch.entries[place.index] as TrailEntry };
});

test('a trail that nobody touched has no finding', () => {
  fc.assert(
    fc.property(trails, ({ batches, publicKey, entries }) => {
      const verified = verify(batches, publicKey);
      expect(verified.findings).toEqual([]);
      expect(verified).toMatchObject({ seals: batches.length, entries: entries.length });
      expect(verified.checkpoint).toMatchObject({ number: batches.length, size: entries.length });
    }),
  );
});

const edits: Readonly<Record<string, (entry: TrailEntry) => TrailEntry>> = {
  'the actor': (entry) => ({ ...entry, actor: 'somebody else' }),
  'the time': (entry) => ({ ...entry, at: entry.at - 1 }),
  'the outcome': (entry) => ({ ...entry, outcome: 'refused' }),
  'what was before': (entry) => ({ ...entry, before: { name: 'never' } }),
  'the hash': (entry) => ({ ...entry, hash: CHAIN_START }),
  'a member that was not there': (entry) => ({ ...entry, reason: 'added later' }),
};

describe.each(Object.keys(edits))('an edit of %s', (what) => {
  const edit = edits[what] as (entry: TrailEntry) => TrailEntry;

  test('is found at the record', () => {
    fc.assert(
      fc.property(withEntry, ({ batches, publicKey, list, index, chosen }) => {
        list[index] = edit(chosen);
        const verified = verify(batches, publicKey);
        expect(recordsOf(verified, 'edit')).toContain(entryId(chosen));
        expect(new Set(verified.findings.map(({ record }) => record))).toEqual(new Set([entryId(chosen)]));
      }),
    );
  });

  test('is found at the record when whoever did it computed the chain anew', () => {
    fc.assert(
      fc.property(withEntry, ({ batches, publicKey, list, index, chosen }) => {
        list[index] = edit(chosen);
        rehash(batches);
        const first = verify(batches, publicKey).findings[0];
        // The hash alone is put right again by that.
        expect(first === undefined ? what : first.record).toBe(what === 'the hash' ? what : entryId(chosen));
      }),
    );
  });
});

/** Makes the hashes and links of all chains right again. */
function rehash(batches: readonly Batch[]): void {
  const ends = new Map<string, string>();
  for (const { entries } of batches) {
    for (const [index, entry] of entries.entries()) {
      const linked = { ...entry, previous: ends.get(entry.writer) ?? CHAIN_START };
      const hashed = { ...linked, hash: entryHash(linked) };
      ends.set(entry.writer, hashed.hash);
      entries[index] = hashed;
    }
  }
}

test('an entry that is gone is found as a gap, at the end of the trail as a truncation', () => {
  fc.assert(
    fc.property(withEntry, ({ batches, publicKey, list, batch, index, chosen }) => {
      const isEnd = batch === batches.length - 1 && index === list.length - 1;
      list.splice(index, 1);
      const verified = verify(batches, publicKey);
      expect(recordsOf(verified, isEnd ? 'truncation' : 'gap')).toEqual([entryId(chosen)]);
      expect(verified.findings).toHaveLength(1);
    }),
  );
});

test('an entry that is gone is found when whoever took it computed the chain anew', () => {
  fc.assert(
    fc.property(withEntry, ({ batches, publicKey, list, index, chosen }) => {
      list.splice(index, 1);
      rehash(batches);
      const verified = verify(batches, publicKey);
      expect([...recordsOf(verified, 'gap'), ...recordsOf(verified, 'truncation')]).toContain(entryId(chosen));
    }),
  );
});

test('entries that changed their places are found, the earlier one at its new place', () => {
  fc.assert(
    fc.property(withEntry, fc.nat(), ({ batches, publicKey, list, index, chosen }, seed) => {
      const other = seed % list.length;
      fc.pre(other !== index);
      const swapped = list[other] as TrailEntry;
      [list[index], list[other]] = [swapped, chosen];
      const delayed = other > index ? chosen : swapped;
      expect(recordsOf(verify(batches, publicKey), 'reorder')).toContain(entryId(delayed));
    }),
  );
});

test('an entry that nobody sealed is found, and one that is there twice', () => {
  fc.assert(
    fc.property(withEntry, fc.boolean(), ({ batches, publicKey, list, index, chosen }, isCopy) => {
      const [forged] = chain(writer(99), [event(500)]) as [TrailEntry];
      const added = isCopy ? chosen : forged;
      list.splice(index + 1, 0, added);
      expect(recordsOf(verify(batches, publicKey), 'insert')).toEqual([entryId(added)]);
    }),
  );
});

test('the last seals that are gone are found by whoever remembers them', () => {
  fc.assert(
    fc.property(trails, fc.nat(), ({ batches, publicKey }, seed) => {
      const checkpoint = verify(batches, publicKey).checkpoint;
      const kept = seed % batches.length;
      const verified = verify(batches.slice(0, kept), publicKey, { checkpoint });
      expect(recordsOf(verified, 'truncation')).toEqual([`seal ${batches.length}`]);
    }),
  );
});

test('a seal that is gone between others is found', () => {
  fc.assert(
    fc.property(trails, fc.nat(), ({ batches, publicKey }, seed) => {
      fc.pre(batches.length > 1);
      const gone = seed % (batches.length - 1);
      batches.splice(gone, 1);
      expect(recordsOf(verify(batches, publicKey), 'gap')).toContain(`seal ${gone + 1}`);
    }),
  );
});

test('another history, sealed with the right key, is found at the first seal that differs', () => {
  fc.assert(
    fc.property(trails, fc.nat(), ({ batches, publicKey }, seed) => {
      const from = seed % batches.length;
      const history = copyOf(batches.map(({ entries }) => entries));
      const changed = history[from]?.[0] as TrailEntry;
      (history[from] as TrailEntry[])[0] = { ...changed, actor: 'somebody else' };
      const other = copyOf(sealAll(rehashed(history)).batches) as Batch[];
      const spliced = [...batches.slice(0, from + 1), ...other.slice(from + 1)];
      const verified = verify(spliced, publicKey);
      if (from + 1 < batches.length) {
        expect(verified.findings[0]).toMatchObject({ fault: 'fork', record: `seal ${from + 2}` });
      }
      // The whole of the other history holds together; only who remembers the first one can tell.
      const checkpoint = verify(batches, publicKey).checkpoint;
      expect(verify(other, publicKey).findings).toEqual([]);
      expect(verify(other, publicKey, { checkpoint }).findings).toMatchObject([
        { fault: 'fork', record: `seal ${batches.length}` },
      ]);
    }),
  );
});

function rehashed(history: TrailEntry[][]): TrailEntry[][] {
  const batches = history.map((entries, index) => ({ number: index + 1, entries })) as Batch[];
  rehash(batches);
  return batches.map(({ entries }) => entries);
}

test('two seals of one number are a fork', () => {
  fc.assert(
    fc.property(trails, ({ batches, publicKey }) => {
      const last = batches.at(-1) as Batch;
      expect(recordsOf(verify([...batches, last], publicKey), 'fork')).toEqual([`seal ${last.number}`]);
    }),
  );
});

test.each(['size', 'root', 'previousRoot', 'at', 'previousSeal', 'trail'] as const)(
  'a seal whose %s was changed is found, whatever else is right',
  (member) => {
    fc.assert(
      fc.property(trails, fc.nat(), ({ batches, publicKey }, seed) => {
        const { signed, number } = batches[seed % batches.length] as Batch;
        const seal = signed.seal as unknown as Record<string, unknown>;
        seal[member] =
          typeof seal[member] === 'number' ? Number(seal[member]) + 1 : `x${String(seal[member]).slice(1)}`;
        expect(recordsOf(verify(batches, publicKey), 'edit')).toContain(`seal ${number}`);
      }),
      { numRuns: 30 },
    );
  },
);

test('leaves that were changed with their entry are found at the seal that signed them', () => {
  fc.assert(
    fc.property(withEntry, ({ batches, publicKey, batch, index }) => {
      const { signed, number } = batches[batch] as Batch;
      (signed.leaves as string[])[index] = (signed.leaves[index] as string).replace(/.$/, (c) =>
        c === '0' ? '1' : '0',
      );
      expect(recordsOf(verify(batches, publicKey), 'edit')).toContain(`seal ${number}`);
    }),
  );
});
