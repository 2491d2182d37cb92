import { readFileSync, writeFileSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { parse } from 'yaml';
import { type AuditOptions, type Baseline, EXIT_CODES, readBaseline, readRulePolicy, readWaivers } from '../audit';
import type { Json } from '../audit/json';
import { CliError, EXIT } from './errors';

/** What decides about a report besides the plan. */
export interface JudgingOptions {
  readonly waivers?: string;
  readonly baseline?: string;
  readonly policy?: string;
  readonly now?: string;
}

/** Adds the options that `readJudging` reads. */
export function addJudgingOptions(command: Command, which: 'all' | 'without baseline' = 'all'): void {
  if (which === 'all') {
    command.option('--baseline <file>', 'findings that are known and fail nothing');
  }
  command
    .option('--waivers <file>', 'exceptions, JSON or YAML')
    .option('--policy <file>', 'limits of your organisation, JSON or YAML')
    .option('--now <date>', 'day on which waivers are judged, YYYY-MM-DD (default: today, UTC)', dayOf);
}

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

function dayOf(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new InvalidArgumentError('expected a day as YYYY-MM-DD');
  }
  return text;
}
