import type { KeyObject } from 'node:crypto';
import type { Log } from '../lib/log';
import type { S3Objects } from '../lib/s3-objects';
import type { Tile } from '../lib/trail/tiles';
import type { SealItem, TrailReader } from '../lib/trail/trail-reader';
import type { TrailItem, TrailPlace } from '../lib/trail/trail-table';

/** The trail table, as the sealer uses it. */
export interface SealingTable extends Pick<TrailReader, 'latestSeal' | 'tile'> {
  /** Takes the lease until `until`, in epoch milliseconds; `false` while another run has it. */
  takeLease(owner: string, now: number, until: number): Promise<boolean>;
  releaseLease(owner: string): Promise<void>;
  /** Places that had no seal a moment ago, the oldest first; some may have one by now. */
  unsealed(limit: number): Promise<readonly (TrailPlace & { readonly at: number })[]>;
  /** Entries by their places, strongly consistent, in any order; those that are not there are left out. */
  read(places: readonly TrailPlace[]): Promise<readonly TrailItem[]>;
  writeTile(tile: Tile): Promise<void>;
  /** `false` where there is a seal of this number. */
  addSeal(item: Omit<SealItem, 'isFinished'>): Promise<boolean>;
  /** Gives an entry its number; `false` where there is no such entry. */
  number(place: TrailPlace, leaf: number): Promise<boolean>;
  finishSeal(number: number): Promise<void>;
}

/** The key that signs; its private half never leaves KMS. */
export interface SealingKey {
  publicKey(): Promise<KeyObject>;
  /** ECDSA on P-256 with SHA-256, DER. */
  sign(statement: Buffer): Promise<Buffer>;
}

/** Everything the sealer reaches outside itself. */
export interface TrailSealerPorts {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A new name for one run. */
  readonly newOwner: () => string;
  readonly table: SealingTable;
  readonly objects: Pick<S3Objects, 'get' | 'putNew'>;
  readonly key: SealingKey;
  readonly log: Log;
}
