import { apiTokenPattern, parseApiToken } from '../../lambdas/lib/api-token';
import { CliError, EXIT } from '../errors';
import { TOKEN_VARIABLE } from './credential';

const ANY_TOKEN = new RegExp(apiTokenPattern());

/** The form of an access token: three parts of base64url, of which the first begins as JSON does. */
const ANY_JWT = /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/;

const WHY = 'arguments are seen in the list of processes and stay in the history of the shell';
const INSTEAD = `set ${TOKEN_VARIABLE}, or name a file with --token-file`;

/**
 * Refuses tokens among the arguments, whatever they were meant for.
 *
 * @throws {CliError} that says what to do instead, and what to do about a token that was written there
 */
export function refuseTokenArguments(argv: readonly string[]): void {
  for (const word of argv) {
    const found = ANY_TOKEN.exec(word)?.[0];
    if (found !== undefined) {
      const id = parseApiToken(found)?.id;
      const revoke = id === undefined ? 'revoke it' : `revoke it: gatehouse token revoke ${id}`;
      throw new CliError(`a token is among the arguments, and ${WHY}; ${revoke}`, EXIT.usage);
    }
  }
  // After the other: what follows --token may name itself.
  if (argv.some((word) => word === '--token' || word.startsWith('--token=') || ANY_JWT.test(word))) {
    throw new CliError(`a token is never an argument, because ${WHY}: ${INSTEAD}`, EXIT.usage);
  }
}

const EVERY_SECRET = new RegExp(`${apiTokenPattern()}|${ANY_JWT.source}`, 'g');

/** Takes everything out of a text that could be a token. */
export function withoutTokens(text: string): string {
  return text.replace(EVERY_SECRET, '[token]');
}
