import type { ExportLine, InclusionProof } from '../../../lib/trail/export';
import { inclusionPath, leafHash, type NodeSource } from '../../../lib/trail/merkle';
import { nodesOfTiles } from '../../../lib/trail/tiles';
import type { TrailEntry } from '../../../lib/trail/trail-entry';
import type { SealItem, TrailPosition, TrailQuery, TrailReader } from '../../../lib/trail/trail-reader';
import { entryId, parseEntryId, type TrailItem } from '../../../lib/trail/trail-table';
import { readerOf } from '../authority/authority-of';
import { Fault } from '../fault';
import type { Origin } from '../origin';
import { epochSeconds, type TokenServicePorts } from '../ports';
import type { TokenSettings } from '../settings';
import { SignedCursors } from '../signed-cursor';

/** What is asked for of the trail; everything that is given has to hold. */
export interface TrailFilter {
  /** Principal who did it. */
  readonly actor?: string | undefined;
  /** For example `token.rotate`. */
  readonly action?: string | undefined;
  /** `<kind>#<id>` */
  readonly object?: string | undefined;
  readonly team?: string | undefined;
  /** RFC 3339. */
  readonly from?: string | undefined;
  /** RFC 3339. */
  readonly to?: string | undefined;
}

export interface ListTrail extends TrailFilter {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** An entry as callers may see it. */
export interface TrailEntryView {
  /** `<writer>-<seq>` */
  readonly entryId: string;
  /** Whether a seal has it. */
  readonly isSealed: boolean;
  readonly entry: TrailEntry;
}

export interface TrailPageView {
  readonly entries: readonly TrailEntryView[];
  readonly nextCursor?: string;
}

/** An entry with everything that shows it to be of the trail, for whoever has the public key. */
export interface TrailProofView {
  readonly entryId: string;
  readonly entry: TrailEntry;
  /** SHA-256 of the leaf. */
  readonly leafHash: string;
  readonly proof: InclusionProof;
  readonly seal: SealItem['seal'];
  readonly signature: string;
}

const DEFAULT_PAGE = 50;
const EXPORT_PAGE = 500;
/** Entries that one page looks at, so that a rare actor costs as much as a frequent one. */
const MOST_EXAMINED = 1000;
/** How far back a list goes that says nothing of it, in milliseconds: as long as seals are kept by default. */
const DEFAULT_SPAN_MS = 400 * 86_400_000;

/** Reads the audit trail for callers: those of a team see what concerns the team, operators and auditors see all. */
export class TrailList {
  private readonly cursors: SignedCursors;

  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
  ) {
    this.cursors = new SignedCursors(ports);
  }

  /** @throws {Fault} when the filter or the cursor is not valid, the caller may not read that, or there is no trail */
  async list(request: ListTrail, origin: Origin): Promise<TrailPageView> {
    const { items, nextCursor } = await this.page('trail.read', request, origin, request.limit ?? DEFAULT_PAGE);
    return { entries: items.map(entryView), ...(nextCursor === undefined ? {} : { nextCursor }) };
  }

  /** @throws {Fault} when there is no such entry, the caller may not read it, or no seal has it yet */
  async proof(id: string, { caller }: Origin): Promise<TrailProofView> {
    const reader = this.reader();
    const place = parseEntryId(id);
    const item = place === undefined ? undefined : await reader.get(place);
    if (item === undefined) {
      throw noSuchEntry();
    }
    const authority = readerOf(caller, this.settings, this.ports);
    const { team, application } = entryOf(item);
    await authority.require('trail.read', { team, application }).catch((error: unknown) => {
      throw error instanceof Fault && error.code === 'no-such-team' ? noSuchEntry() : error;
    });
    const latest = await reader.latestSeal();
    const proof =
      latest &&
      (await proofOf(
        item,
        latest,
        nodesOfTiles((tile) => reader.tile(tile)),
      ));
    if (latest === undefined || proof === undefined) {
      throw new Fault('not-sealed', 'the entry has no seal yet; the trail is sealed every minute');
    }
    return {
      entryId: entryId(item),
      entry: entryOf(item),
      leafHash: leafHash(item.entry).toString('hex'),
      proof,
      seal: latest.seal,
      signature: latest.signature,
    };
  }

