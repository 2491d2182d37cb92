import { readerOf } from '../authority/authority-of';
import type { Origin } from '../origin';
import { epochSeconds, type ListPosition, type TokenServicePorts } from '../ports';
import type { TokenSettings } from '../settings';
import { SignedCursors } from '../signed-cursor';
import { isoTime, shownStatus, withoutAbsent } from '../views';
import { type CountingState, countingState } from './counting-state';
import { type FindingView, findingsOf } from './findings';

/** A request for what is untidy. */
export interface HygieneQuery {
  /** @default - every team that the caller may read, or its own */
  readonly team?: string | undefined;
  readonly application?: string | undefined;
  readonly cursor?: string | undefined;
}

/** A token with what is untidy about it. */
export interface UntidyToken {
  readonly tokenId: string;
  readonly name: string;
  readonly application: string;
  readonly team?: string | undefined;
  readonly findings: FindingView[];
}

export interface HygieneView extends CountingState {
  /** When the findings were made. */
  readonly computedAt: string;
  /** Whether the counts could be read. Without them nothing is said of use. */
  readonly usageKnown: boolean;
  /** Tokens of the page that were looked at; those that are refused anyway are not among them. */
  readonly examined: number;
  /** Those that something is untidy about. */
  readonly tokens: UntidyToken[];
  /** Absent on the last page. */
  readonly nextCursor?: string | undefined;
}

/** Tokens that one request looks at: as many as one read of summaries takes. */
const PAGE = 100;

/** Finds what is untidy about tokens that are accepted, a page of them at a time. */
export class Hygiene {
  private readonly cursors: SignedCursors;

  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
  ) {
    this.cursors = new SignedCursors(ports);
  }

  /** @throws {Fault} when the cursor is not one of this list, or the caller may not read it */
  async read(query: HygieneQuery, { caller, requestId }: Origin): Promise<HygieneView> {
    const { cursor, ...wanted } = query;
    const listed = await readerOf(caller, this.settings, this.ports).listed('hygiene.read', wanted);
    const { team, application } = { team: undefined, application: undefined, ...listed };
    const list = { list: 'hygiene', team, application };
    const after = cursor === undefined ? undefined : positionOf(await this.cursors.read(cursor, list));
    const page = await this.ports.store.listTokens({
      application,
      ...(application === undefined ? { team } : {}),
      limit: PAGE,
      after,
    });
    const now = epochSeconds(this.ports);
    const accepted = page.tokens.filter((token) => ['active', 'not-yet-valid'].includes(shownStatus(token, now)));
    const usage = await this.usageOf(
      accepted.map(({ id }) => id),
      requestId,
    );
    const { asOf, lagSeconds, countedSince } = usage?.state ?? {};
    const tokens = accepted.map((token) => ({
      tokenId: token.id,
      name: token.name,
      application: token.application,
      team: token.team,
      findings: findingsOf(token, {
        now,
        maxLifetimeSeconds: this.settings.maxLifetimeSeconds,
        countedSince: countedSince === undefined ? undefined : Date.parse(countedSince) / 1000,
        summary: usage?.summaries.get(`token#${token.id}`),
      }),
    }));
    return withoutAbsent({
      asOf,
      lagSeconds,
      countedSince,
      computedAt: isoTime(now),
      usageKnown: usage !== undefined,
      examined: accepted.length,
      tokens: tokens.filter(({ findings }) => findings.length > 0).map(withoutAbsent),
      nextCursor: page.next && (await this.cursors.write(list, [page.next.createdAt, page.next.id])),
    });
  }

  /** What was counted of tokens; `undefined` when it cannot be read. */
  private async usageOf(ids: readonly string[], requestId: string | undefined) {
    const { usage } = this.ports;
    if (usage === undefined) {
      return undefined;
    }
    try {
      const [progress, summaries] = await Promise.all([
        usage.progress(),
        usage.summaries(ids.map((id) => `token#${id}`)),
      ]);
      return { state: countingState(progress), summaries };
    } catch (error) {
      const { name } = error instanceof Error ? error : new Error(String(error));
      this.ports.log({ level: 'error', evt: 'usage.unreadable', fields: { errorName: name, requestId } });
      return undefined;
    }
  }
}

/** A signed cursor holds what this service wrote. */
function positionOf([createdAt, id]: readonly (string | number)[]): ListPosition {
  return { createdAt: Number(createdAt), id: String(id) };
}
