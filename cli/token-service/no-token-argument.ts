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
      throw new CliError(`a token is among the arguments, and ${WHY}; ${adviceFor(found)}`, EXIT.usage);
    }
  }
  // After the other: what follows --token may name itself.
  if (argv.some((word) => word === '--token' || word.startsWith('--token=') || ANY_JWT.test(word))) {
    throw new CliError(`a token is never an argument, because ${WHY}: ${INSTEAD}`, EXIT.usage);
  }
}

/** What to do about a token, or the secret of a client, that others may have seen. */
function adviceFor(found: string): string {
  const parts = parseApiToken(found);
  if (parts === undefined) return 'revoke it';
  // The brand of client secrets ends so, and that of a platform may too.
  const rotate = parts.brand.endsWith('cs')
    ? `, or if it is the secret of a client: gatehouse client rotate ${parts.id} --overlap 0`
    : '';
  return `revoke it: gatehouse token revoke ${parts.id}${rotate}`;
}

const EVERY_SECRET = new RegExp(`${apiTokenPattern()}|${ANY_JWT.source}`, 'g');

/** Takes everything out of a text that could be a token. */
export function withoutTokens(text: string): string {
  return text.replace(EVERY_SECRET, '[token]');
}
