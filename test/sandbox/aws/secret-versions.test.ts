import fc from 'fast-check';
import { putVersion, type SecretVersion, updateStage } from '../../../sandbox/aws/secret-versions';

const DAY = 86_400;

test('deprecated versions above the number kept go once they are a day old, labelled ones stay', () => {
  let versions: readonly SecretVersion[] = [];
  for (let n = 0; n < 130; n += 1) {
    versions = putVersion(versions, { id: `v${n}`, secretString: `${n}`, stages: ['AWSCURRENT'], createdDate: n });
    if (n === 0) versions = updateStage(versions, { stage: 'keep', moveTo: 'v0' });
  }
  expect(versions).toHaveLength(130);
  versions = putVersion(versions, { id: 'new', secretString: 'x', stages: ['AWSPENDING'], createdDate: 2 * DAY });
  expect(versions).toHaveLength(100);
  expect(versions.filter((version) => version.stages.length > 0).map((version) => version.id)).toEqual([
    'v0',
    'v128',
    'v129',
    'new',
  ]);
});

test('whatever is done, a label is on one version, AWSCURRENT never goes and no value changes', () => {
  const id = fc.constantFrom('a', 'b', 'c', 'd');
  const stage = fc.constantFrom('AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS', 'blue');
  const action = fc.oneof(
    fc.record({ id, secretString: fc.constantFrom('1', '2'), stages: fc.uniqueArray(stage, { minLength: 1 }) }),
    fc.record({ stage, removeFrom: fc.option(id, { nil: undefined }), moveTo: fc.option(id, { nil: undefined }) }),
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 30 }), (actions) => {
      let versions: readonly SecretVersion[] = [];
      const values = new Map<string, string | undefined>();
      for (const step of actions) {
        try {
          versions = 'id' in step ? putVersion(versions, { ...step, createdDate: 0 }) : updateStage(versions, step);
        } catch (error) {
          expect((error as Error).name).toMatch(/^(ResourceExists|InvalidParameter|ResourceNotFound)Exception$/);
        }
        const labels = versions.flatMap((version) => version.stages);
        expect(new Set(labels).size).toBe(labels.length);
        expect(labels.includes('AWSCURRENT')).toBe(versions.length > 0);
        for (const version of versions) {
          expect(version.secretString).toBe(values.get(version.id) ?? version.secretString);
          values.set(version.id, version.secretString);
        }
      }
    }),
  );
});
