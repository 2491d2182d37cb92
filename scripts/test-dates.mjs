// Runs the tests at dates on which calendars are awkward, by libfaketime (Debian: faketime). Without arguments the whole suite;
// `node scripts/test-dates.mjs test/e2e test/sandbox` runs only those. GATEHOUSE_DATES names the dates that are wanted, by their
// beginnings, separated by commas. Each date has a time zone of its own. A date that takes longer than GATEHOUSE_DATES_MINUTES
// (120 without it) is ended and counts as failed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fakeTimeLibrary, NO_FAKE_TIME } from './fake-time.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Local times, each shortly before what happens there. test/support/dates.ts has more for clocks that tests inject. */
const DATES = [
  ['2026-11-30 21:00:00', 'UTC', 'last day of a month, hours before the scheduled rotations'],
  ['2026-12-01 02:50:00', 'UTC', 'first of a month, minutes before them'],
  ['2027-02-28 23:50:00', 'UTC', 'the end of February'],
  ['2028-02-28 23:50:00', 'UTC', 'the night to 29 February'],
  ['2028-02-29 12:00:00', 'UTC', '29 February'],
  ['2026-12-31 23:50:00', 'America/New_York', 'the end of a year'],
  ['2027-03-28 01:50:00', 'Europe/Berlin', 'clocks go forward'],
  ['2027-10-31 02:50:00', 'Europe/Berlin', 'clocks go back'],
  ['2027-11-07 01:50:00', 'America/New_York', 'clocks go back on another continent'],
  ['2028-11-30 21:00:00', 'UTC', 'two years ahead, last day of a month'],
];

/** How far the clock is moved now so that it says `date` in `zone`: seconds with their sign. */
function offsetTo(date, zone) {
  // Node.js reads a time without zone as a local one.
  const { stdout } = spawnSync(process.execPath, ['-p', `Date.parse('${date.replace(' ', 'T')}')`], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, TZ: zone },
  });
  const seconds = Math.round((Number(stdout) - Date.now()) / 1000);
  return `${seconds < 0 ? '' : '+'}${seconds}`;
}

const wanted = process.env.GATEHOUSE_DATES?.split(',');
const dates = DATES.filter(([date]) => wanted?.some((start) => date.startsWith(start)) ?? true);
if (dates.length === 0) {
  console.log(
    `dates: GATEHOUSE_DATES is "${process.env.GATEHOUSE_DATES}", no date begins so: ${DATES.map(([date]) => date).join(', ')}`,
  );
  process.exit(1);
}
const minutes = Number(process.env.GATEHOUSE_DATES_MINUTES ?? 120);
if (!(minutes > 0)) {
  console.log(
    `dates: GATEHOUSE_DATES_MINUTES is "${process.env.GATEHOUSE_DATES_MINUTES}", allowed is a number above 0`,
  );
  process.exit(1);
}
const preload = fakeTimeLibrary();
if (preload === undefined) {
  console.log(`dates: skipped all ${dates.length}, ${NO_FAKE_TIME}`);
  process.exit(0);
}

const work = mkdtempSync(join(tmpdir(), 'gatehouse-dates-'));
let isRed = false;
try {
  for (const [index, [date, zone, why]] of dates.entries()) {
    const report = join(work, 'jest.json');
    rmSync(report, { force: true });
    console.log(`\n== ${date} ${zone}: ${why} (${index + 1} of ${dates.length})`);
    const started = performance.now();
    const { error } = spawnSync(
      process.execPath,
      ['node_modules/jest/bin/jest.js', '--silent', '--json', `--outputFile=${report}`, ...process.argv.slice(2)],
      {
        cwd: root,
        timeout: minutes * 60_000,
        // Jest says on stderr which file has passed or failed, as soon as it has.
        stdio: ['ignore', 'ignore', process.env.GATEHOUSE_DATES_QUIET ? 'ignore' : 'inherit'],
        env: {
          ...process.env,
          TZ: zone,
          LD_PRELOAD: preload,
          // An offset, because a time would begin anew in each process that a test starts.
          FAKETIME: offsetTo(date, zone),
          // Timers go on as they are: only what the clock on the wall says is another.
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
        },
      },
    );
    const result = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
    const failures = (result?.testResults ?? []).filter(({ status }) => status === 'failed');
    const seconds = Math.round((performance.now() - started) / 1000);
    if (result === undefined) {
      console.log(
        `no result after ${seconds} s: ${error?.code === 'ETIMEDOUT' ? `ended after ${minutes} minutes` : (error ?? 'jest wrote no report')}`,
      );
    } else {
      console.log(
        `${result.numPassedTests} passed, ${result.numFailedTests} failed, ${result.numPendingTests} skipped in ${seconds} s`,
      );
    }
    for (const { name, message } of failures) console.log(`${name.slice(root.length + 1)}\n${message}`);
    isRed ||= result?.success !== true;
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = isRed ? 1 : 0;
