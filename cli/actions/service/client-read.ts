import type { ClientPageView, ClientView } from '../../../lambdas/token-service/domain/clients/client-views';
import { printMany, printOne } from '../../output/printer';
import type { TokenService } from '../../token-service/client';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { takeFrom } from '../../token-service/take';
import { clientColumns, renderClient } from './client-shown';

export interface ListClientsOptions extends ServiceOptions {
  readonly application?: string;
  readonly team?: string;
  readonly status?: string;
  readonly secretBefore?: string;
  readonly ids?: boolean;
  readonly limit: number;
}

/** Clients on one page at most, as the token service has it. */
const LONGEST_PAGE = 100;

/** Lists clients. */
export async function listClients(options: ListClientsOptions): Promise<void> {
  const { service, place } = await connect(options, 'client list');
  const { application, team, status, secretBefore, limit } = options;
  const query = { application, team, status, secretBefore, limit: Math.min(limit, LONGEST_PAGE) };
  const pages = takeFrom(
    service.pages<ClientPageView>('list clients', '/clients', query),
    ({ clients }) => clients,
    limit,
  );
  if (options.ids === true) {
    for await (const page of pages) process.stdout.write(page.map(({ id }) => `${id}\n`).join(''));
    return;
  }
  await printMany(pages, options, clientColumns(Date.now()), `no client in ${place}`);
}

/** Shows a client. */
export async function showClient(id: string, options: ServiceOptions): Promise<void> {
  const { service } = await connect(options, 'client show');
  printOne(await readClient(service, id), options, (client) => renderClient(client, Date.now()));
}

/** Reads a client. */
export async function readClient(service: TokenService, id: string): Promise<ClientView> {
  return (await service.get<ClientView>(`read the client ${id}`, `/clients/${id}`)).body;
}
