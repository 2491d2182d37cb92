import type { ClientRecord } from '../../../lib/client-record';
import type { Listed } from '../authority/authority';
import { readerOf } from '../authority/authority-of';
import { missing } from '../authority/missing';
import { filteredPage, type IndexPiece } from '../filtered-page';
import type { Origin } from '../origin';
import type { TokenServicePorts } from '../ports';
import type { TokenSettings } from '../settings';
import { SignedCursors } from '../signed-cursor';
import { hasWords, wordsOf } from '../words';
import { belongingOf, storedClient } from './client-changes';
import type { ListClients } from './client-commands';
import type { ClientIndexRequest, ClientPosition } from './client-index';
import { type ClientPageView, type ClientView, clientView } from './client-views';

const DEFAULT_PAGE = 20;

/** Clients that are read for one page: what a page costs does not depend on how many there are. */
export const MOST_CLIENTS_EXAMINED = 200;

/** Clients that a filtered list reads at once. */
const PIECE = 50;

/** Reads and lists clients. */
export class ClientListing {
  private readonly cursors: SignedCursors;

  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
  ) {
    this.cursors = new SignedCursors(ports);
  }

  /** @throws {Fault} when there is no such client, or the caller may not read it */
  async get(id: string, { caller }: Origin): Promise<ClientView> {
    const client = await storedClient(this.ports, id);
    if (!client) {
      throw missing('client.read');
    }
    const application = await this.ports.store.getApplication(client.application);
    await readerOf(caller, this.settings, this.ports).require('client.read', belongingOf(client, application));
    return clientView(client);
  }

  /**
   * A page of the clients that the caller may read and the query means: of a team by application, of all teams the newest first.
   *
   * @throws {Fault} when the cursor is not one of this list, or the caller may not read it
   */
  async list(query: ListClients, { caller }: Origin): Promise<ClientPageView> {
    const { cursor, limit = DEFAULT_PAGE, ...wanted } = query;
    const listed = await readerOf(caller, this.settings, this.ports).listed('client.read', query);
    const signed = { list: 'clients', ...wanted, ...listed };
    const after = cursor === undefined ? undefined : positionOf(await this.cursors.read(cursor, signed));
    const { items, next, isPartial } = await filteredPage<ClientRecord, ClientPosition>({
      limit,
      mostExamined: MOST_CLIENTS_EXAMINED,
      piece: isFiltering(wanted) ? PIECE : undefined,
      after,
      read: (from, most) => this.read(listed, from, most),
      isMeant: clientFilter(wanted),
      positionOf: ({ id, application, createdAt }) => ({ at: listed.of === 'all' ? createdAt : application, id }),
    });
    return {
      clients: items.map(clientView),
      ...(isPartial ? { partial: true } : {}),
      ...(next === undefined ? {} : { nextCursor: await this.cursors.write(signed, [next.at, next.id]) }),
    };
  }

  private async read(
    listed: Listed,
    after: ClientPosition | undefined,
    limit: number,
  ): Promise<IndexPiece<ClientRecord, ClientPosition>> {
    const { ids, next } = await this.ports.clients.page({ ...placeOf(listed), limit, after });
    const clients = await Promise.all(ids.map((id) => storedClient(this.ports, id)));
    // One that has moved to another team meanwhile is in the list of that one.
    return { items: clients.flatMap((one) => (one && isOf(one, listed) ? [one] : [])), examined: ids.length, next };
  }
}

function placeOf(listed: Listed): Pick<ClientIndexRequest, 'team' | 'application'> {
  return {
    team: listed.of === 'all' ? undefined : listed.team,
    application: listed.of === 'application' ? listed.application : undefined,
  };
}

function isOf({ team }: ClientRecord, listed: Listed): boolean {
  return listed.of === 'all' || team === listed.team;
}

/** Whether a query leaves out clients of the list that it is about, so that a page may have to look at many. */
function isFiltering({ application: _, team: __, limit: ___, ...filter }: ListClients): boolean {
  return Object.values(filter).some((value) => value !== undefined && value !== false);
}

function clientFilter({
  q = '',
  scope,
  status,
  authMethod,
  createdBy,
  noNetworks,
  secretBefore,
}: ListClients): (client: ClientRecord) => boolean {
  const words = wordsOf(q);
  const before = secretBefore === undefined ? undefined : Date.parse(secretBefore) / 1000;
  return (client) =>
    (scope === undefined || client.scopes.includes(scope)) &&
    (status === undefined || client.status === status) &&
    (authMethod === undefined || client.authMethods.includes(authMethod)) &&
    (createdBy === undefined || client.createdBy === createdBy) &&
    (noNetworks !== true || client.cidrs.length === 0) &&
    (before === undefined || isOlder(client, before)) &&
    hasWords([client.name, client.description ?? '', client.application, client.id], words);
}

/** Whether the newest secret is from before a time; a client without one has none that is too old. */
function isOlder({ generations }: ClientRecord, before: number): boolean {
  return generations.length > 0 && generations.every(({ createdAt }) => createdAt < before);
}

/** A signed cursor holds what this service wrote. */
function positionOf([at = 0, id]: readonly (string | number)[]): ClientPosition {
  return { at, id: String(id) };
}
