import * as fc from 'fast-check';
import { outboxEntries } from '../../../lambdas/lib/outbox';
import { entriesOf, REVOCATIONS_KEY, type RevocationItem } from '../../../lambdas/lib/revocation';
import { DynamoItems } from '../../../lambdas/token-service/aws/dynamo-items';
import { DynamoTokenStore } from '../../../lambdas/token-service/aws/dynamo-store';
import { DynamoOutboxIndex } from '../../../lambdas/token-sweeper/aws/outbox-index';
import { sweepOutboxes } from '../../../lambdas/token-sweeper/outboxes';
import { contextOfAccessToken } from '../token-service/support/callers';
import { Harness } from '../token-service/support/harness';
import { MemoryTrail } from '../token-service/support/memory-trail';
import { TABLE } from '../token-service/support/token-table';
import { brokenChains } from './support/chains';
import { type Death, Mortal } from './support/mortal';

const caller = { authorizer: contextOfAccessToken({ tier: 'gold' }) };

type Request = 'issue' | 'metered' | 'revoke' | 'revocation';

/** A process of the token service that does some requests, and dies at one of its calls. */
const life = fc.record({
  requests: fc.array(fc.constantFrom<Request>('issue', 'metered', 'revoke', 'revocation'), {
    minLength: 1,
    maxLength: 4,
  }),
  death: fc.option(fc.record({ call: fc.nat(25), done: fc.boolean() }), { nil: undefined }),
});

let service: Harness;
let trail: MemoryTrail;

function portsOf(process: Mortal) {
  const client = process.client(service.table.client);
  return {
    client,
    store: new DynamoTokenStore(client, TABLE),
    items: new DynamoItems(client, TABLE),
    trail: process.trail(trail),
  };
}

async function live({ requests, death }: { requests: readonly Request[]; death: Death | undefined }): Promise<void> {
  const { client: _, ...ports } = portsOf(new Mortal(death));
  service.overrides = ports;
  const [known] = (await service.table.items()).filter(
    ({ entity, status }) => entity === 'token' && status === 'active',
  );
  for (const request of requests) {
    if (request === 'revoke') {
      await service.request('POST', `/v1/tokens/${known?.id ?? 'none000000000000'}/revoke`, caller);
    } else if (request === 'revocation') {
      await service.request('POST', '/v1/revocations', { body: { kind: 'jti', value: 'jti-1' }, ...caller });
    } else {
      await service.issue({ team: undefined, ...(request === 'metered' ? { tier: 'gold' } : {}) }, caller);
    }
  }
}

async function sweep(death?: Death): Promise<void> {
  service.now += 60_000;
  const { client, items, trail: writer } = portsOf(new Mortal(death));
  const outboxes = new DynamoOutboxIndex(client, TABLE);
  const ports = { now: () => service.now, outboxes, items, trail: writer, log: () => {} };
  await sweepOutboxes(ports, Number.POSITIVE_INFINITY).catch((error) => {
    if (death === undefined) {
      throw error;
    }
  });
}

/** What the table says has happened, as the trail has to tell it. */
async function expectedEntries(): Promise<string[]> {
  const items = await service.table.items();
  return items.flatMap(({ pk, entity, id, status, application, usageKey, ...item }) => {
    switch (entity) {
      case 'token':
        return [`token.issue ${id}`, ...(status === 'revoked' ? [`token.revoke ${id}`] : [])];
      case 'application':
        return [`application.register ${application}`, ...(usageKey ? [`application.usage-key ${application}`] : [])];
      default:
        return pk === REVOCATIONS_KEY
          ? entriesOf(item as unknown as RevocationItem).map((entry) => `revocation.add ${entry.id}`)
          : [];
    }
  });
}

test('wherever the service and the sweeper die, each change is told once and the chains hold', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { minLength: 1, maxLength: 3 }),
      fc.array(fc.record({ call: fc.nat(12), done: fc.boolean() }), { maxLength: 2 }),
      async (lives, deaths) => {
        service = await Harness.start();
        trail = new MemoryTrail();
        try {
          for (const one of lives) {
            await live(one);
          }
          for (const death of deaths) {
            await sweep(death);
          }
          await sweep();
          // A renewed revocation is told as such, and leaves one entry in the set.
          const told = trail.all
            .filter(({ outcome, action }) => outcome === 'done' && action !== 'revocation.renew')
            .map(({ action, object }) => `${action} ${object.id}`)
            .sort();
          expect(told).toEqual((await expectedEntries()).sort());
          expect(brokenChains(trail.all)).toEqual([]);
          expect((await service.table.items()).flatMap(outboxEntries)).toEqual([]);
        } finally {
          await service.close();
        }
      },
    ),
    { numRuns: Number(process.env.GATEHOUSE_TEST_LONG ? 400 : 20) },
  );
});
