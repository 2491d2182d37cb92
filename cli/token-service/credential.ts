import { readFileSync, statSync } from 'node:fs';
import { CliError, EXIT } from '../errors';

/** Variable that holds the token by which the command line calls the token service. */
export const TOKEN_VARIABLE = 'GATEHOUSE_TOKEN';

/** What a bearer token may consist of (RFC 6750, 2.1). */
const BEARER = /^[A-Za-z0-9\-._~+/]+=*$/;

/** Longest credential that is sent, in characters: what a header of API Gateway takes. */
const LONGEST = 8192;

/**
 * The token that the user named: in a file, else in the environment.
 *
 * @returns undefined where there is neither
 * @throws {CliError} for a file that others may read, or what cannot be a token; the content is never quoted
 */
export function givenToken(tokenFile: string | undefined, environment: NodeJS.ProcessEnv): string | undefined {
  if (tokenFile !== undefined) return checked(readPrivate(tokenFile), `the file ${tokenFile}`);
  const value = environment[TOKEN_VARIABLE];
  return value === undefined ? undefined : checked(value, `the variable ${TOKEN_VARIABLE}`);
}

function readPrivate(file: string): string {
  try {
    const { mode, uid } = statSync(file);
    const owner = process.getuid?.();
    if (owner !== undefined && uid !== owner) {
      throw new CliError(`the token file ${file} belongs to another user (uid ${uid})`, EXIT.usage);
    }
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8);
      throw new CliError(
        `the token file ${file} may be read by others (mode ${octal}, allowed is 600): chmod 600 ${file}`,
        EXIT.usage,
      );
    }
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof CliError || code === undefined) throw error;
    throw new CliError(`the token file ${file} cannot be read (${code})`, EXIT.usage, { cause: error });
  }
}

function checked(text: string, place: string): string {
  const token = text.trim();
  if (token.length <= LONGEST && BEARER.test(token)) return token;
  const found = token === '' ? 'is empty' : `holds ${token.length} characters that are no token`;
  throw new CliError(`${place} ${found}, expected one token and nothing else`, EXIT.usage);
}
