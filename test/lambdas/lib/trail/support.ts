import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { canonicalJson } from '../../../../lambdas/lib/trail/canonical-json';
import { MerkleFrontier } from '../../../../lambdas/lib/trail/merkle';
import {
  keyFingerprint,
  leafOf,
  leavesHash,
  NO_ROOT,
  NO_SEAL,
  type Seal,
  type SignedSeal,
  sealHash,
  sealStatement,
  writeLeaf,
} from '../../../../lambdas/lib/trail/seal';
import { CHAIN_START, type TrailEntry, type TrailEvent, trailEntry } from '../../../../lambdas/lib/trail/trail-entry';
import { TRAIL_INDEXES, TRAIL_TABLE_KEY } from '../../../../lambdas/lib/trail/trail-keys';
import type { TableSpec } from '../../../../sandbox/aws';

/** The trail table as the construct plans it; a test of the construct compares the two. */
export function trailTable(name: string): TableSpec {
  return {
    name,
    hashKey: TRAIL_TABLE_KEY.hash,
    rangeKey: TRAIL_TABLE_KEY.range,
    attributes: [
      { name: 'writer', type: 'S' },
      { name: 'seq', type: 'N' },
      { name: 'at', type: 'N' },
      { name: 'month', type: 'S' },
      { name: 'team', type: 'S' },
      { name: 'object', type: 'S' },
      { name: 'unsealed', type: 'S' },
    ],
    globalSecondaryIndexes: Object.values(TRAIL_INDEXES).map(({ name: index, hash }) => ({
      name: index,
      hashKey: hash,
      rangeKey: 'at',
      projectionType: hash === 'unsealed' ? 'KEYS_ONLY' : 'ALL',
    })),
  };
}

/** Some change of a token. */
export function event(number: number, change: Partial<TrailEvent> = {}): TrailEvent {
  return {
    id: `event${String(number).padStart(11, '0')}`,
    at: Date.parse('2026-03-04T05:06:07Z') + number * 1000,
    action: 'token.update',
    actor: 'api_token urn:gatehouse token:ops',
    object: { kind: 'token', id: `token${number % 3}` },
    team: number % 2 === 0 ? 'search' : 'sales',
    outcome: 'done',
    before: { name: `before ${number}` },
    after: { name: `after ${number}` },
    ...change,
  };
}

/** A name of a chain. */
export function writer(number: number): string {
  return `writer${String(number).padStart(10, '0')}`;
}

/** A chain of entries. */
export function chain(name: string, events: readonly TrailEvent[]): TrailEntry[] {
  let previous = CHAIN_START;
  return events.map((one, index) => {
    const entry = trailEntry(one, { writer: name, seq: index + 1, previous });
    previous = entry.hash;
    return entry;
  });
}

export interface SealedTrail {
  readonly publicKey: KeyObject;
  readonly batches: { readonly number: number; readonly signed: SignedSeal; readonly entries: readonly TrailEntry[] }[];
}

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Seals batches as the sealer does, by nothing but the definitions of the seal. */
export function sealAll(batches: readonly (readonly TrailEntry[])[], pair = keys): SealedTrail {
  const tree = new MerkleFrontier();
  let last: Seal | undefined;
  const sealed = batches.map((entries, index) => {
    const leaves = entries.map(leafOf);
    for (const { hash } of leaves) {
      tree.append(Buffer.from(hash, 'hex'));
    }
    const seal: Seal = {
      version: 1,
      trail: 'acme-prod',
      number: index + 1,
      at: Math.max(last?.at ?? 0, ...entries.map(({ at }) => at)) + 1000,
      size: tree.size,
      root: tree.root().toString('hex'),
      previousSize: last?.size ?? 0,
      previousRoot: last?.root ?? NO_ROOT,
      previousSeal: last === undefined ? NO_SEAL : sealHash(last),
      leaves: leavesHash(leaves.map(writeLeaf)),
      key: keyFingerprint(pair.publicKey),
    };
    last = seal;
    const signature = sign('sha256', Buffer.from(sealStatement(seal)), pair.privateKey).toString('base64');
    return { number: index + 1, signed: { seal, signature, leaves: leaves.map(writeLeaf) }, entries };
  });
  return { publicKey: pair.publicKey, batches: sealed };
}

/** A deep copy that may be tampered with. */
export function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** The text of any value, to compare. */
export function textOf(value: unknown): string {
  return canonicalJson(value as never);
}
