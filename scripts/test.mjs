// Every check of the project, in one command. Ends with what was skipped and why, and `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fakeTimeLibrary, NO_FAKE_TIME } from './fake-time.mjs';
import './provider-mirror.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const work = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
const skips = [];

/** The cheap part of `npm run test:dates`: files that ask the clock, at an end of a month and where clocks go forward. */
const CLOCK = { dates: '2026-11-30,2027-03-28', files: ['test/cli', 'test/constructs/rotation', 'test/audit/waivers'] };

function check(title, command, args, environment = {}) {
  console.log(`\n== ${title}`);
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  totals[status === 0 ? 'passed' : 'failed'] += 1;
  return status === 0;
}

function jest() {
  console.log('\n== tests');
  const report = join(work, 'jest.json');
  spawnSync('npx', ['--no-install', 'jest', '--json', `--outputFile=${report}`, ...process.argv.slice(2)], {
    cwd: root,
    stdio: 'inherit',
  });
  const result = JSON.parse(readFileSync(report, 'utf8'));
  totals.passed += result.numPassedTests;
  totals.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
  totals.skipped += result.numPendingTests + result.numTodoTests;
  for (const file of result.testResults) {
    for (const test of file.assertionResults.filter(({ status }) => status === 'pending')) {
      skips.push(test.fullName);
    }
  }
}

function dates() {
  if (fakeTimeLibrary() === undefined) {
    totals.skipped += 1;
    skips.push(`dates: ${NO_FAKE_TIME}`);
    return;
  }
  const environment = { GATEHOUSE_DATES: CLOCK.dates, GATEHOUSE_DATES_QUIET: '1' };
  check('dates', process.execPath, ['scripts/test-dates.mjs', ...CLOCK.files], environment);
}

try {
  check('lint', 'npx', ['--no-install', 'biome', 'check', '.']);
  check('types', 'npx', ['--no-install', 'tsc', '-p', 'tsconfig.json']);
  if (check('build', process.execPath, ['scripts/build.mjs'])) {
    jest();
    // Whoever names files wants those alone.
    if (process.argv.length === 2) dates();
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (skips.length > 0) {
  console.log('\nskipped:');
  for (const skip of skips) {
    console.log(`  ${skip}`);
  }
}
console.log(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed === 0 ? 0 : 1;
