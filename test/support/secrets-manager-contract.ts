import type { SecretsClient } from '../../lambdas/rotation/ports';

/** An empty secret of some Secrets Manager, seen through the client that the rotation uses. */
export interface SecretUnderTest {
  readonly client: SecretsClient;
  /** PutSecretValue without a list of stages, as a person does it: the version becomes current. */
  putByHand(versionId: string, text: string): Promise<void>;
  /** Makes a version that is pending and has no value, as RotateSecret does; absent where only the service itself can. */
  readonly placeholder?: (versionId: string) => Promise<void>;
  close(): Promise<void>;
}

const V1 = '11111111-1111-4111-8111-111111111111';
const V2 = '22222222-2222-4222-8222-222222222222';
const V3 = '33333333-3333-4333-8333-333333333333';

/**
 * What the rotation relies on of Secrets Manager. The same suite runs against the fake of the fault tests, against the
 * sandbox over HTTP, and may be run against any endpoint.
 */
export function describeSecretsManager(name: string, start: () => Promise<SecretUnderTest>): void {
  describe(`Secrets Manager: ${name}`, () => {
    let secret: SecretUnderTest;
    beforeEach(async () => {
      secret = await start();
    });
    afterEach(() => secret.close());

    const stages = async () => {
      const { versions } = await secret.client.describe();
      return Object.fromEntries(Object.entries(versions).map(([id, labels]) => [id, [...labels].sort()]));
    };
    const codeOf = async (call: Promise<unknown>) => {
      try {
        await call;
        return 'none';
      } catch (error) {
        return String((error as { code?: unknown }).code ?? (error as Error).name);
      }
    };
    /** V1 is current and V2 is pending. */
    const underWay = async () => {
      await secret.putByHand(V1, 'one');
      await secret.client.put(V2, 'two', undefined);
    };

    test('an empty secret has no versions, and no value of any', async () => {
      expect(await secret.client.describe()).toEqual({ versions: {}, isDeleted: false });
      expect(await secret.client.get(V1)).toBeUndefined();
    });

    test('a value by hand is current', async () => {
      await secret.putByHand(V1, 'one');
      expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'] });
      expect(await secret.client.get(V1)).toEqual({ text: 'one', stages: ['AWSCURRENT'] });
    });

    test('a put value is pending, and what is current stays', async () => {
      await underWay();
      expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] });
      expect(await secret.client.get(V2)).toEqual({ text: 'two', stages: ['AWSPENDING'] });
    });

    test('the same token with the same value changes nothing', async () => {
      await underWay();
      await secret.client.put(V2, 'two', undefined);
      expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] });
    });

    test('the same token with another value is refused, and the value stays', async () => {
      await underWay();
      expect(await codeOf(secret.client.put(V2, 'other', undefined))).toBe('ResourceExistsException');
      expect((await secret.client.get(V2))?.text).toBe('two');
    });

    test('AWSPENDING is on one version', async () => {
      await underWay();
      await secret.client.put(V3, 'three', undefined);
      expect((await stages())[V3]).toEqual(['AWSPENDING']);
      expect((await secret.client.get(V2))?.stages).toEqual([]);
    });

    test('AWSCURRENT moves from the version that has it, and takes AWSPREVIOUS along', async () => {
      await underWay();
      await secret.client.moveStage({ stage: 'AWSCURRENT', from: V1, to: V2 });
      const labels = await stages();
      expect(labels[V1]).toEqual(['AWSPREVIOUS']);
      expect(labels[V2]).toContain('AWSCURRENT');
    });

    test('AWSCURRENT does not move from a version that has lost it', async () => {
      await underWay();
      await secret.putByHand(V3, 'three');
      expect(await codeOf(secret.client.moveStage({ stage: 'AWSCURRENT', from: V1, to: V2 }))).toMatch(
        /^Invalid(Parameter|Request)Exception$/,
      );
      expect((await stages())[V3]).toEqual(['AWSCURRENT']);
    });

    test('AWSCURRENT does not move without saying from where', async () => {
      await underWay();
      expect(await codeOf(secret.client.moveStage({ stage: 'AWSCURRENT', to: V2 }))).toMatch(
        /^Invalid(Parameter|Request)Exception$/,
      );
      expect((await stages())[V1]).toEqual(['AWSCURRENT']);
    });

    test('AWSCURRENT cannot be taken away', async () => {
      await underWay();
      expect(await codeOf(secret.client.moveStage({ stage: 'AWSCURRENT', from: V1 }))).not.toBe('none');
      expect((await stages())[V1]).toEqual(['AWSCURRENT']);
    });

    test('AWSPENDING can be taken away', async () => {
      await underWay();
      await secret.client.moveStage({ stage: 'AWSPENDING', from: V2 });
      expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'] });
      // The value stays: a version is never changed.
      expect(await secret.client.get(V2)).toEqual({ text: 'two', stages: [] });
    });

    test('a label does not move to a version that does not exist', async () => {
      await underWay();
      expect(await codeOf(secret.client.moveStage({ stage: 'AWSCURRENT', from: V1, to: V3 }))).toBe(
        'ResourceNotFoundException',
      );
    });

    test('one step back is a move like any other', async () => {
      await underWay();
      await secret.client.moveStage({ stage: 'AWSCURRENT', from: V1, to: V2 });
      await secret.client.moveStage({ stage: 'AWSCURRENT', from: V2, to: V1 });
      const labels = await stages();
      expect(labels[V1]).toEqual(['AWSCURRENT']);
      expect(labels[V2]).toContain('AWSPREVIOUS');
    });

    test('of two moves from the same version one wins', async () => {
      await underWay();
      await secret.client.put(V3, 'three', undefined);
      const results = await Promise.all(
        [V2, V3].map((to) => codeOf(secret.client.moveStage({ stage: 'AWSCURRENT', from: V1, to }))),
      );
      expect(results.filter((result) => result === 'none')).toHaveLength(1);
    });

    test('a placeholder is pending without a value, until it gets one', async () => {
      if (!secret.placeholder) {
        // Only RotateSecret makes one there: the tests of its driver cover it.
        expect(secret.placeholder).toBeUndefined();
        return;
      }
      await secret.putByHand(V1, 'one');
      await secret.placeholder(V2);
      expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] });
      expect(await secret.client.get(V2)).toBeUndefined();
      await secret.client.put(V2, 'two', undefined);
      expect(await secret.client.get(V2)).toEqual({ text: 'two', stages: ['AWSPENDING'] });
    });
  });
}
