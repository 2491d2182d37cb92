const { relative, sep } = require('node:path');
const Sequencer = require('@jest/test-sequencer').default;

/**
 * Files that take longest, the longest first. Jest knows durations from the run before only; on a fresh clone it goes by size, and
 * one of these that begins last would keep one processor busy while the others wait.
 */
const LONGEST = [
  'test/lambdas/rotation/exhaustive.test.ts',
  'test/e2e/first-hour.test.ts',
  'test/e2e/rotation.test.ts',
  'test/lambdas/rotation/fault-matrix/limits.test.ts',
  'test/e2e/routes.test.ts',
  'test/lambdas/rotation/interleavings.property.test.ts',
  'test/plan/plan.test.ts',
  'test/lambdas/rotation/calendar.test.ts',
  'test/lambdas/rotation/fault-matrix/reaper.test.ts',
  'test/plan/rotation.test.ts',
  'test/stacks/main.test.ts',
];

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const rank = ({ path, context }) => {
      const place = LONGEST.indexOf(relative(context.config.rootDir, path).split(sep).join('/'));
      return place < 0 ? LONGEST.length : place;
    };
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
