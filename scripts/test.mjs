// Every check of the project, in one command. Ends with what was skipped and why, and `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import './provider-mirror.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const work = mkdtempSync(join(tmpdir(), 'gatehouse-test-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
const skips = [];

function check(title, command, args) {
  console.log(`\n== ${title}`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
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

try {
  check('lint', 'npx', ['--no-install', 'biome', 'check', '.']);
  check('types', 'npx', ['--no-install', 'tsc', '-p', 'tsconfig.json']);
  if (check('build', process.execPath, ['scripts/build.mjs'])) {
    jest();
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
