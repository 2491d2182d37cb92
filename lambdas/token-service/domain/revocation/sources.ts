import type { SourceCuts } from '../../../lib/revocation';
import {
  LONGEST_DERIVED_SECONDS,
  LONGEST_LEEWAY_SECONDS,
  SOURCE_ENTRY_SECONDS,
  SOURCE_TYPES,
  sourcesOfApplication,
  sourcesOfType,
  typeOfSource,
} from '../../../lib/token-source';
import { epochSeconds, type TokenServicePorts } from '../ports';
import { ATTEMPTS, backoffMs } from '../retry';
import type { TokenSettings } from '../settings';

/** Something that access tokens may have been derived from. */
export interface EndedSource {
  /** As the claim `src` names it. */
  readonly source: string;
  /** @default - it belongs to none */
  readonly application?: string | undefined;
  /** Whether it has ended for good, so that nothing is derived from it again. @default false: it has changed, or is paused */
  readonly isOver?: boolean;
}

/** Sources by their own names, in bytes: about a thousand. From there on one name stands for all of an application. */
export const MAX_SINGLE_BYTES = 30_000;

/** Sources and applications, in bytes. From there on one name stands for all of a type. */
export const MAX_SOURCE_BYTES = 40_000;

/** Sources of one application that are written by their own names at a time: who changes more of them at once gets one name for all. */
export const MOST_AT_ONCE = 10;

/** Sources that one write changes: its conditions have to fit into the 4 KB of an expression. */
const PER_WRITE = 25;

/** A source that has ended is refused for so long, in seconds: whatever was begun before, on clocks that differ, has been issued by then. */
const OVER_SECONDS = 60;

/** What a time takes beside its name, in bytes. */
const TIME_BYTES = 8;

/**
 * Ends access tokens of the platform's own issuer with what they were derived from. A source is noted in the set of revocations, with the time before which
 * what was derived from it is refused; what is derived afterwards is good. Nobody knows from which sources anything was derived, because deriving writes
 * nothing, so that each change is noted.
 *
 * There is always room. Where sources are many, one name stands for several: then others have to be derived anew as well, which costs a request, and none
 * lives longer.
 */
export class Sources {
  constructor(
    private readonly settings: Pick<TokenSettings, 'ownIssuer'>,
    private readonly ports: Pick<TokenServicePorts, 'store' | 'now' | 'wait' | 'random'>,
  ) {}

  /** Whether the platform derives access tokens from anything. */
  get areKnown(): boolean {
    return this.settings.ownIssuer !== undefined;
  }

  /**
   * Ends what was derived so far from some sources, which have changed already. Doing it twice does no harm.
   *
   * @throws {Error} when the set cannot be written
   */
  async end(ended: readonly EndedSource[]): Promise<void> {
    if (!this.areKnown) {
      return;
    }
    const counts = new Map<string | undefined, number>();
    for (const { application } of ended) {
      counts.set(application, (counts.get(application) ?? 0) + 1);
    }
    const wanted = ended.map((source) => namesOf(source, (counts.get(source.application) ?? 0) > MOST_AT_ONCE));
    const different = [...new Map(wanted.map((names) => [names[0]?.name, names])).values()];
    for (let index = 0; index < different.length; index += PER_WRITE) {
      await this.write(different.slice(index, index + PER_WRITE));
    }
  }

  /** What stands in place of a set that is thrown away: what was derived so far from anything is refused. */
  everything(): SourceCuts | undefined {
    const cut = epochSeconds(this.ports) + 1;
    return this.areKnown ? Object.fromEntries(SOURCE_TYPES.map((type) => [sourcesOfType(type), cut])) : undefined;
  }

  private async write(wanted: readonly Names[]): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const item = await this.ports.store.getRevocations();
      const now = epochSeconds(this.ports);
      const stored = item?.sources ?? {};
      const cuts = cutsFor(wanted, stored, now);
      if (Object.keys(cuts).length === 0) {
        return;
      }
      const over = Object.entries(stored).filter(([name, before]) => !(name in cuts) && isOver(name, before, now));
      if (await this.ports.store.cutSources(item, cuts, Object.fromEntries(over.slice(0, PER_WRITE)))) {
        return;
      }
      await this.ports.wait(backoffMs(attempt, this.ports.random()));
    }
    throw new Error(`the sources in the set of revocations changed ${ATTEMPTS} times while some were being ended`);
  }
}

/** A name that a source can be noted by. */
interface Name {
  readonly name: string;
  /** How far ahead of the clock what it refuses was issued, in seconds. */
  readonly aheadSeconds: number;
  /** Size of all names up to which this one is added, in bytes. */
  readonly most: number;
}

/** The names of a source, the narrowest first. */
type Names = readonly Name[];

/** @param isOneOfMany whether it has no name of its own, because many others of its application change with it */
function namesOf({ source, application, isOver: hasEnded = false }: EndedSource, isOneOfMany: boolean): Names {
  const type = typeOfSource(source);
  // Others are meant too, and may go on.
  const ofSeveral = (name: string, most: number): Name => ({ name, aheadSeconds: 1, most });
  return [
    ...(application !== undefined && isOneOfMany
      ? []
      : [{ name: source, aheadSeconds: hasEnded ? OVER_SECONDS : 1, most: MAX_SINGLE_BYTES }]),
    ...(application === undefined ? [] : [ofSeveral(sourcesOfApplication(application), MAX_SOURCE_BYTES)]),
    ...(type === undefined ? [] : [ofSeveral(sourcesOfType(type), Number.POSITIVE_INFINITY)]),
  ];
}

/** The names that are to be written, each with its time; none for what the set refuses already. */
function cutsFor(wanted: readonly Names[], stored: SourceCuts, now: number): Record<string, number> {
  const all: Record<string, number> = { ...stored };
  const cuts: Record<string, number> = {};
  let bytes = Object.keys(stored).reduce((sum, name) => sum + sizeOf(name), 0);
  for (const names of wanted) {
    if (names.some(({ name, aheadSeconds }) => (all[name] ?? 0) >= now + aheadSeconds)) {
      continue;
    }
    const chosen = names.find(({ name, most }) => name in all || bytes + sizeOf(name) <= most);
    if (chosen !== undefined) {
      bytes += chosen.name in all ? 0 : sizeOf(chosen.name);
      cuts[chosen.name] = all[chosen.name] = now + chosen.aheadSeconds;
    }
  }
  return cuts;
}

/** Whether everything that a name refuses has expired. */
function isOver(name: string, before: number, now: number): boolean {
  const type = typeOfSource(name);
  const life = type === undefined ? SOURCE_ENTRY_SECONDS : LONGEST_DERIVED_SECONDS[type] + LONGEST_LEEWAY_SECONDS;
  return before + life <= now;
}

function sizeOf(name: string): number {
  return Buffer.byteLength(name) + TIME_BYTES;
}
