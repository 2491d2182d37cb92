import { Argument, InvalidArgumentError } from 'commander';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `90d`, `12h`, `30m`, `45s` or whole seconds, as seconds. */
export function durationOf(text: string): number {
  const [, count, unit] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  if (count === undefined) {
    throw new InvalidArgumentError('allowed are whole seconds, or a number with s, m, h or d, such as 90d');
  }
  return Number(count) * (SECONDS[unit || 's'] ?? 1);
}

/** Collects what an option was given, several times or with commas. */
export function listOf(text: string, before: readonly string[] | undefined): readonly string[] {
  const parts = text.split(',').map((part) => part.trim());
  return [...(before ?? []), ...parts.filter((part) => part !== '')];
}

/** Collects `name=value`. */
export function tagsOf(
  text: string,
  before: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('expected <name>=<value>');
  const entries = [...Object.entries(before ?? {}), [text.slice(0, at), text.slice(at + 1)] as const];
  return Object.fromEntries(entries);
}

/** A date and time of RFC 3339, or a date alone: its first moment in UTC. */
export function timeOf(text: string): string {
  const full = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
  if (!/^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}/.test(full) || Number.isNaN(Date.parse(full))) {
    throw new InvalidArgumentError('expected a date, or a date and time such as 2027-01-31T12:00:00Z');
  }
  // Date.parse takes the 30th of February for the 2nd of March.
  const day = full.slice(0, 10);
  if (new Date(`${day}T00:00:00Z`).toISOString().slice(0, 10) !== day) {
    throw new InvalidArgumentError(`there is no day ${day}`);
  }
  return full;
}

/** A whole number within bounds. */
export function countOf(least: number, most: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (!/^\d{1,10}$/.test(text) || count < least || count > most) {
      throw new InvalidArgumentError(`allowed are whole numbers from ${least} to ${most}`);
    }
    return count;
  };
}

/** The public id of a token as an argument. */
export function tokenId(): Argument {
  return new Argument('<token-id>', 'public id of the token').argParser(tokenIdOf);
}

/** The public id of a token. */
export function tokenIdOf(text: string): string {
  if (!/^[0-9A-Za-z]{16}$/.test(text)) {
    throw new InvalidArgumentError('expected the public id of a token, 16 letters or digits');
  }
  return text;
}

/** The id of a client as an argument. */
export function clientId(): Argument {
  return new Argument('<client-id>', 'id of the client').argParser((text) => {
    if (!/^[0-9A-Za-z]{16}$/.test(text)) {
      throw new InvalidArgumentError('expected the id of a client, 16 letters or digits');
    }
    return text;
  });
}
