import type { LogEntry } from '../lib/log';
import {
  batchKey,
  isSealedBy,
  keyFingerprint,
  leafOf,
  leavesHash,
  NO_ROOT,
  NO_SEAL,
  type Seal,
  type SealedLeaf,
  type SignedSeal,
  sealHash,
  sealKey,
  sealStatement,
  writeLeaf,
} from '../lib/trail/seal';
import { appendLeaves } from '../lib/trail/tiles';
import type { TrailEntry } from '../lib/trail/trail-entry';
import type { SealItem } from '../lib/trail/trail-reader';
import { entryId } from '../lib/trail/trail-table';
import { predecessorsOf, readBatch, selectBatch, writeBatch } from './batch';
import { TRAIL_METRICS, type TrailSealerConfig } from './config';
import type { TrailSealerPorts } from './ports';

/** Entries of one seal: its objects stay small enough to be read at once. */
export const MOST_ENTRIES = 2000;
const MOST_BYTES = 3_000_000;
/** A run has ended by then: the function may run for less. */
const LEASE_MS = 90_000;
/** When no other seal is begun, so that the run ends within the time of the function. */
const BUSY_MS = 30_000;
/** Entries that get their numbers at a time. */
const PARALLEL = 25;

/** What one run did. */
export interface SealerResult {
  /** `busy` while another run is under way. */
  readonly outcome: 'done' | 'busy';
  /** Seals that were added. */
  readonly seals: number;
  /** Entries that got a seal. */
  readonly entries: number;
}

/** Two histories of one trail. The sealer never goes on from there by itself. */
export class TrailForkError extends Error {
  override readonly name = 'TrailForkError';
}

/**
 * Seals what was appended to the trail since the last seal: batch to the bucket, signature of KMS, seal to the bucket, then to the table. The objects
 * in the bucket are written once and decide: a run that stops anywhere is taken up where it stopped, with the same entries.
 */
export class TrailSealer {
  private damaged = 0;

  constructor(
    private readonly config: TrailSealerConfig,
    private readonly ports: TrailSealerPorts,
  ) {}

  /** @throws {TrailForkError} when bucket and table, or two seals, contradict each other */
  async run(): Promise<SealerResult> {
    const { table, now, newOwner } = this.ports;
    const owner = newOwner();
    const startedAt = now();
    if (!(await table.takeLease(owner, startedAt, startedAt + LEASE_MS))) {
      return { outcome: 'busy', seals: 0, entries: 0 };
    }
    this.damaged = 0;
    let [seals, entries] = [0, 0];
    try {
      for (;;) {
        const sealed = await this.sealNext();
        entries += sealed;
        seals += sealed === 0 ? 0 : 1;
        if (sealed === 0 || now() - startedAt > BUSY_MS) {
          break;
        }
      }
      await this.measure(entries);
    } finally {
      await table.releaseLease(owner);
    }
    return { outcome: 'done', seals, entries };
  }

  /** Adds one seal, and says how many entries it has; 0 where there is nothing to seal. */
  private async sealNext(): Promise<number> {
    const { table, objects } = this.ports;
    const last = await table.latestSeal();
    if (last !== undefined && !last.isFinished) {
      await this.finish(last.seal);
    }
    const number = (last?.seal.number ?? 0) + 1;
    const selected = await this.select();
    if (selected.length === 0) {
      return 0;
    }
    let text = writeBatch(selected);
    if (!(await objects.putNew(batchKey(number), text, 'application/x-ndjson'))) {
      // An earlier run came as far as here.
      text = await this.existing(batchKey(number));
    }
    const entries = readBatch(text);
    await this.seal(number, entries, last);
    return entries.length;
  }

  private async select(): Promise<readonly TrailEntry[]> {
    const { table } = this.ports;
    const places = await table.unsealed(2 * MOST_ENTRIES);
    if (places.length === 0) {
      return [];
    }
    const items = await table.read([...places, ...predecessorsOf(places)]);
    const { entries, damaged } = selectBatch(items, { entries: MOST_ENTRIES, bytes: MOST_BYTES });
    for (const sentence of damaged) {
      this.reportDamage(sentence);
    }
    return entries;
  }