  /**
   * A part of the trail with its proofs, as the lines of an export.
   *
   * @throws {Fault} as {@link list} does
   */
  async export(request: ListTrail, origin: Origin): Promise<readonly ExportLine[]> {
    const reader = this.reader();
    const { items, nextCursor } = await this.page('trail.export', request, origin, request.limit ?? EXPORT_PAGE);
    const latest = await reader.latestSeal();
    const nodes = nodesOfTiles((tile) => reader.tile(tile));
    const lines: ExportLine[] = [{ kind: 'trail', version: 1, trail: this.settings.namePrefix, scope: 'selection' }];
    for (const item of items) {
      const proof = latest && (await proofOf(item, latest, nodes));
      lines.push({ kind: 'entry', entry: entryOf(item), ...(proof === undefined ? {} : { proof }) });
    }
    if (latest !== undefined) {
      lines.push({ kind: 'seal', seal: latest.seal, signature: latest.signature });
    }
    lines.push({ kind: 'end', entries: items.length, ...(nextCursor === undefined ? {} : { nextCursor }) });
    return lines;
  }

  private async page(
    action: 'trail.read' | 'trail.export',
    { cursor, limit: _, ...filter }: ListTrail,
    { caller }: Origin,
    limit: number,
  ): Promise<{ readonly items: readonly TrailItem[]; readonly nextCursor?: string }> {
    const reader = this.reader();
    const { team } = filter;
    const authority = readerOf(caller, this.settings, this.ports);
    const listed = await authority.listed(action, team === undefined ? {} : { team });
    const scope = listed.of === 'all' ? {} : { team: listed.team };
    const application = listed.of === 'application' ? listed.application : undefined;
    const place =
      cursor === undefined ? undefined : await this.cursors.read(cursor, cursorQuery(action, filter, scope));
    const query = this.queryOf(filter, scope, place?.[3]);
    const wanted = (item: TrailItem): boolean => {
      const entry = entryOf(item);
      return (
        (filter.actor === undefined || entry.actor === filter.actor) &&
        (filter.action === undefined || entry.action === filter.action) &&
        (scope.team === undefined || entry.team === scope.team) &&
        (application === undefined || entry.application === application)
      );
    };
    const items: TrailItem[] = [];
    let after = place === undefined ? undefined : positionOf(place);
    let examined = 0;
    do {
      const part = await reader.page(query, limit - items.length, after);
      items.push(...part.items.filter(wanted));
      examined += Math.max(1, part.items.length);
      after = part.next;
    } while (after !== undefined && items.length < limit && examined < MOST_EXAMINED);
    if (after === undefined) {
      return { items };
    }
    const next = [after.at, after.writer, after.seq, query.to];
    return { items, nextCursor: await this.cursors.write(cursorQuery(action, filter, scope), next) };
  }

  /** @param until the end of a list that has begun: later pages do not move with the clock */
  private queryOf(filter: TrailFilter, scope: { readonly team?: string }, until: unknown): TrailQuery {
    const to = typeof until === 'number' ? until : (timeOf(filter.to) ?? epochSeconds(this.ports) * 1000 + 999);
    const from = timeOf(filter.from) ?? to - DEFAULT_SPAN_MS;
    return { from, to, ...scope, object: objectOf(filter.object) };
  }

  private reader(): TrailReader {
    const { trailReader } = this.ports;
    if (trailReader === undefined) {
      throw new Fault('no-trail', 'this platform has no audit trail');
    }
    return trailReader;
  }
}

function entryOf(item: TrailItem): TrailEntry {
  return JSON.parse(item.entry) as TrailEntry;
}

function entryView(item: TrailItem): TrailEntryView {
  return { entryId: entryId(item), isSealed: item.leaf !== undefined, entry: entryOf(item) };
}

/** `undefined` for an entry that the seal does not have. */
async function proofOf(
  { leaf }: TrailItem,
  { seal }: SealItem,
  nodes: NodeSource,
): Promise<InclusionProof | undefined> {
  if (leaf === undefined || leaf >= seal.size) {
    return undefined;
  }
  const path = await inclusionPath(leaf, seal.size, nodes);
  return { leaf, path: path.map((hash) => hash.toString('hex')) };
}

function cursorQuery(action: string, filter: TrailFilter, scope: { readonly team?: string }): object {
  return { ...filter, ...scope, kind: action };
}

function positionOf([at, writer, seq]: readonly (string | number)[]): TrailPosition {
  return { at: Number(at), writer: String(writer), seq: Number(seq) };
}

/** The kinds of object are the entry's: the schema of the request lets no others through. */
function objectOf(text: string | undefined): TrailEntry['object'] | undefined {
  const [kind, ...id] = (text ?? '').split('#');
  return text === undefined ? undefined : { kind: kind as TrailEntry['object']['kind'], id: id.join('#') };
}

function timeOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Date.parse(text.toUpperCase());
}

function noSuchEntry(): Fault {
  return new Fault('no-such-entry', 'the trail has no entry with this id');
}
