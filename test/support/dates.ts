/**
 * Moments at which calendars are awkward, in UTC: the ends of months and years, 29 February, both changes of the clocks of
 * Berlin and New York, and a date far from today. `scripts/test-dates.mjs` runs the whole suite at them.
 */
export const AWKWARD_DATES: readonly string[] = [
  '2026-11-30T23:30:00Z',
  '2026-12-01T00:30:00Z',
  '2026-12-31T23:30:00Z',
  '2027-01-31T21:00:00Z',
  '2027-02-28T23:30:00Z',
  '2028-02-28T23:30:00Z',
  '2028-02-29T02:30:00Z',
  '2027-03-14T06:30:00Z',
  '2027-03-28T00:30:00Z',
  '2026-10-25T00:30:00Z',
  '2026-11-01T05:30:00Z',
  '2028-11-30T21:00:00Z',
];
