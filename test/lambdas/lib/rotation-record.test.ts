import { parseRotationRecord } from '../../../lambdas/lib/rotation-record';

const RECORD = {
  pk: 'rotation#acme-dev-pepper',
  entity: 'rotation',
  secretName: 'acme-dev-pepper',
  credentials: [{ id: 'p1', addedAt: 1 }],
  version: 3,
};

test('reads a record as it is, with what else it holds', () => {
  const record = { ...RECORD, current: { versionId: 'v', since: 1 } };
  expect(parseRotationRecord(record, 'acme-dev-pepper')).toEqual(record);
});

test.each<[string, Record<string, unknown>]>([
  ['another entity', { entity: 'token' }],
  ['another secret', { secretName: 'acme-prod-pepper' }],
  ['no credentials', { credentials: undefined }],
  ['a credential without an id', { credentials: [{ addedAt: 1 }] }],
  ['a credential without a time', { credentials: [{ id: 'p1' }] }],
  ['a credential that is none', { credentials: [null] }],
  ['no version', { version: '3' }],
])('refuses %s', (_, changes) => {
  expect(() => parseRotationRecord({ ...RECORD, ...changes }, 'acme-dev-pepper')).toThrow(
    'item of the rotation table is no record of acme-dev-pepper',
  );
});
