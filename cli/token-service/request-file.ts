import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { CliError, EXIT } from '../errors';

/**
 * A request that lies in a file, as YAML or JSON. What its members may be is the token service's to say.
 *
 * @param file `-` for the standard input
 * @throws {CliError} for a file that cannot be read or holds no object
 */
export function readRequest(file: string): Readonly<Record<string, unknown>> {
  const place = file === '-' ? 'the standard input' : file;
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(`${place} cannot be read (${code ?? 'unknown error'})`, EXIT.usage, { cause: error });
  }
  let value: unknown;
  try {
    value = parse(text, { schema: 'core', maxAliasCount: 0 });
  } catch (error) {
    const where = /at line \d+, column \d+/.exec(error instanceof Error ? error.message : '')?.[0];
    throw new CliError(`${place} is neither YAML nor JSON${where === undefined ? '' : ` (${where})`}`, EXIT.usage);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CliError(`${place} holds ${nameOf(value)}, expected an object`, EXIT.usage);
  }
  return value as Readonly<Record<string, unknown>>;
}

/**
 * The body of a request: what a file says, and in its place what options say.
 *
 * @param file as for {@link readRequest}. @default - there is none
 */
export function merged(
  file: string | undefined,
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...(file === undefined ? {} : readRequest(file)), ...Object.fromEntries(given) };
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return value === null || value === undefined ? 'nothing' : `a ${typeof value}`;
}
