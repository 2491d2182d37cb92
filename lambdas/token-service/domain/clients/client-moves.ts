import { type ClientRecord, clientsOf } from '../../../lib/client-record';
import type { ApplicationRecord } from '../../../lib/token-record';
import { DEFAULT_TEAM } from '../authority/roles';
import type { Origin } from '../origin';
import type { TokenServicePorts } from '../ports';
import { ATTEMPTS, backoffMs } from '../retry';
import { type ClientChanges, storedClient } from './client-changes';

/** Clients that one request moves after their application; each is a write of its own. */
const MOST_MOVED = 100;

/**
 * Lets clients follow their application to another team. Who may do what with a client its application says already; what follows is the team in lists and
 * in the trail.
 */
export class ClientMoves {
  constructor(
    private readonly ports: TokenServicePorts,
    private readonly clients: ClientChanges,
  ) {}

  /** @returns whether all clients of the application have followed; else the same request again moves more */
  async follow({ application, team = DEFAULT_TEAM }: ApplicationRecord, origin: Origin): Promise<boolean> {
    let moved = 0;
    for (const id of await this.ports.clients.ofApplication(application)) {
      if (moved === MOST_MOVED) {
        return false;
      }
      moved += (await this.move(id, team, origin)) ? 1 : 0;
    }
    return true;
  }

  private async move(id: string, team: string, origin: Origin): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const client: ClientRecord | undefined = await storedClient(this.ports, id);
      if (client === undefined || client.team === team) {
        return false;
      }
      const changes = { team, applicationOf: clientsOf(team) };
      if ((await this.clients.write(client, changes, 'client.update', origin)) !== undefined) {
        return true;
      }
      await this.ports.wait(backoffMs(attempt, this.ports.random()));
    }
    throw new Error(`client ${id} changed ${ATTEMPTS} times while it followed its application`);
  }
}
