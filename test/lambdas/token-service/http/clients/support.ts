import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import type { ClientRecord } from '../../../../../lambdas/lib/client-record';
import { contextOfAccessToken } from '../../support/callers';
import { type Harness, NOW, personId, type Reply, type RequestOptions } from '../../support/harness';

/** Puts a registered application of a team into the table; the developer of the team maintains it. */
export async function addApplication(service: Harness, application: string, team = 'default'): Promise<void> {
  await service.store.addApplication({
    pk: `application#${application}`,
    entity: 'application',
    application,
    team,
    applicationOf: team,
    tier: 'free',
    maintainers: [personId('developer')],
    createdAt: NOW / 1000,
    version: 1,
  });
}

/** Body of a request that is accepted. */
export const CLIENT = { name: 'nightly import', application: 'warehouse', scopes: ['sales:read'] } as const;

export function createClient(service: Harness, body: object = {}, options: RequestOptions = {}): Promise<Reply> {
  return service.request('POST', '/v1/clients', { body: { ...CLIENT, ...body }, ...options });
}

/** A person with all scopes, or these. */
export function person(subject: string, scopes = 'tokens:read tokens:write sales:read sales:write reports:read') {
  const { application: _, ...context } = contextOfAccessToken({ subject, tokenId: `jti-${subject}`, scopes });
  return { authorizer: context };
}

export async function storedClient(service: Harness, id: string): Promise<ClientRecord> {
  const record = await service.ports.items.get<ClientRecord>(`client#${id}`);
  if (record === undefined) {
    throw new Error(`no client ${id} in the table`);
  }
  return record;
}

/** A new public key, with its private half where it is asked for. */
export function newKey(more: JsonWebKey = {}, isPrivate = false): JsonWebKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...(isPrivate ? privateKey : publicKey).export({ format: 'jwk' }), ...more };
}
