// A token service with a table of many tokens: one is issued by the service, all others are put into the table with its shape.
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { BatchWriteCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { shapeOf } from './sizes.mjs';

const TEAMS = 5;
const APPLICATIONS = 20;
/** Items of one request: what DynamoDB takes. */
const BATCH = 25;
/** Requests at the same time. */
const AT_ONCE = 8;
const SECONDS_BETWEEN = 30;
/** Tokens whose size is looked at. */
const SAMPLES = 100;
/** Latest expiry after the earliest, in seconds. */
export const EXPIRY_SPAN = 50_000_000;

/** What requests cost, as the local DynamoDB counts it. */
export class Meter {
  readUnits = 0;
  writeUnits = 0;
  requests = 0;
}

/** Starts a service whose table has `size` tokens. Its clock begins with that of the tests and goes on from there. */
export async function tableOf(kit, size, print) {
  const service = await kit.Harness.start();
  const started = performance.now();
  Object.defineProperty(service, 'now', { get: () => kit.NOW + Math.floor(performance.now() - started) });
  service.overrides = { trail: new kit.MemoryTrail() };
  await service.addTeams(...Array.from({ length: TEAMS }, (_, number) => `team-${number}`));
  const { body } = await service.issue({
    name: 'nightly import 0',
    application: 'app-0',
    team: 'team-0',
    description: 'reads the sales of the day before',
    tags: { purpose: 'import', cost: 'cc-4711' },
    cidrs: ['192.0.2.0/24'],
    scopes: ['sales:read', 'reports:read'],
  });
  const issued = await storedItem(kit, service, body.id);
  const { ids, seconds } = await load(kit, service, issued, size - 1);
  await checkShape(kit, service, ids);
  const samples = await Promise.all(
    Array.from({ length: SAMPLES }, (_, index) =>
      storedItem(kit, service, ids[Math.floor((index * ids.length) / SAMPLES)]),
    ),
  );
  print(`${size} tokens loaded in ${seconds.toFixed(0)} s, each with the attributes of one that the service issued`);
  return { service, ids, samples, meter: metered(service) };
}

async function storedItem(kit, service, id) {
  const { Item } = await service.table.client.send(
    new GetCommand({ TableName: kit.TABLE, Key: { pk: kit.tokenKey(id) }, ConsistentRead: true }),
  );
  return Item;
}

async function load(kit, service, issued, count) {
  const started = performance.now();
  const ids = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const numbers = Array.from({ length: Math.min(BATCH, count - next) }, (_, index) => next + index);
      next += numbers.length;
      let requests = numbers.map((number) => ({ PutRequest: { Item: tokenLike(kit, ids, issued, number + 1) } }));
      while (requests.length > 0) {
        const { UnprocessedItems = {} } = await service.table.client.send(
          new BatchWriteCommand({ RequestItems: { [kit.TABLE]: requests } }),
        );
        requests = UnprocessedItems[kit.TABLE] ?? [];
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { ids, seconds: (performance.now() - started) / 1000 };
}

/** Another token: its own ids, names and times, everything else as the service wrote it. */
function tokenLike(kit, ids, issued, number) {
  const id = kit.randomBase62(16);
  ids.push(id);
  const createdAt = issued.createdAt - number * SECONDS_BETWEEN;
  const [generation] = issued.generations;
  const [secret] = issued.secrets;
  return {
    ...issued,
    pk: kit.tokenKey(id),
    id,
    name: number % 100 === 0 ? `monthly closing ${number}` : `nightly import ${number}`,
    application: `app-${number % APPLICATIONS}`,
    team: `team-${number % TEAMS}`,
    createdAt,
    // Later ones may end sooner, so that the two orders differ.
    expiresAt: issued.expiresAt + ((number * 7919) % EXPIRY_SPAN),
    generations: [{ ...generation, hash: randomBytes(32).toString('base64url'), createdAt }],
    secrets: [{ ...secret, createdAt }],
  };
}

/**
 * Compares what was loaded with what the service issues.
 *
 * @throws {Error} when a token that was loaded has other attributes, or of other types
 */
async function checkShape(kit, service, ids) {
  const { body } = await service.issue({
    name: 'another',
    application: 'app-1',
    team: 'team-1',
    description: 'd',
    tags: { purpose: 'import', cost: 'cc-4711' },
    cidrs: ['192.0.2.0/24'],
    scopes: ['sales:read', 'reports:read'],
  });
  const [wanted, found] = await Promise.all([body.id, ids[0]].map((id) => storedItem(kit, service, id)));
  if (!isDeepStrictEqual(shapeOf(found), shapeOf(wanted))) {
    throw new Error(
      `a token that was loaded is ${JSON.stringify(shapeOf(found))}, and the service writes ${JSON.stringify(shapeOf(wanted))}`,
    );
  }
}

/** Asks the local DynamoDB what each request consumes. */
function metered(service) {
  const meter = new Meter();
  service.table.client.middlewareStack.add(
    (next, context) => async (args) => {
      args.input.ReturnConsumedCapacity = 'TOTAL';
      const { output, ...rest } = await next(args);
      const kind = KINDS[context.commandName];
      if (kind === undefined || output.ConsumedCapacity === undefined) {
        throw new Error(`${context.commandName} is not counted, expected one of ${Object.keys(KINDS).join(', ')}`);
      }
      meter[kind] += output.ConsumedCapacity.CapacityUnits;
      meter.requests += 1;
      return { output, ...rest };
    },
    { step: 'initialize', name: 'meter' },
  );
  return meter;
}

const KINDS = {
  GetItemCommand: 'readUnits',
  QueryCommand: 'readUnits',
  PutItemCommand: 'writeUnits',
  UpdateItemCommand: 'writeUnits',
};
