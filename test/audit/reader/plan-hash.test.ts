import type { JsonObject } from '../../../audit/json';
import { planHash } from '../../../audit/reader/plan-hash';
import { readFixture } from '../support';

const DELETE = {
  address: 'aws_dynamodb_table.tokens',
  change: { actions: ['delete'], before: { name: 'tokens', ttl: [{ enabled: true }] }, after: null },
};
const CREATE = { address: 'aws_sqs_queue.q', change: { actions: ['create'], before: null, after: { name: 'q' } } };

function planWith(...changes: unknown[]): JsonObject {
  return JSON.parse(JSON.stringify({ format_version: '1.2', resource_changes: changes })) as JsonObject;
}

describe('the hash of a plan', () => {
  const hash = planHash(planWith(DELETE, CREATE));

  test('is a SHA-256 in hex', () => {
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ['time and versions', { ...planWith(DELETE, CREATE), timestamp: '2026-01-01T00:00:00Z', terraform_version: '9' }],
    ['the order of changes', planWith(CREATE, DELETE)],
    ['what stays', planWith(DELETE, CREATE, { address: 'a.b', change: { actions: ['no-op'], before: { x: 1 } } })],
    [
      'the order of members',
      planWith(CREATE, {
        change: { after: null, before: { ttl: [{ enabled: true }], name: 'tokens' }, actions: ['delete'] },
        address: DELETE.address,
      }),
    ],
    ['the values of what is new', planWith(DELETE, { ...CREATE, change: { ...CREATE.change, after: { name: 'r' } } })],
  ])('does not depend on %s', (_, plan) => {
    expect(planHash(plan)).toBe(hash);
  });

  test.each([
    ['another resource', planWith({ ...DELETE, address: 'aws_dynamodb_table.audit' }, CREATE)],
    ['another action', planWith({ ...DELETE, change: { ...DELETE.change, actions: ['delete', 'create'] } }, CREATE)],
    ['another state', planWith({ ...DELETE, change: { ...DELETE.change, before: { name: 'tokens' } } }, CREATE)],
    ['one more new resource', planWith(DELETE, CREATE, { ...CREATE, address: 'aws_sqs_queue.r' })],
    ['a deposed object', planWith({ ...DELETE, deposed: '1234' }, CREATE)],
  ])('is another for %s', (_, plan) => {
    expect(planHash(plan)).not.toBe(hash);
  });

  test('differs between plans of Terraform', () => {
    const hashes = ['good', 'later-plan', 'wildcard-allow'].map((name) => planHash(readFixture(name)));

    expect(new Set(hashes).size).toBe(3);
  });
});
