// Runs the tests at dates on which calendars are awkward, by libfaketime (Debian: faketime). Without arguments the whole suite;
// `node scripts/test-dates.mjs test/e2e test/sandbox` runs only those. GATEHOUSE_DATES names the dates that are wanted, by their
// beginnings, separated by commas. Each date has a time zone of its own.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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

/** The library itself: the `faketime` command would read the local time in another zone. */
function library() {
  const named = process.env.FAKETIME_LIBRARY;
  if (named !== undefined) return named;
  for (const base of ['/usr/lib', '/usr/local/lib', '/opt/homebrew/lib']) {
    if (!existsSync(base)) continue;
    for (const folder of [base, ...readdirSync(base).map((name) => join(base, name))]) {
      const file = join(folder, 'faketime', 'libfaketimeMT.so.1');
      if (existsSync(file)) return file;
    }
  }
  return undefined;
}

const wanted = process.env.GATEHOUSE_DATES?.split(',');
const preload = library();
if (preload === undefined) {
  console.log('dates: skipped, there is no libfaketime (apt-get install faketime, or FAKETIME_LIBRARY)');
  process.exit(0);
}

const work = mkdtempSync(join(tmpdir(), 'gatehouse-dates-'));
let isRed = false;
try {
  for (const [date, zone, why] of DATES.filter(([one]) => wanted?.some((start) => one.startsWith(start)) ?? true)) {
    const report = join(work, 'jest.json');
    rmSync(report, { force: true });
    console.log(`\n== ${date} ${zone}: ${why}`);
    spawnSync(
      'npx',
      ['--no-install', 'jest', '--silent', '--json', `--outputFile=${report}`, ...process.argv.slice(2)],
      {
        cwd: root,
        stdio: ['ignore', 'ignore', process.env.GATEHOUSE_DATES_VERBOSE ? 'inherit' : 'ignore'],
        env: {
          ...process.env,
          TZ: zone,
          LD_PRELOAD: preload,
          FAKETIME: `@${date}`,
          // Timers go on as they are: only what the clock on the wall says is another.
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
        },
      },
    );
    const result = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : undefined;
    const failures = (result?.testResults ?? []).filter(({ status }) => status === 'failed');
    console.log(`${result?.numPassedTests ?? 0} passed, ${result?.numFailedTests ?? 'nobody knows how many'} failed`);
    for (const { name, message } of failures) console.log(`${name.slice(root.length + 1)}\n${message}`);
    isRed ||= result?.success !== true;
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.exitCode = isRed ? 1 : 0;
