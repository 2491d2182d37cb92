import type { KeyObject } from 'node:crypto';
import { sealRecord, type TrailFinding } from './findings';
import { MerkleFrontier } from './merkle';
import {
  isSealedBy,
  keyFingerprint,
  leavesHash,
  NO_SEAL,
  parseLeaf,
  type SealedLeaf,
  type SignedSeal,
  sealHash,
} from './seal';
import { CHAIN_START, entryHash } from './trail-entry';
import { entryId } from './trail-table';
import {
  type ChainHead,
  compareWithChain,
  compareWithLeaves,
  type Difference,
  type ReadEntry,
  readEntry,
} from './verify-batch';

/** What was verified earlier: the trail has to go on from there. */
export interface TrailCheckpoint {
  readonly trail: string;
  readonly number: number;
  readonly size: number;
  readonly root: string;
}

export interface VerifyOptions {
  /** The key that the seals are verified with. */
  readonly publicKey: KeyObject;
  /** Where the seals and entries were read. */
  readonly where: 'batches' | 'export';
  /** @default - nothing is known of earlier */
  readonly checkpoint?: TrailCheckpoint | undefined;
  /** How long an entry may wait for its seal, in seconds. One that was sealed later is called back-dated. @default 3600 */
  readonly lateSeconds?: number | undefined;
}

/** One seal with the entries that it adds, as they were read; `undefined` for what is not there or cannot be read. */
export interface SealedBatch {
  readonly number: number;
  readonly signed: SignedSeal | undefined;
  /** What each line says. */
  readonly entries: readonly unknown[] | undefined;
}

/** What was verified. */
export interface VerifiedTrail {
  readonly findings: readonly TrailFinding[];
  /** The last seal. @default - there is none */
  readonly checkpoint?: TrailCheckpoint;
  readonly seals: number;
  /** Entries that were read. */
  readonly entries: number;
}

const LATE_SECONDS = 3600;
/** How far the clocks of writers and sealer may be apart, in milliseconds. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Verifies a trail from its first seal to its last: signatures, the chain of seals, the tree, each entry against its leaf, and the chains of the
 * writers. It is given one seal after the other, and keeps the ends of the chains and the edge of the tree only.
 */
export class TrailVerifier {
  private readonly findings: TrailFinding[] = [];
  private readonly heads = new Map<string, ChainHead>();
  private tree = new MerkleFrontier();
  private last: SignedSeal | undefined;
  private seals = 0;
  private entries = 0;
  private expected = 1;
  private hasMetCheckpoint = false;

  constructor(private readonly options: VerifyOptions) {}

  /** @param isLast whether no other seal follows */
  add({ number, signed, entries }: SealedBatch, isLast: boolean): void {
    for (; this.expected < number; this.expected += 1) {
      this.report(['gap', sealRecord(this.expected), 'the seal is missing']);
    }
    if (number < this.expected) {
      this.report(
        number === this.last?.seal.number
          ? ['fork', sealRecord(number), 'there are two seals of this number']
          : ['reorder', sealRecord(number), `it comes after seal ${this.expected - 1}`],
      );
      return;
    }
    this.expected = number + 1;
    if (signed === undefined) {
      this.report(['gap', sealRecord(number), 'the seal is missing or cannot be read']);
      return;
    }
    const leaves = this.checkSeal(number, signed);
    this.checkEntries(number, signed, leaves, entries, isLast);
    this.seals += 1;
    this.last = signed;
  }

  /** @returns everything that was found */
  finish(): VerifiedTrail {
    const { checkpoint } = this.options;
    if (checkpoint !== undefined && !this.hasMetCheckpoint) {
      this.report([
        'truncation',
        sealRecord(checkpoint.number),
        `it was there before, with ${checkpoint.size} entries, and the trail ends at seal ${this.last?.seal.number ?? 0}`,
      ]);
    }
    const seal = this.last?.seal;
    return {
      findings: this.findings,
      seals: this.seals,
      entries: this.entries,
      ...(seal === undefined
        ? {}
        : { checkpoint: { trail: seal.trail, number: seal.number, size: seal.size, root: seal.root } }),
    };
  }

  /** Checks what a seal says by itself and of the seal before; gives its leaves where they are those that it signed. */
  private checkSeal(number: number, signed: SignedSeal): readonly SealedLeaf[] | undefined {
    const { seal } = signed;
    const { publicKey } = this.options;
    const record = sealRecord(number);
    if (seal.key !== keyFingerprint(publicKey)) {
      this.report(['edit', record, 'it names another key than the one that it is verified with']);
    } else if (!isSealedBy(publicKey, signed)) {
      this.report(['edit', record, 'its signature does not fit what it says']);
    }
    if (seal.number !== number) {
      this.report(['edit', record, `it calls itself seal ${seal.number}`]);
    }
    this.checkPredecessor(signed);
    this.checkCheckpoint(signed);
    const leaves = signed.leaves.map(parseLeaf);
    if (leavesHash(signed.leaves) !== seal.leaves || !leaves.every((leaf) => leaf !== undefined)) {
      this.report(['edit', record, 'its list of leaves is not the one that was signed']);
      // The tree goes on from what the next seal says.
      this.tree = new MerkleFrontier();
      return undefined;
    }
    this.checkTree(signed, leaves);
    return leaves;
  }

