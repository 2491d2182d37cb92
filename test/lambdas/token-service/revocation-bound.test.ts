import { Harness } from './support/harness';

let harness: Harness;
beforeAll(async () => {
  harness = await Harness.start();
});
afterAll(() => harness.close());

test('a revocation through the set states its bound and drops what gateways keep, also when it is renewed', async () => {
  harness.config = { ...harness.config, revocationBounds: { recordSeconds: 60, setSeconds: 90 } };
  let flushes = 0;
  harness.overrides = { flushAuthorizerCaches: async () => ({ flushed: ++flushes, failures: [] }) };
  const body = { kind: 'client', value: 'dashboard' };
  const replies = [];
  for (let times = 0; times < 2; times++) {
    replies.push(await harness.request('POST', '/v1/revocations', { body }));
  }
  expect(replies.map(({ status, body: { effectiveWithinSeconds } }) => [status, effectiveWithinSeconds])).toEqual([
    [201, 90],
    [200, 90],
  ]);
  expect(flushes).toBe(2);
});
