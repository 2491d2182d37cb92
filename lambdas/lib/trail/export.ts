import { createHash, type KeyObject } from 'node:crypto';
import { entryRecord, sealRecord, type TrailFinding, UNSEALED_MS } from './findings';
import { rootOfPath } from './merkle';
import { isSealedBy, keyFingerprint, type Seal, type SignedSeal } from './seal';
import { entryHash, type TrailEntry } from './trail-entry';
import { TrailVerifier, type VerifiedTrail, type VerifyOptions } from './verify';
import { readEntry } from './verify-batch';

/** Where an entry is in the tree of a seal: RFC 9162, 2.1.3. */
export interface InclusionProof {
  /** Number of its leaf, from 0. */
  readonly leaf: number;
  /** Hashes from the leaf upwards, hexadecimal. */
  readonly path: readonly string[];
}

/**
 * A line of an export, which is NDJSON. A whole trail has each seal with its leaves, behind the entries that it adds. A selection has each entry
 * with its proof in the tree of one seal, which comes last. Both end with a line that says so: a file that was cut has none.
 */
export type ExportLine =
  | { readonly kind: 'trail'; readonly version: 1; readonly trail: string; readonly scope: 'whole' | 'selection' }
  | { readonly kind: 'entry'; readonly entry: TrailEntry; readonly proof?: InclusionProof }
  | ({ readonly kind: 'seal'; readonly leaves?: readonly string[] } & Omit<SignedSeal, 'leaves'>)
  | { readonly kind: 'end'; readonly entries: number; readonly nextCursor?: string };

/** What an export was found to be. */
export interface VerifiedExport extends VerifiedTrail {
  readonly scope: 'whole' | 'selection';
  /** Entries of a selection that had no seal when it was made. */
  readonly unsealed: number;
  /** SHA-256 of the file. */
  readonly sha256: string;
}

/** The file is no export of a trail. */
export class ExportFormatError extends Error {
  override readonly name = 'ExportFormatError';
}

/**
 * Verifies an export with the public key alone.
 *
 * @throws {ExportFormatError} for a file that does not begin as an export does
 */
export function verifyExport(text: string, options: Omit<VerifyOptions, 'where'>): VerifiedExport {
  const lines = text.split('\n').filter((line) => line !== '');
  const first = parse(lines[0] ?? '');
  if (first?.kind !== 'trail' || first.version !== 1) {
    throw new ExportFormatError('the first line is no beginning of an export of an audit trail of version 1');
  }
  const rest = lines.slice(1).map(parse);
  const cut: TrailFinding[] =
    rest.at(-1)?.kind === 'end'
      ? []
      : [
          {
            fault: 'truncation',
            record: `line ${lines.length}`,
            where: 'export',
            text: 'the file ends before its last line',
          },
        ];
  const broken: TrailFinding[] = rest.flatMap((line, index) =>
    line === undefined
      ? [{ fault: 'edit', record: `line ${index + 2}`, where: 'export', text: 'it is no line of an export' } as const]
      : [],
  );
  const known = rest.filter((line) => line !== undefined);
  const verified = first.scope === 'whole' ? verifyWhole(known, options) : verifySelection(known, options.publicKey);
  return {
    ...verified,
    scope: first.scope,
    sha256: createHash('sha256').update(text).digest('hex'),
    findings: [
      ...verified.findings,
      ...broken,
      ...cut,
      ...frameFindings(first, known),
      ...unprovenFindings(first.scope, known),
    ],
  };
}

/** What contradicts itself around the entries: a second beginning, seals of another trail, a last line that counts otherwise. */
function frameFindings(first: ExportLine & { readonly kind: 'trail' }, lines: readonly ExportLine[]): TrailFinding[] {
  const findings: TrailFinding[] = [];
  const report = (fault: TrailFinding['fault'], record: string, text: string) =>
    findings.push({ fault, record, where: 'export', text });
  const count = lines.filter(({ kind }) => kind === 'entry').length;
  for (const [index, line] of lines.entries()) {
    if (line.kind === 'trail') {
      report('insert', `line ${index + 2}`, 'the file begins a second time');
    } else if (line.kind === 'seal' && line.seal.trail !== first.trail) {
      report('edit', sealRecord(line.seal.number), 'it is of another trail than the first line says');
    } else if (line.kind === 'end' && line.entries !== count) {
      report('truncation', `line ${index + 2}`, `the last line says ${line.entries} entries, there are ${count}`);
    } else if (line.kind === 'end' && index < lines.length - 1) {
      report('insert', `line ${index + 2}`, 'lines follow the last one');
    }
  }
  return findings;
}

