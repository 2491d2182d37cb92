import { type GenerationUse, type GenerationUses, joinUse, joinUses } from '../lib/usage/uses';
import type { AggregatorPorts, TokenUse, TokenUses } from './ports';
import { Remembered } from './remembered';
import { untilWritten } from './retry';

/** Time that has to lie between two writes of a token's last use, in seconds. */
export const LAST_USE_STEP_SECONDS = 300;

const REMEMBERED_TOKENS = 10_000;

/** What this execution environment knows of a token. */
interface KnownToken {
  /** What its record says. */
  readonly stored: TokenUse;
  /** Uses that wait for the next write, which takes them along. */
  readonly waiting: GenerationUses;
}

/**
 * Writes last uses to the records of tokens: the first use of a generation at once, else one write in five minutes of requests for each token. A
 * record that is not there is not made.
 */
export class LastUses {
  private readonly known = new Remembered<KnownToken>(REMEMBERED_TOKENS);

  constructor(
    private readonly ports: AggregatorPorts,
    private readonly tokens: TokenUses,
  ) {}

  /**
   * @param observed uses in epoch milliseconds
   * @throws {BusyError} when others change the record all the time
   */
  async note(tokenId: string, observed: GenerationUses): Promise<void> {
    if (Object.keys(observed).length === 0) {
      return;
    }
    const known = this.known.get(tokenId);
    const uses = joinUses(known?.waiting ?? {}, inSeconds(observed));
    if (known !== undefined && dueUses(known.stored, uses) === undefined) {
      this.known.set(tokenId, { stored: known.stored, waiting: uses });
      return;
    }
    await untilWritten(this.ports, async () => {
      const before = await this.tokens.read(tokenId);
      if (before === undefined) {
        return true;
      }
      const change = dueUses(before, uses);
      if (change !== undefined && !(await this.tokens.write(tokenId, change, before))) {
        return undefined;
      }
      this.known.set(
        tokenId,
        change === undefined
          ? { stored: before, waiting: uses }
          : { stored: { uses: { ...before.uses, ...change.uses }, lastUsedAt: change.lastUsedAt }, waiting: {} },
      );
      return true;
    });
  }
}

/** What has to be written over a record that says this; `undefined` when it can wait. */
export function dueUses(
  before: TokenUse,
  observed: GenerationUses,
): { readonly uses: GenerationUses; readonly lastUsedAt: number } | undefined {
  const known = before.uses ?? {};
  const joined = Object.entries(observed).map(([generation, use]): [string, GenerationUse] => [
    generation,
    joinUse(known[generation], use),
  ]);
  const lastUsedAt = Math.max(before.lastUsedAt ?? 0, ...joined.map(([, { lastAt }]) => lastAt));
  // By its first use a generation may end the grace of the one before: an earlier one, of a line that came late, is news too.
  const isNews = joined.some(([generation, { firstAt }]) => firstAt !== known[generation]?.firstAt);
  const isStep = before.lastUsedAt === undefined || lastUsedAt - before.lastUsedAt >= LAST_USE_STEP_SECONDS;
  return isNews || isStep ? { uses: Object.fromEntries(joined), lastUsedAt } : undefined;
}

function inSeconds(uses: GenerationUses): GenerationUses {
  return Object.fromEntries(
    Object.entries(uses).map(([generation, { firstAt, lastAt, ...place }]) => [
      generation,
      { ...place, firstAt: Math.floor(firstAt / 1000), lastAt: Math.floor(lastAt / 1000) },
    ]),
  );
}
