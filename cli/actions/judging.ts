import { readFileSync, writeFileSync } from 'node:fs';
import { type AuditOptions, type Baseline, EXIT_CODES, readBaseline, readRulePolicy, readWaivers } from '../../audit';
import type { Json } from '../../audit/json';
import type { JudgingOptions } from '../audit-options';
import { CliError, EXIT } from '../errors';

/**
 * Reads the files that decide about a report besides the plan. The clock is read for waivers alone, and only without `--now`.
 *
 * @throws {CliError | AuditError} for a file that cannot be read or used
 */
export function readJudging({ waivers, baseline, policy, now }: JudgingOptions): AuditOptions {
  return {
    ...(policy === undefined ? {} : { policy: readRulePolicy(readDocument(policy), policy) }),
    ...(waivers === undefined
      ? {}
      : { waivers: { file: readWaivers(readDocument(waivers), waivers), today: now ?? today() } }),
    ...(baseline === undefined ? {} : { baseline: readFormerBaseline(baseline) }),
  };
}

/** Reads a baseline that `gatehouse audit baseline` wrote. */
export function readFormerBaseline(file: string): Baseline {
  return readBaseline(readDocument(file), file);
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}

/** Reads JSON or YAML; of YAML only what JSON has too. */
function readDocument(file: string): Json {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(`${file} cannot be read (${codeOf(error)})`, EXIT_CODES.waiver, { cause: error });
  }
  try {
    // Loaded here: most runs read no such file.
    const { parse } = require('yaml') as typeof import('yaml');
    return parse(text, { schema: 'core', maxAliasCount: 0 }) as Json;
  } catch (error) {
    const line = /at line \d+, column \d+/.exec(error instanceof Error ? error.message : '')?.[0];
    throw new CliError(`${file} is neither JSON nor YAML${line === undefined ? '' : ` (${line})`}`, EXIT_CODES.waiver, {
      cause: error,
    });
  }
}

/** Writes a report. */
export function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CliError(`${file} cannot be written (${codeOf(error)})`, EXIT.unwritable, { cause: error });
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
