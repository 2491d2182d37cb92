import { generateKeyPairSync } from 'node:crypto';
import { TrailVerifier, type VerifyOptions } from '../../../../lambdas/lib/trail/verify';
import { chain, event, type SealedTrail, sealAll, writer } from './support';

const HOUR_MS = 3_600_000;

function findingsOf({ batches, publicKey }: SealedTrail, options: Partial<VerifyOptions> = {}) {
  const verifier = new TrailVerifier({ publicKey, where: 'export', ...options });
  for (const [index, batch] of batches.entries()) {
    verifier.add(batch, index === batches.length - 1);
  }
  return verifier.finish().findings;
}

const chainOf = (number: number, ...times: number[]) =>
  chain(
    writer(number),
    times.map((seconds, index) => event(100 * number + index, { at: Date.UTC(2026, 2, 4) + seconds * 1000 })),
  );

test('a seal of another key is found at the seal', () => {
  const trail = sealAll([chainOf(1, 0)], generateKeyPairSync('ec', { namedCurve: 'P-256' }));
  const { publicKey } = sealAll([]);
  expect(findingsOf({ ...trail, publicKey })).toMatchObject([
    { fault: 'edit', record: 'seal 1', text: 'it names another key than the one that it is verified with' },
  ]);
});

test('an entry that is dated long before the seal before its own was put there later', () => {
  const late = chainOf(2, -7200);
  const trail = sealAll([chainOf(1, 0), late]);
  expect(findingsOf(trail)).toMatchObject([{ fault: 'back-dating', record: `${writer(2)}-1` }]);
  expect(findingsOf(trail, { lateSeconds: 2 * HOUR_MS })).toEqual([]);
});

test('an entry that an outage kept in its outbox for some minutes is no finding', () => {
  expect(findingsOf(sealAll([chainOf(1, 0), chainOf(2, -600)]))).toEqual([]);
});

test('an entry that goes back in the time of its own chain is back-dated', () => {
  expect(findingsOf(sealAll([chainOf(1, 0, -60)]))).toMatchObject([{ fault: 'back-dating', record: `${writer(1)}-2` }]);
});

test('a chain that goes on twice is a fork, also where both were sealed', () => {
  const [first, second] = chainOf(1, 0, 1);
  const [, other] = chain(writer(1), [
    event(100, { at: Date.UTC(2026, 2, 4) }),
    event(7, { at: Date.UTC(2026, 2, 4, 1) }),
  ]);
  const trail = sealAll([[first, second] as never, [other] as never]);
  expect(findingsOf(trail)).toMatchObject([{ fault: 'fork', record: `${writer(1)}-2` }]);
});

test('a chain with a place left out is a gap at that place, also where it was sealed so', () => {
  const [first, , third] = chainOf(1, 0, 1, 2);
  expect(findingsOf(sealAll([[first, third] as never]))).toMatchObject([{ fault: 'gap', record: `${writer(1)}-2` }]);
});

test('a seal without its entries is found at the seal', () => {
  const { publicKey, batches } = sealAll([chainOf(1, 0)]);
  const verifier = new TrailVerifier({ publicKey, where: 'batches' });
  verifier.add({ number: 1, signed: batches[0]?.signed, entries: undefined }, true);
  expect(verifier.finish().findings).toMatchObject([{ fault: 'gap', record: 'seal 1', where: 'seals' }]);
});

test('a line that is no entry is found at the seal, with its number', () => {
  const { publicKey, batches } = sealAll([chainOf(1, 0)]);
  const verifier = new TrailVerifier({ publicKey, where: 'export' });
  verifier.add({ number: 1, signed: batches[0]?.signed, entries: [...(batches[0]?.entries ?? []), 'x'] }, true);
  expect(verifier.finish().findings).toMatchObject([
    { fault: 'edit', record: 'seal 1', text: 'its line 2 is no entry' },
  ]);
});
