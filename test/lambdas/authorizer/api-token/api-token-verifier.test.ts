import { createApiTokenVerifier } from '../../../../lambdas/authorizer/api-token/api-token-verifier';
import { timeProblem } from '../../../../lambdas/authorizer/credential';
import { generateApiToken } from '../../../../lambdas/lib/api-token';
import { NOW, testPorts } from '../support/access-tokens';
import { hashOf, PEPPER, tokenItem } from '../support/harness';

const CONFIG = { brand: 'acme', tokenEnvironments: ['test'], table: 't', pepperSecret: 'p' } as const;
const { token, id } = generateApiToken('acme', 'test');
const generation = { number: 1, hash: hashOf(token), pepperId: 'p1', createdAt: NOW };
const other = { number: 2, hash: hashOf('another token'), pepperId: 'p1', createdAt: NOW };

function setup(changes: Record<string, unknown> = {}) {
  const ports = Object.assign(testPorts(), { readPepper: async () => PEPPER });
  ports.items.set(`token#${id}`, { ...tokenItem(id, token), ...changes });
  const verify = createApiTokenVerifier(CONFIG, 'dev', ports);
  return { ports, verify: async (text = token) => verify(text, false) };
}

test('accepts a good token', async () => {
  expect(await setup({ notBefore: NOW, expiresAt: NOW + 1 }).verify()).toMatchObject({
    authMethod: 'api_token',
    tokenId: id,
    application: 'homepage',
    secretGeneration: 1,
    refusedFrom: NOW + 1,
  });
});

test.each([
  ['revoked', { status: 'revoked' }],
  ['disabled', { status: 'disabled' }],
  ['blocked', { blocked: { reasons: ['lifetime'], since: NOW - 10 } }],
  ['blocked', { blocked: null }],
  ['blocked', { blocked: { reasons: [], since: NOW }, notBefore: NOW + 1 }],
  ['expired', { blocked: { reasons: [], since: NOW }, expiresAt: NOW }],
  ['disabled', { blocked: { reasons: [], since: NOW }, status: 'disabled' }],
  ['expired', { expiresAt: NOW }],
  ['not_yet_valid', { notBefore: NOW + 1 }],
  ['unknown_token', { generations: [other] }],
  ['unknown_token', { generations: [] }],
  ['unknown_token', { entity: 'application' }],
  ['unknown_token', { generations: [{ ...generation, pepperId: 'p9' }] }],
  ['unknown_token', { generations: [{ ...generation, hash: generation.hash.slice(1) }] }],
])('refuses as %s: %j', async (refused, changes) => {
  expect(await setup(changes).verify()).toEqual({ refused, tokenId: id });
});

test('says nothing of a record to one who knows the public id only', async () => {
  const { verify } = setup({ status: 'revoked', generations: [other] });
  expect(await verify()).toMatchObject({ refused: 'unknown_token' });
});

describe('during a rotation', () => {
  const old = { ...generation, graceUntil: NOW + 10 };

  test.each([
    ['the old secret first', [old, other]],
    ['the old secret last', [other, old]],
  ])('the old secret is accepted until its grace ends: %s', async (_, generations) => {
    const { ports, verify } = setup({ generations });
    expect(await verify()).toMatchObject({ secretGeneration: 1, refusedFrom: NOW + 10 });
    ports.now = NOW + 10;
    expect(await verify()).toEqual({ refused: 'expired', tokenId: id });
  });

  test('the older secret tells when it ends, and the newest does not', async () => {
    expect(await setup({ generations: [old, other] }).verify()).toMatchObject({ graceUntil: NOW + 10 });
    expect(await setup().verify()).toMatchObject({ graceUntil: undefined });
  });

  describe('whose overlap begins with the first use of the new secret', () => {
    const waiting = { ...old, graceUntil: NOW + 100, overlapSeconds: 10 };
    const used = (firstAt: number) => ({ uses: { 2: { firstAt, lastAt: firstAt } } });

    test('the old secret is accepted until its hard end, where the new one is not used', async () => {
      const { ports, verify } = setup({ generations: [waiting, other], uses: { 1: { firstAt: 1, lastAt: 2 } } });
      expect(await verify()).toMatchObject({ refusedFrom: NOW + 100, graceUntil: NOW + 100 });
      ports.now = NOW + 100;
      expect(await verify()).toEqual({ refused: 'expired', tokenId: id });
    });

    test.each([
      ['often'],
      [null],
      [[{ firstAt: 1, lastAt: 1 }]],
      [{ 2: {} }],
      [{ 2: { firstAt: '1' } }],
      [{ 2: null }],
    ])('malformed uses are a failure and not a refusal: %j', async (uses) => {
      const { verify } = setup({ generations: [waiting, other], uses });
      await expect(verify()).rejects.toMatchObject({
        reason: 'store_error',
        message: `record of token ${id} is malformed`,
      });
    });

    test('so is a malformed overlap', async () => {
      const { verify } = setup({ generations: [{ ...waiting, overlapSeconds: '10' }, other] });
      await expect(verify()).rejects.toMatchObject({ reason: 'store_error' });
    });

    test('the newest secret does not look at uses, which decide nothing for it', async () => {
      expect(
        await setup({
          generations: [{ ...other, number: 0, graceUntil: NOW + 1 }, generation],
          uses: 'often',
        }).verify(),
      ).toMatchObject({
        secretGeneration: 1,
      });
    });

    test('the old secret ends so long after that use', async () => {
      const { ports, verify } = setup({ generations: [waiting, other], ...used(NOW - 4) });
      expect(await verify()).toMatchObject({ refusedFrom: NOW + 6, graceUntil: NOW + 6 });
      ports.now = NOW + 6;
      expect(await verify()).toEqual({ refused: 'expired', tokenId: id });
    });
  });

  test('a grace beyond the expiry prolongs nothing', async () => {
    const { verify } = setup({ expiresAt: NOW + 5, generations: [{ ...generation, graceUntil: NOW + 10 }] });
    expect(await verify()).toMatchObject({ refusedFrom: NOW + 5 });
  });
});

describe('an unknown token', () => {
  test('is remembered by its whole text, so that the right one works', async () => {
    const { verify, ports } = setup();
    ports.items.clear();
    await verify();
    const { token: second, id: secondId } = generateApiToken('acme', 'test');
    ports.items.set(`token#${secondId}`, tokenItem(secondId, second));
    expect(await verify(second)).toMatchObject({ tokenId: secondId });
  });

  test('works as soon as it is issued, five seconds later at most', async () => {
    const { verify, ports } = setup({ generations: [other] });
    await verify();
    ports.items.set(`token#${id}`, tokenItem(id, token));
    expect(await verify()).toMatchObject({ refused: 'unknown_token' });
    ports.now = NOW + 5;
    expect(await verify()).toMatchObject({ tokenId: id, authMethod: 'api_token' });
  });
});

test('what is malformed is refused at once, without a promise', () => {
  expect(createApiTokenVerifier(CONFIG, 'dev', testPorts())('garbage', false)).toEqual({ refused: 'malformed' });
});

test.each([
  [9, 'not_yet_valid'],
  [10, undefined],
  [19.999, undefined],
  [20, 'expired'],
])('a token valid from 10 to 20 is at %d %s', (now, expected) => {
  expect(timeProblem(now, 10, 20)).toBe(expected);
});
