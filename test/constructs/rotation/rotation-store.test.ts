import { RotationStore } from '../../../constructs/rotation';
import { Template } from '../../support/template';
import { location, names } from './fixture';

const synthesize = (deletionProtection?: boolean) =>
  Template.of((stack) => {
    new RotationStore(stack, 'Rotations', {
      ...location,
      names,
      ...(deletionProtection === undefined ? {} : { deletionProtection }),
    });
  }).only('aws_dynamodb_table');

test('the table has one item per secret, can be restored, and is protected', () => {
  expect(synthesize()).toMatchObject({
    name: 'acme-prod-rotation',
    hash_key: 'pk',
    attribute: [{ name: 'pk', type: 'S' }],
    billing_mode: 'PAY_PER_REQUEST',
    point_in_time_recovery: { enabled: true },
    deletion_protection_enabled: true,
    lifecycle: { prevent_destroy: true },
  });
});

test('without protection it can be destroyed', () => {
  const table = synthesize(false);
  expect(table.deletion_protection_enabled).toBe(false);
  expect(table.lifecycle).toBeUndefined();
});