/** Entries that no seal proves: each has to be what it says, and too young for the seal that is there. */
function unprovenFindings(scope: 'whole' | 'selection', lines: readonly ExportLine[]): TrailFinding[] {
  const lastSeal = lines.findLastIndex(({ kind }) => kind === 'seal');
  const seals = lines.flatMap((line) => (line.kind === 'seal' ? [line.seal.at] : []));
  const sealedUntil = seals.length === 0 ? 0 : Math.max(...seals) - UNSEALED_MS;
  return lines.flatMap((line, index): TrailFinding[] => {
    const isUnproven = line.kind === 'entry' && (scope === 'whole' ? index > lastSeal : line.proof === undefined);
    if (!isUnproven) {
      return [];
    }
    const read = readEntry(line.entry);
    const record = read === undefined ? `line ${index + 2}` : entryRecord(read.entry);
    const about = { record, where: 'export' } as const;
    // Of a selection, what does not have the hash of what it says is told with its proof, or the lack of one.
    if (scope === 'whole' && (read === undefined || entryHash(read.entry) !== read.entry.hash)) {
      return [{ ...about, fault: 'edit', text: 'it does not have the hash of what it says' }];
    }
    return read !== undefined && read.entry.at < sealedUntil
      ? [{ ...about, fault: 'unsealed', text: 'nothing proves it, and it is older than the seal' }]
      : [];
  });
}

function verifyWhole(
  lines: readonly ExportLine[],
  options: Omit<VerifyOptions, 'where'>,
): VerifiedTrail & { readonly unsealed: number } {
  const verifier = new TrailVerifier({ ...options, where: 'export' });
  const lastSeal = lines.findLastIndex(({ kind }) => kind === 'seal');
  let entries: unknown[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.kind === 'entry') {
      entries.push(line.entry);
    } else if (line.kind === 'seal') {
      const { seal, signature, leaves = [] } = line;
      verifier.add({ number: seal.number, signed: { seal, signature, leaves }, entries }, index === lastSeal);
      entries = [];
    }
  }
  return { ...verifier.finish(), unsealed: entries.length };
}

/** An entry that is missing from a selection leaves no trace: what a selection shows is that each entry is of the trail. */
function verifySelection(
  lines: readonly ExportLine[],
  publicKey: KeyObject,
): VerifiedTrail & { readonly unsealed: number } {
  const findings: TrailFinding[] = [];
  const report = (fault: TrailFinding['fault'], record: string, text: string) =>
    findings.push({ fault, record, where: 'export', text });
  const sealLine = lines.find((line) => line.kind === 'seal');
  const seal = sealLine?.seal;
  if (sealLine !== undefined) {
    checkSignature(publicKey, sealLine, (text) => report('edit', sealRecord(sealLine.seal.number), text));
  }
  let [count, unsealed] = [0, 0];
  for (const line of lines) {
    if (line.kind !== 'entry') {
      continue;
    }
    count += 1;
    const read = readEntry(line.entry);
    if (read === undefined || entryHash(read.entry) !== read.entry.hash) {
      report(
        'edit',
        read === undefined ? `entry ${count}` : entryRecord(read.entry),
        'it does not have the hash of what it says',
      );
    } else if (line.proof === undefined) {
      unsealed += 1;
    } else if (seal === undefined || !isProven(read.leaf, line.proof, seal)) {
      report('edit', entryRecord(read.entry), 'its proof does not lead to the tree that was sealed');
    }
  }
  return {
    findings,
    unsealed,
    entries: count,
    seals: seal === undefined ? 0 : 1,
    ...(seal === undefined
      ? {}
      : { checkpoint: { trail: seal.trail, number: seal.number, size: seal.size, root: seal.root } }),
  };
}

/** Whether a proof shows a leaf to be in the tree of a seal. */
export function isProven(leaf: string, { leaf: index, path }: InclusionProof, { size, root }: Seal): boolean {
  const hashes = path.map((hash) => Buffer.from(hash, 'hex'));
  return rootOfPath(Buffer.from(leaf, 'hex'), index, size, hashes)?.toString('hex') === root;
}

function checkSignature(
  publicKey: KeyObject,
  { seal, signature }: Pick<SignedSeal, 'seal' | 'signature'>,
  report: (text: string) => void,
): void {
  if (seal.key !== keyFingerprint(publicKey)) {
    report('it names another key than the one that it is verified with');
  } else if (!isSealedBy(publicKey, { seal, signature, leaves: [] })) {
    report('its signature does not fit what it says');
  }
}

function parse(line: string): ExportLine | undefined {
  try {
    const value = JSON.parse(line) as ExportLine | null;
    return isLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value has the form of a line, as far as it is read. */
function isLine(value: ExportLine | null): value is ExportLine {
  switch (value?.kind) {
    case 'trail':
      return value.scope === 'whole' || value.scope === 'selection';
    case 'seal':
      return (
        typeof value.signature === 'string' &&
        Number.isSafeInteger(value.seal?.number) &&
        (value.leaves === undefined ||
          (Array.isArray(value.leaves) && value.leaves.every((leaf) => typeof leaf === 'string')))
      );
    case 'entry':
      return value.proof === undefined || (Array.isArray(value.proof?.path) && Number.isSafeInteger(value.proof.leaf));
    case 'end':
      return Number.isSafeInteger(value.entries);
    default:
      return false;
  }
}
