import { createHash, type KeyObject, verify } from 'node:crypto';
import { type CanonicalValue, canonicalJson } from './canonical-json';
import { EMPTY_ROOT, leafHash } from './merkle';
import type { TrailEntry } from './trail-entry';
import { entryText, type TrailPlace } from './trail-table';

/** What is signed: the trail up to now has this many entries, and this is the hash of their tree. Hashes are hexadecimal. */
export interface Seal {
  readonly version: 1;
  /** Whose trail it is: `<prefix>-<environment>`. */
  readonly trail: string;
  /** From 1, one after the other. */
  readonly number: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Entries in the tree. */
  readonly size: number;
  /** Hash of the Merkle tree over all entries so far (RFC 9162, 2.1). */
  readonly root: string;
  readonly previousSize: number;
  readonly previousRoot: string;
  /** SHA-256 of the statement of the seal before; {@link NO_SEAL} for the first. */
  readonly previousSeal: string;
  /** SHA-256 of the list of leaves that the seal adds. */
  readonly leaves: string;
  /** SHA-256 of the public key (SubjectPublicKeyInfo) that verifies the signature. */
  readonly key: string;
}

/** A leaf that a seal adds: where the entry is, and its hash. */
export interface SealedLeaf extends TrailPlace {
  /** Hexadecimal. */
  readonly hash: string;
}

/** A seal as it lies in the bucket, and in an export. */
export interface SignedSeal {
  readonly seal: Seal;
  /** ECDSA on P-256 with SHA-256 over the canonical JSON of the seal, DER, base64. */
  readonly signature: string;
  /** `<writer>/<seq>/<hash>` of each leaf that the seal adds, in their order. */
  readonly leaves: readonly string[];
}

/** `previousSeal` of the first seal. */
export const NO_SEAL = '0'.repeat(64);

/** `previousRoot` of the first seal. */
export const NO_ROOT: string = EMPTY_ROOT.toString('hex');

/** The bytes that are signed. */
export function sealStatement(seal: Seal): string {
  return canonicalJson(seal as unknown as CanonicalValue);
}

/** What the next seal calls `previousSeal`. */
export function sealHash(seal: Seal): string {
  return sha256(sealStatement(seal));
}

/** The leaf of an entry. */
export function leafOf(entry: TrailEntry): SealedLeaf {
  const { writer, seq } = entry;
  return { writer, seq, hash: leafHash(entryText(entry)).toString('hex') };
}

export function writeLeaf({ writer, seq, hash }: SealedLeaf): string {
  return `${writer}/${seq}/${hash}`;
}

/** @returns undefined for a text that is no leaf */
export function parseLeaf(text: string): SealedLeaf | undefined {
  const [, writer, seq, hash] = /^([0-9A-Za-z]{16})\/([1-9][0-9]*)\/([0-9a-f]{64})$/.exec(text) ?? [];
  return writer === undefined || hash === undefined ? undefined : { writer, seq: Number(seq), hash };
}

/** What a seal calls `leaves`. */
export function leavesHash(leaves: readonly string[]): string {
  return sha256(leaves.join('\n'));
}

/** What a seal calls `key`. */
export function keyFingerprint(publicKey: KeyObject): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** Whether a seal was signed with the private half of a key. */
export function isSealedBy(publicKey: KeyObject, { seal, signature }: SignedSeal): boolean {
  return verify('sha256', Buffer.from(sealStatement(seal)), publicKey, Buffer.from(signature, 'base64'));
}

/** Key of the object that holds a seal. */
export function sealKey(number: number): string {
  return `seals/${ordinal(number)}.json`;
}

/** Key of the object that holds the entries which a seal adds, a line each. */
export function batchKey(number: number): string {
  return `batches/${ordinal(number)}.ndjson`;
}

/** Number of the seal whose object has a key; `undefined` for any other key. */
export function sealNumber(key: string): number | undefined {
  const [, digits] = /^seals\/(\d{12})\.json$/.exec(key) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Lists of a bucket are in the order of their texts. */
function ordinal(number: number): string {
  return String(number).padStart(12, '0');
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
