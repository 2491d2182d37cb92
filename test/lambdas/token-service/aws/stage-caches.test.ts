import { StageCaches } from '../../../../lambdas/token-service/aws/stage-caches';
import { type FakeApiGateway, type FakeApiGatewayOptions, startFakeApiGateway } from '../support/fake-api-gateway';

let gateway: FakeApiGateway;
afterEach(() => gateway.close());

const SHOP = { restApi: 'acme-dev-shop', stage: 'dev' };
const HOME = { restApi: 'acme-dev-home', stage: 'blue' };
const LIST = 'GET /restapis';
const flushOf = (id: string, stage = 'dev') => `DELETE /restapis/${id}/stages/${stage}/cache/authorizers`;

let now = 0;

async function start(restApis: Record<string, string>, options: Partial<FakeApiGatewayOptions> = {}) {
  now = 1_000_000;
  gateway = await startFakeApiGateway({ plans: {}, restApis, ...options });
  return (caches = [SHOP], patienceMs?: number) => new StageCaches(gateway.client, caches, () => now, patienceMs);
}

test('flushes the stage of each API that has the name, and of no other', async () => {
  const restApis = { a: 'acme-dev-shop', b: 'acme-dev-shop-2', c: 'acme-dev-home', d: 'acme-dev-shop' };
  const make = await start(restApis, { pageSize: 1 });
  expect(await make([SHOP, HOME]).flush()).toEqual({ flushed: 2, failures: [] });
  expect(gateway.requests.filter((request) => request !== LIST).sort()).toEqual([
    flushOf('a'),
    flushOf('c', 'blue'),
    flushOf('d'),
  ]);
});

test('remembers the ids for ten minutes', async () => {
  const caches = (await start({ a: 'acme-dev-shop' }))();
  await caches.flush();
  now += 599_999;
  await caches.flush();
  expect(gateway.requests).toEqual([LIST, flushOf('a'), flushOf('a')]);
  now += 1;
  await caches.flush();
  expect(gateway.requests.slice(3)).toEqual([LIST, flushOf('a')]);
});

test('finds an API that was made anew', async () => {
  const restApis: Record<string, string> = { a: 'acme-dev-shop' };
  const caches = (await start(restApis))();
  await caches.flush();
  delete restApis.a;
  restApis.b = 'acme-dev-shop';
  expect(await caches.flush()).toEqual({ flushed: 1, failures: [] });
  expect(gateway.requests.at(-1)).toBe(flushOf('b'));
});

test('tells that an API is not there, and looks for it again', async () => {
  const restApis: Record<string, string> = {};
  const caches = (await start(restApis))();
  expect(await caches.flush()).toEqual({ flushed: 0, failures: ['acme-dev-shop: no REST API has this name'] });
  restApis.a = 'acme-dev-shop';
  expect(await caches.flush()).toEqual({ flushed: 1, failures: [] });
});

test('a failure of one stage keeps no other from being flushed', async () => {
  const make = await start({ a: 'acme-dev-shop', c: 'acme-dev-home' });
  gateway.failing = flushOf('a');
  expect(await make([SHOP, HOME]).flush()).toEqual({ flushed: 1, failures: ['acme-dev-shop: InternalFailure'] });
  expect(gateway.requests).toContain(flushOf('c', 'blue'));
});

test('is over when its time is, whatever API Gateway does', async () => {
  const make = await start({ a: 'acme-dev-shop' });
  let release = () => {};
  gateway.beforeAnswer = () =>
    new Promise((resolve) => {
      release = resolve;
    });
  expect(await make([SHOP], 50).flush()).toEqual({ flushed: 0, failures: ['acme-dev-shop: took too long'] });
  release();
});

test('asks nothing where no gateway keeps results', async () => {
  const make = await start({ a: 'acme-dev-shop' });
  expect(await make([]).flush()).toEqual({ flushed: 0, failures: [] });
  expect(gateway.requests).toEqual([]);
});
