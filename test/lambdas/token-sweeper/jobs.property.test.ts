import * as fc from 'fast-check';
import { DynamoBulkIndex } from '../../../lambdas/token-service/aws/dynamo-bulk';
import { DynamoItems } from '../../../lambdas/token-service/aws/dynamo-items';
import { DynamoTeams } from '../../../lambdas/token-service/aws/dynamo-teams';
import type { JobRecord } from '../../../lambdas/token-service/domain/bulk/job-record';
import { DynamoOutboxIndex } from '../../../lambdas/token-sweeper/aws/outbox-index';
import { createSweeper } from '../../../lambdas/token-sweeper/sweeper';
import { Harness, StoreWithAdministrator } from '../token-service/support/harness';
import { MemoryTrail } from '../token-service/support/memory-trail';
import { TABLE } from '../token-service/support/token-table';
import { brokenChains } from './support/chains';
import { type Death, Mortal } from './support/mortal';

const isLong = process.env.GATEHOUSE_TEST_LONG !== undefined;

jest.setTimeout(isLong ? 3_600_000 : 180_000);

/** More than one piece of a job. */
const TOKENS = 30;

const death = fc.record({ call: fc.nat(170), done: fc.boolean() });

let service: Harness;
let trail: MemoryTrail;

function portsOf(process: Mortal) {
  const client = process.client(service.table.client);
  return {
    store: new StoreWithAdministrator(client, TABLE),
    items: new DynamoItems(client, TABLE),
    teams: new DynamoTeams(client, TABLE),
    bulk: new DynamoBulkIndex(client, TABLE),
    outboxes: new DynamoOutboxIndex(client, TABLE),
    trail: process.trail(trail),
  };
}

async function sweep(end?: Death) {
  // Later than the lease of whoever died.
  service.now += 90_000;
  const process = new Mortal(end);
  const run = createSweeper({ ...service.config }, { ...service.ports, ...portsOf(process) })();
  await (end === undefined ? run : run.catch(() => undefined));
  await process.gone();
}

test('wherever service and sweeper die, a job that was started changes and tells of each token once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('revoke', 'disable'),
      fc.boolean(),
      death,
      fc.array(death, { maxLength: 2 }),
      async (action, byIds, first, others) => {
        service = await Harness.start();
        trail = new MemoryTrail();
        try {
          service.overrides = { trail };
          const issued = await Promise.all(Array.from({ length: TOKENS }, () => service.issue()));
          const ids = issued.map(({ body }) => String(body.id));
          const what = { action, ...(byIds ? { ids } : { filter: { application: 'dashboard' } }) };
          const { body: preview } = await service.request('POST', '/v1/bulk', { body: { ...what, dryRun: true } });
          const process = new Mortal(first);
          const { outboxes: _, ...dying } = portsOf(process);
          service.overrides = dying;
          await service.request('POST', '/v1/bulk', { body: { ...what, confirmation: preview.confirmation } });
          await process.gone();
          for (const end of others) {
            await sweep(end);
          }
          await sweep();
          service.overrides = { trail };
          const [job] = (await service.table.items()).filter(
            ({ entity }) => entity === 'job',
          ) as unknown as JobRecord[];
          const changed = trail.told.filter((text) => text.startsWith(`token.${action} `));
          // The process may have died before the job was written down: then nothing has happened.
          expect(changed.sort()).toEqual(job === undefined ? [] : ids.map((id) => `token.${action} ${id}`).sort());
          expect(brokenChains(trail.all)).toEqual([]);
          if (job !== undefined) {
            expect(job).toMatchObject({ status: 'done', counts: { changed: TOKENS } });
            expect(job.openJob).toBeUndefined();
            const { body } = await service.request('GET', `/v1/bulk/${job.id}`);
            const results = body.results.map(({ tokenId }: { tokenId: string }) => tokenId);
            expect(results.sort()).toEqual([...ids].sort());
            expect(trail.told.filter((text) => text.startsWith('bulk.')).sort()).toEqual([
              `bulk.finish ${job.id}`,
              `bulk.start ${job.id}`,
            ]);
          }
        } finally {
          await service.close();
        }
      },
    ),
    { numRuns: isLong ? 300 : 8 },
  );
});
