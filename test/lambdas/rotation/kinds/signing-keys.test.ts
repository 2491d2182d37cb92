import { calculateJwkThumbprint, type JWK } from 'jose';
import type { SigningKeys } from '../../../../lambdas/lib/signing-keys';
import type { SecretKind } from '../../../../lambdas/rotation/kind';
import { newSigningKey, signingKeys } from '../../../../lambdas/rotation/kinds/signing-keys';
import type { Process } from '../support/faults';
import { payload, postpones } from '../support/rows';
import { type Target, World } from '../support/world';
import { fillKeyPool, SIGNING, signingTarget } from '../targets/signing-keys';

beforeAll(fillKeyPool);

test.each(['ES256', 'RS256', 'EdDSA'] as const)(
  'a new %s key is named by its thumbprint (RFC 7638)',
  async (algorithm) => {
    const { kid, privateJwk, publicJwk } = await newSigningKey(algorithm);
    expect(kid).toBe(await calculateJwkThumbprint(publicJwk as JWK));
    expect(publicJwk).toMatchObject({ kid, alg: algorithm, use: 'sig' });
    expect(publicJwk).not.toHaveProperty('d');
    expect(privateJwk).toHaveProperty('d');
    if (algorithm === 'RS256') {
      expect(Buffer.from(String(publicJwk.n), 'base64url')).toHaveLength(256);
    }
  },
);

test.each(['ES256', 'RS256', 'EdDSA'] as const)('a rotation of %s keys, with real ones', async (algorithm) => {
  const config = { ...SIGNING, algorithm };
  const target: Target<SigningKeys> = {
    ...signingTarget(config),
    kind: () => signingKeys(config, { newKey: newSigningKey, fetchKeySet: async () => ({ keys: [] }) }),
  };
  const world = new World(target);
  for (let rotation = 0; rotation < 3; rotation++) {
    expect(await world.rotate()).toEqual([]);
    await world.passInterval();
  }
  world.end();
});

test('next becomes current, and of what was current only the public half is left', async () => {
  const world = new World<unknown>(signingTarget());
  await world.rotate();
  await world.passInterval();
  const first = payload<SigningKeys>(world, 'AWSCURRENT');
  await world.rotate();
  const second = payload<SigningKeys>(world, 'AWSCURRENT');
  expect(second.current).toEqual(first.next);
  expect(second.retired).toEqual([{ kid: first.current.kid, publicJwk: first.current.publicJwk }]);
  expect(JSON.stringify(second)).not.toContain(String(first.current.privateJwk.d));
});

/** The kind with a public address that serves what it is given. */
function withAddress(keySet: () => unknown): Target<SigningKeys> {
  const jwksUrl = 'https://keys.example/.well-known/jwks.json';
  const target = signingTarget();
  return {
    ...target,
    kind(process: Process, world: World<SigningKeys>): SecretKind<SigningKeys> {
      const pooled = target.kind(process, world);
      return {
        ...signingKeys(
          { ...SIGNING, jwksUrl },
          { newKey: () => newSigningKey('ES256'), fetchKeySet: async () => keySet() },
        ),
        create: (context) => pooled.create(context),
      };
    },
  };
}

test('what is to sign must be listed at the public address, through every cache', async () => {
  let served: unknown = { keys: [] };
  const world = new World(withAddress(() => served));
  const failures = await world.rotate({ attempts: 1 });
  expect(failures[0]?.message).toMatch(/^key set at keys.example does not list the key .* yet$/);
  served = { keys: world.record?.credentials.map(({ publicJwk }) => publicJwk) };
  expect(await world.rotate()).toEqual([]);
});

test('an address that serves no key set proves nothing', async () => {
  const world = new World(withAddress(() => 'canary'));
  expect((await world.rotate({ attempts: 1 }))[0]?.message).toBe('key set at keys.example has no keys');
});

test('J6 an emergency: rotate, then revoke the key before; it is gone at once', async () => {
  const world = new World<unknown>(signingTarget());
  await world.rotate();
  await world.passInterval();
  const { kid } = payload<SigningKeys>(world, 'AWSCURRENT').current;
  expect((await world.send({ action: 'revoke', credential: kid }))?.message).toContain('rotate first');
  await world.rotate();
  expect(await world.send({ action: 'revoke', credential: kid })).toBeUndefined();
  expect(world.record?.credentials.find(({ id }) => id === kid)?.publicJwk).toBeUndefined();
  const back = await world.send({ action: 'rollBack' });
  expect(back?.message).toMatch(/is retired, rotate instead$/);
});

test('a record that was lost brings every key back, and the next rotation waits', async () => {
  const world = new World<unknown>(signingTarget());
  await world.rotate();
  await world.passInterval();
  await world.rotate();
  await world.passInterval();
  world.record = undefined;
  await postpones(world);
  const { current, next } = payload<SigningKeys>(world, 'AWSCURRENT');
  const ids = world.record === undefined ? [] : JSON.stringify(world.record);
  expect(ids).toContain(current.kid);
  expect(ids).toContain(next.kid);
  await world.passInterval();
  expect(await world.rotate()).toEqual([]);
});