  private checkPredecessor({ seal }: SignedSeal): void {
    const record = sealRecord(seal.number);
    if (this.last === undefined) {
      if (seal.number === 1 && (seal.previousSeal !== NO_SEAL || seal.previousSize !== 0)) {
        this.report(['fork', record, 'it says that there was a seal before the first one']);
      }
      return;
    }
    const before = this.last.seal;
    if (before.number !== seal.number - 1) {
      return;
    }
    if (seal.previousSize !== before.size) {
      this.report([
        seal.previousSize > before.size ? 'truncation' : 'fork',
        record,
        `it goes on from ${seal.previousSize} entries, seal ${before.number} has ${before.size}`,
      ]);
    } else if (seal.previousRoot !== before.root || seal.previousSeal !== sealHash(before)) {
      this.report(['fork', record, `it goes on from another seal ${before.number}`]);
    }
    if (seal.at < before.at - CLOCK_SKEW_MS) {
      this.report(['back-dating', record, `it says that it was made before seal ${before.number}`]);
    }
  }

  private checkCheckpoint({ seal }: SignedSeal): void {
    const { checkpoint } = this.options;
    if (checkpoint?.number !== seal.number) {
      return;
    }
    this.hasMetCheckpoint = true;
    if (checkpoint.root !== seal.root || checkpoint.size !== seal.size || checkpoint.trail !== seal.trail) {
      this.report(['fork', sealRecord(seal.number), 'it is another seal than the one that was verified before']);
    }
  }

  private checkTree({ seal }: SignedSeal, leaves: readonly SealedLeaf[]): void {
    if (this.tree.size !== seal.previousSize) {
      // A seal before is missing or broken, which was reported; the tree cannot be made any more.
      return;
    }
    for (const { hash } of leaves) {
      this.tree.append(Buffer.from(hash, 'hex'));
    }
    if (this.tree.size !== seal.size || this.tree.root().toString('hex') !== seal.root) {
      this.report(['edit', sealRecord(seal.number), 'the tree of its leaves has another hash or size than it says']);
    }
  }

  private checkEntries(
    number: number,
    { seal }: SignedSeal,
    leaves: readonly SealedLeaf[] | undefined,
    lines: readonly unknown[] | undefined,
    isLast: boolean,
  ): void {
    if (lines === undefined) {
      this.report(['gap', sealRecord(number), 'its entries are missing']);
      return;
    }
    const read: ReadEntry[] = [];
    for (const [index, line] of lines.entries()) {
      const entry = readEntry(line);
      if (entry === undefined) {
        this.report(['edit', sealRecord(number), `its line ${index + 1} is no entry`]);
      } else {
        read.push(entry);
      }
    }
    this.entries += read.length;
    const differences = leaves === undefined ? [] : compareWithLeaves(read, leaves, isLast);
    differences.map((difference) => this.report(difference));
    const reported = new Set(differences.map(([, record]) => record));
    for (const { entry } of read) {
      // Of an entry that is known to be wrong, its neighbours in the chain say nothing more.
      if (!reported.has(entryId(entry))) {
        this.checkEntry(entry, seal);
      }
      this.heads.set(entry.writer, { seq: entry.seq, hash: entry.hash, at: entry.at });
    }
    this.followChains(leaves, read);
  }

  private checkEntry(entry: ReadEntry['entry'], seal: SignedSeal['seal']): void {
    const record = entryId(entry);
    if (entryHash(entry) !== entry.hash) {
      this.report(['edit', record, 'it does not have the hash of what it says']);
    }
    const head = this.heads.get(entry.writer);
    for (const difference of compareWithChain(entry, head, CHAIN_START)) {
      // A neighbour that was found missing or changed already.
      if (!this.isReported(difference[1]) && !this.isReported(`${entry.writer}-${head?.seq}`)) {
        this.report(difference);
      }
    }
    const { lateSeconds = LATE_SECONDS } = this.options;
    const earliest = (this.last?.seal.at ?? 0) - lateSeconds * 1000;
    if (entry.at < earliest) {
      this.report(['back-dating', record, `it says that it happened long before seal ${seal.number}, which has it`]);
    } else if (entry.at > seal.at + CLOCK_SKEW_MS) {
      this.report(['back-dating', record, `it says that it happened after seal ${seal.number}, which has it`]);
    }
  }

  /** Where entries are missing, what was sealed says where their chains went on. */
  private followChains(leaves: readonly SealedLeaf[] | undefined, read: readonly ReadEntry[]): void {
    const present = new Map(read.map(({ entry }) => [entryId(entry), entry.hash]));
    for (const leaf of leaves ?? []) {
      const head = this.heads.get(leaf.writer);
      if (!present.has(entryId(leaf)) && (head?.seq ?? 0) < leaf.seq) {
        this.heads.set(leaf.writer, { seq: leaf.seq, hash: '', at: head?.at ?? 0 });
      }
    }
  }

  private isReported(record: string): boolean {
    return this.findings.some((finding) => finding.record === record);
  }

  private report([fault, record, text]: Difference): void {
    const where = record.startsWith('seal ') && this.options.where === 'batches' ? 'seals' : this.options.where;
    this.findings.push({ fault, record, where, text });
  }
}
