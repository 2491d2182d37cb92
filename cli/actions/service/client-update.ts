import type { ChangedClientView } from '../../../lambdas/token-service/domain/clients/client-views';
import { printOne, tell } from '../../output/printer';
import { boundText } from '../../output/times';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';
import { merged } from '../../token-service/request-file';
import { boundsOf, type ClientBoundOptions } from './client-create';
import { readClient } from './client-read';
import { renderClient } from './client-shown';

export interface UpdateClientOptions extends ServiceOptions, ClientBoundOptions {
  readonly clear?: readonly string[];
  readonly ifVersion?: number;
  readonly fromFile?: string;
}

/** Changes a client, by the version that was seen. */
export async function updateClient(id: string, options: UpdateClientOptions): Promise<void> {
  const { clear = [] } = options;
  const body = {
    ...merged(options.fromFile, boundsOf(options)),
    // Of networks an empty list means any.
    ...Object.fromEntries(clear.map((member) => [member, member === 'cidrs' ? [] : null])),
  };
  const { service, place } = await connect(options, 'client update');
  const version = options.ifVersion ?? (await readClient(service, id)).version;
  const { body: changed } = await service.change<ChangedClientView>(
    `update the client ${id}`,
    'PATCH',
    `/clients/${id}`,
    { body, ifMatch: `"${version}"` },
  );
  tell(`client ${id} in ${place} is changed${boundText(changed)}`);
  printOne(changed, options, (client) => renderClient(client, Date.now()));
}
