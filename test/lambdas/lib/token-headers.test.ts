import { expiryHeaders } from '../../../lambdas/lib/token-headers';

const EXPIRES = { expiresAt: 1_800_003_600 };

test('the newest secret ends with its token', () => {
  expect(expiryHeaders(EXPIRES)).toEqual({ 'x-token-expires-at': '2027-01-15T09:00:00Z' });
});

test('an older one before that', () => {
  expect(expiryHeaders({ ...EXPIRES, graceUntil: 1_800_000_000 })).toEqual({
    'x-token-expires-at': '2027-01-15T09:00:00Z',
    'x-token-grace-until': '2027-01-15T08:00:00Z',
  });
});
