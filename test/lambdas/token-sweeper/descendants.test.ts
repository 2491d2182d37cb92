import { randomBase62 } from '../../../lambdas/lib/base62';
import { entriesOf } from '../../../lambdas/lib/revocation';
import { DynamoBulkIndex } from '../../../lambdas/token-service/aws/dynamo-bulk';
import { DynamoItems } from '../../../lambdas/token-service/aws/dynamo-items';
import { DynamoOutboxIndex } from '../../../lambdas/token-sweeper/aws/outbox-index';
import { createSweeper } from '../../../lambdas/token-sweeper/sweeper';
import { Harness, NOW, StoreWithAdministrator } from '../token-service/support/harness';
import { MemoryTrail } from '../token-service/support/memory-trail';
import { TABLE } from '../token-service/support/token-table';
import { Mortal } from './support/mortal';

let harness: Harness;
let trail: MemoryTrail;

beforeEach(async () => {
  harness = await Harness.start();
  trail = new MemoryTrail();
  harness.overrides = { trail };
});
afterEach(() => harness.close());

/** Revokes a token that may issue others, in a process that dies at a call; whether it lived to the end. */
async function revokeAndDie(id: string, call: number): Promise<boolean> {
  const mortal = new Mortal({ call, done: true });
  const client = mortal.client(harness.table.client);
  harness.overrides = {
    trail: mortal.trail(trail),
    store: new StoreWithAdministrator(client, TABLE),
    items: new DynamoItems(client, TABLE),
  };
  await harness.request('POST', `/v1/tokens/${id}/revoke`);
  await mortal.gone();
  harness.overrides = { trail };
  return !mortal.isDead;
}

function sweep() {
  const { client } = harness.table;
  const sweeper = createSweeper(harness.config, {
    ...harness.ports,
    newId: () => randomBase62(16),
    bulk: new DynamoBulkIndex(client, TABLE),
    outboxes: new DynamoOutboxIndex(client, TABLE),
    trail,
  });
  return sweeper();
}

test('wherever a revocation breaks off, what the token issued ends with it', async () => {
  let revoked = 0;
  for (let call = 0, isOver = false; !isOver; call++) {
    harness.now = NOW + call * 60_000;
    const { id } = (await harness.issue({ scopes: ['tokens:write', 'sales:read'] })).body;
    isOver = await revokeAndDie(id, call);
    harness.now += 30_000;
    await sweep();
    if ((await harness.storedToken(id)).status === 'revoked') {
      revoked++;
      const entries = entriesOf((await harness.store.getRevocations()) ?? {});
      expect({ call, ended: entries.some(({ kind, value }) => kind === 'token' && value === id) }).toEqual({
        call,
        ended: true,
      });
    }
  }
  expect(revoked).toBeGreaterThan(4);
});
