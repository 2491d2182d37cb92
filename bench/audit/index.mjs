// The plan audit on large plans: time and peak memory of a process of its own, from the plan JSON to the report, and whether both
// grow with the plan. Where Checkov or Trivy is on PATH, the same plan is given to it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { manyApis, oneApi } from './plans.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SIZES = [5_000, 50_000];
const SHAPES = { 'many APIs': manyApis, 'one API': oneApi };
const BAR = { seconds: 5, megabytes: 500 };

/** What other tools are asked to do; none of them needs the network for it. */
const PEERS = {
  checkov: (file) => [
    '-f',
    file,
    '--framework',
    'terraform_plan',
    '--skip-download',
    '--quiet',
    '--compact',
    '-o',
    'json',
  ],
  trivy: (file) => ['config', '--skip-check-update', '--quiet', '--format', 'json', file],
};

function audit(file) {
  const code = `
    const { auditPath, render } = require('./dist/audit');
    const cpu = process.cpuUsage();
    const start = process.hrtime.bigint();
    const report = auditPath(${JSON.stringify(file)});
    const judged = process.hrtime.bigint();
    const used = process.cpuUsage(cpu);
    const bytes = Object.fromEntries(['json', 'html', 'sarif', 'markdown'].map((f) => [f, render(report, f).length]));
    const end = process.hrtime.bigint();
    const usage = process.resourceUsage();
    const seconds = (from, to) => Number(to - from) / 1e9;
    process.stdout.write(JSON.stringify({
      seconds: seconds(start, judged), rendering: seconds(judged, end), cpu: (used.user + used.system) / 1e6,
      megabytes: usage.maxRSS / 1024, routes: report.matrix.length, answers: report.findings.length, bytes }));`;
  const result = spawnSync(process.execPath, ['-e', code], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 20 });
  if (result.status !== 0) {
    throw new Error(`the audit of ${file} failed: ${result.stderr}`);
  }
  return JSON.parse(result.stdout);
}

function onPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)));
}

function peer(name, file) {
  const start = process.hrtime.bigint();
  const result = spawnSync(name, PEERS[name](file), { encoding: 'utf8', maxBuffer: 1 << 30, timeout: 600_000 });
  if (result.error !== undefined) {
    return `${name}: did not finish (${result.error.code})`;
  }
  return `${name}: ${(Number(process.hrtime.bigint() - start) / 1e9).toFixed(2)} s, exit code ${result.status}`;
}

export async function run(print) {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    for (const [shape, make] of Object.entries(SHAPES)) {
      const results = SIZES.map((size) => {
        const file = join(folder, `${size}.plan.json`);
        writeFileSync(file, JSON.stringify(make(size)));
        const result = audit(file);
        const goal = size === SIZES[0] ? ` (bar: ${BAR.seconds} s, ${BAR.megabytes} MB)` : '';
        print(
          `${shape}, ${size} resources, ${(statSync(file).size / 1e6).toFixed(0)} MB: ${result.seconds.toFixed(2)} s (${result.cpu.toFixed(2)} s CPU), ` +
            `${result.megabytes.toFixed(0)} MB${goal}; ${result.routes} routes, ${result.answers} answers, ` +
            `${result.rendering.toFixed(2)} s for four reports`,
        );
        return { ...result, file };
      });
      const [small, large] = results;
      const times = SIZES[1] / SIZES[0];
      print(
        `${shape}: ${(large.cpu / small.cpu).toFixed(1)}x the CPU time and ` +
          `${(large.megabytes / small.megabytes).toFixed(1)}x the memory for ${times}x the resources`,
      );
      for (const name of Object.keys(PEERS)) {
        print(onPath(name) ? peer(name, small.file) : `${name}: not on PATH, not compared`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