  private async seal(number: number, entries: readonly TrailEntry[], last: SealItem | undefined): Promise<void> {
    const { table } = this.ports;
    const { size = 0, root = NO_ROOT } = last?.seal ?? {};
    const leaves = entries.map(leafOf);
    const grown = await appendLeaves(size, (last?.edge ?? []).map(fromHex), leaves.map(hashOf), (place) =>
      table.tile(place),
    );
    const wanted: Omit<Seal, 'at' | 'key'> = {
      version: 1,
      trail: this.config.trail,
      number,
      size: grown.frontier.size,
      root: grown.frontier.root().toString('hex'),
      previousSize: size,
      previousRoot: root,
      previousSeal: last === undefined ? NO_SEAL : sealHash(last.seal),
      leaves: leavesHash(leaves.map(writeLeaf)),
    };
    const { seal, signature } = await this.signed(wanted, leaves);
    for (const tile of grown.tiles) {
      await table.writeTile(tile);
    }
    const edge = grown.frontier.edge.map((hash) => hash.toString('hex'));
    if (!(await table.addSeal({ seal, signature, edge }))) {
      throw new TrailForkError(`the table has another seal ${number}: two runs of the sealer were under way at once`);
    }
    await this.finish(seal, leaves);
  }

  /** Signs and stores a seal, or takes the one that an earlier run stored. */
  private async signed(wanted: Omit<Seal, 'at' | 'key'>, leaves: readonly SealedLeaf[]): Promise<SignedSeal> {
    const { key, objects, now } = this.ports;
    const publicKey = await key.publicKey();
    const seal: Seal = { ...wanted, at: now(), key: keyFingerprint(publicKey) };
    const signature = (await key.sign(Buffer.from(sealStatement(seal)))).toString('base64');
    const signed: SignedSeal = { seal, signature, leaves: leaves.map(writeLeaf) };
    if (!isSealedBy(publicKey, signed)) {
      throw new Error('KMS gave a signature that its own public key does not verify');
    }
    const name = sealKey(seal.number);
    if (await objects.putNew(name, JSON.stringify(signed), 'application/json')) {
      return signed;
    }
    const stored = JSON.parse(await this.existing(name)) as SignedSeal;
    const { at: _, key: __, ...said } = stored.seal;
    if (JSON.stringify(said, Object.keys(wanted).sort()) !== JSON.stringify(wanted, Object.keys(wanted).sort())) {
      throw new TrailForkError(
        `${name} of the bucket seals another tree than the table has: gatehouse trail verify says where they part`,
      );
    }
    return stored;
  }

  /** Gives each entry of a seal its number, after which nothing is left to do for it. */
  private async finish(seal: Seal, known?: readonly SealedLeaf[]): Promise<void> {
    const { table } = this.ports;
    const leaves = known ?? readBatch(await this.existing(batchKey(seal.number))).map(leafOf);
    for (let start = 0; start < leaves.length; start += PARALLEL) {
      await Promise.all(
        leaves.slice(start, start + PARALLEL).map(async (leaf, offset) => {
          if (!(await table.number(leaf, seal.previousSize + start + offset))) {
            this.reportDamage(`entry ${entryId(leaf)} is sealed by seal ${seal.number} and gone from the table`);
          }
        }),
      );
    }
    await table.finishSeal(seal.number);
  }

  private async existing(name: string): Promise<string> {
    const text = await this.ports.objects.get(name);
    if (text === undefined) {
      throw new TrailForkError(`${name} is gone from the bucket`);
    }
    return text;
  }

  private reportDamage(sentence: string): void {
    this.damaged += 1;
    this.ports.log({ level: 'error', evt: 'trail.damaged', fields: { what: sentence } });
  }

  private async measure(sealed: number): Promise<void> {
    const [oldest] = await this.ports.table.unsealed(1);
    const age = oldest === undefined ? 0 : Math.max(0, (this.ports.now() - oldest.at) / 1000);
    this.ports.log(this.metricsOf(sealed, age));
  }

  private metricsOf(sealed: number, age: number): LogEntry {
    const { environment, metricsNamespace } = this.config;
    return {
      level: 'info',
      evt: 'trail.sealed',
      fields: { entries: sealed },
      metrics: {
        namespace: metricsNamespace,
        dimensions: { Service: 'trail', Stage: environment },
        dimensionSets: [['Service', 'Stage']],
        values: {
          [TRAIL_METRICS.sealed]: { unit: 'Count', value: sealed },
          [TRAIL_METRICS.unsealedAge]: { unit: 'Seconds', value: age },
          [TRAIL_METRICS.damaged]: { unit: 'Count', value: this.damaged },
        },
      },
    };
  }
}

function fromHex(hash: string): Buffer {
  return Buffer.from(hash, 'hex');
}

function hashOf({ hash }: SealedLeaf): Buffer {
  return fromHex(hash);
}
