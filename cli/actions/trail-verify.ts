import { createPublicKey, type KeyObject } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { compareTable } from '../../lambdas/lib/trail/compare-table';
import { ExportFormatError, verifyExport } from '../../lambdas/lib/trail/export';
import type { TrailFinding } from '../../lambdas/lib/trail/findings';
import { parseLeaf } from '../../lambdas/lib/trail/seal';
import { type TrailCheckpoint, TrailVerifier } from '../../lambdas/lib/trail/verify';
import { CliError, EXIT } from '../errors';
import { callAws, type PlatformOptions } from '../platform';
import { sealsOf, trailOf } from '../trail-access';

export interface VerifyTrailOptions extends Partial<PlatformOptions> {
  readonly export?: string;
  readonly publicKey?: string;
  readonly checkpoint?: string;
  readonly lateMinutes: number;
  readonly json?: boolean;
}

/** What was verified, as it is printed. */
interface Report {
  /** @default - the trail has no seal */
  readonly trail: TrailCheckpoint | undefined;
  readonly source: string;
  readonly seals: number;
  readonly entries: number;
  /** Entries that wait for their seal. */
  readonly unsealed: number;
  readonly findings: readonly TrailFinding[];
}

/** Verifies the audit trail and sets the exit code. */
export async function verifyTrail(options: VerifyTrailOptions): Promise<void> {
  if (!Number.isInteger(options.lateMinutes)) {
    throw new CliError('--late-minutes is no whole number', EXIT.usage);
  }
  const checkpoint = readCheckpoint(options.checkpoint);
  const settings = { checkpoint, lateSeconds: options.lateMinutes * 60 };
  const report =
    options.export === undefined
      ? await verifyOnline(options, settings)
      : verifyFile(options.export, options, settings);
  process.stdout.write(
    options.json === true || !process.stdout.isTTY ? `${JSON.stringify(report, null, 2)}\n` : render(report),
  );
  if (report.findings.length === 0 && options.checkpoint !== undefined && report.trail !== undefined) {
    writeFileSync(options.checkpoint, `${JSON.stringify(report.trail)}\n`);
  }
  process.exitCode = report.findings.length === 0 ? EXIT.ok : EXIT.failed;
}

type Settings = { readonly checkpoint: TrailCheckpoint | undefined; readonly lateSeconds: number };

function verifyFile(file: string, { publicKey }: VerifyTrailOptions, settings: Settings): Report {
  if (publicKey === undefined) {
    throw new CliError('--export needs --public-key <file>: gatehouse trail key prints it', EXIT.usage);
  }
  try {
    const key = readKey(publicKey);
    const text = readFileSync(file === '-' ? 0 : file, 'utf8');
    const { checkpoint, seals, entries, unsealed, findings, scope } = verifyExport(text, {
      ...settings,
      publicKey: key,
    });
    return { trail: checkpoint, source: `export, ${scope}`, seals, entries, unsealed, findings };
  } catch (error) {
    if (error instanceof ExportFormatError || (error as NodeJS.ErrnoException).code === 'ENOENT') {
      throw new CliError(`${file}: ${(error as Error).message}`, EXIT.usage, { cause: error });
    }
    throw error;
  }
}

async function verifyOnline(options: VerifyTrailOptions, settings: Settings): Promise<Report> {
  const { objects, reader, key } = await trailOf(options, 'gatehouse trail verify');
  return callAws('verify the audit trail', async () => {
    const publicKey = options.publicKey === undefined ? await key.publicKey() : readKey(options.publicKey);
    // Before the bucket: what is sealed in between is in no list of leaves yet.
    const latest = await reader.latestSeal();
    const verifier = new TrailVerifier({ ...settings, publicKey, where: 'batches' });
    const leaves: string[] = [];
    let first: number | undefined;
    let held: Parameters<TrailVerifier['add']>[0] | undefined;
    for await (const batch of sealsOf(objects)) {
      if (held !== undefined) {
        verifier.add(held, false);
      }
      held = batch;
      leaves.push(...(batch.signed?.leaves ?? []));
      first ??= earliestOf(batch.entries);
    }
    if (held !== undefined) {
      verifier.add(held, true);
    }
    const verified = verifier.finish();
    const findings = [...verified.findings];
    const inBucket = verified.checkpoint?.number ?? 0;
    if (latest !== undefined && latest.seal.number > inBucket) {
      findings.push({
        fault: 'truncation',
        record: `seal ${latest.seal.number}`,
        where: 'seals',
        text: `the table has it, and the bucket ends at seal ${inBucket}`,
      });
    }
    const now = Date.now();
    const sealed = leaves.flatMap((leaf) => parseLeaf(leaf) ?? []);
    const table = await compareTable(reader, sealed, { now, from: Math.min(first ?? now, now) - LATE_MS });
    return {
      trail: verified.checkpoint,
      source: 'bucket and table',
      seals: verified.seals,
      entries: verified.entries,
      unsealed: table.unsealed,
      findings: [...findings, ...table.findings],
    };
  });
}

/** How much older than the first sealed entry one may be that was sealed later. */
const LATE_MS = 7 * 86_400_000;

function earliestOf(entries: readonly unknown[] | undefined): number | undefined {
  const times = (entries ?? []).map((entry) => (entry as { at?: unknown } | undefined)?.at);
  const known = times.filter((at) => typeof at === 'number');
  return known.length === 0 ? undefined : Math.min(...known);
}

function readKey(file: string): KeyObject {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`, EXIT.usage, {
      cause: error,
    });
  }
  if (text.includes('PRIVATE KEY')) {
    throw new CliError(`${file} holds a private key, expected a public key in PEM`, EXIT.usage);
  }
  try {
    return createPublicKey(text);
  } catch (error) {
    throw new CliError(`${file} is no public key in PEM`, EXIT.usage, { cause: error });
  }
}

function readCheckpoint(file: string | undefined): TrailCheckpoint | undefined {
  if (file === undefined || !existsSync(file)) {
    return undefined;
  }
  try {
    const { trail, number, size, root } = JSON.parse(readFileSync(file, 'utf8')) as TrailCheckpoint;
    if (typeof trail === 'string' && typeof root === 'string' && [number, size].every(Number.isSafeInteger)) {
      return { trail, number, size, root };
    }
  } catch {
    // Told below, as for any other content.
  }
  throw new CliError(`${file} is no checkpoint of gatehouse trail verify`, EXIT.usage);
}

function render({ trail, source, seals, entries, unsealed, findings }: Report): string {
  const head = [
    trail === undefined
      ? 'no seal yet'
      : `${trail.trail}: seal ${trail.number}, ${trail.size} entries, root ${trail.root}`,
    `verified from ${source}: ${seals} seals, ${entries} entries; ${unsealed} wait for their seal`,
  ];
  const width = Math.max(0, ...findings.map(({ record }) => record.length));
  const rows = findings.map(
    ({ fault, record, where, text }) => `  ${fault.padEnd(11)}  ${record.padEnd(width)}  ${where.padEnd(7)}  ${text}`,
  );
  const last = findings.length === 0 ? ['nothing is wrong'] : [`${findings.length} findings`, ...rows];
  return `${[...head, ...last].join('\n')}\n`;
}
