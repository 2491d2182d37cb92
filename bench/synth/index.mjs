// Synthesis of the example: CPU time and peak memory of the whole process, against a process that only loads cdktf and the
// AWS bindings of the same resources, and against the bar of one second and 150 MB.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const ROUNDS = 7;

/** CPU seconds and peak memory (MB) of a script, as the process itself reports them when it ends. */
function measure(script, env = {}) {
  const code = `process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write('\\n@'+JSON.stringify({cpu:(u.userCPUTime+u.systemCPUTime)/1e6,mb:u.maxRSS/1024}))});${script}`;
  const result = spawnSync(process.execPath, ['-e', code], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    throw new Error(`the measured process failed: ${result.stderr}`);
  }
  return JSON.parse(result.stderr.slice(result.stderr.lastIndexOf('@') + 1));
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** The resource classes that the synthesized stacks use, as bindings of the provider. */
function usedBindings(out) {
  const types = new Set();
  for (const stack of readdirSync(join(out, 'stacks'))) {
    const json = JSON.parse(readFileSync(join(out, 'stacks', stack, 'cdk.tf.json'), 'utf8'));
    for (const type of Object.keys(json.resource ?? {})) {
      types.add(type);
    }
  }
  return [...types].filter((type) => type.startsWith('aws_')).map((type) => type.slice(4).replaceAll('_', '-'));
}

export async function run(print) {
  const out = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'));
  try {
    const env = {
      GATEHOUSE_CONFIG: 'examples/homepage-dashboard/gatehouse.config.json',
      CDKTF_OUTDIR: join(out, 'cdktf.out'),
    };
    const synth = "require('./dist/stacks/main.js')";
    measure(synth, env);
    const load = [
      "require('cdktf');",
      ...usedBindings(env.CDKTF_OUTDIR).map((name) => `require('@cdktf/provider-aws/lib/${name}');`),
    ].join('');
    const rows = Array.from({ length: ROUNDS }, () => ({ synth: measure(synth, env), load: measure(load) }));
    const cpu = median(rows.map((row) => row.synth.cpu));
    const mb = median(rows.map((row) => row.synth.mb));
    const ratio = median(rows.map((row) => row.synth.cpu / row.load.cpu));
    print(`example, every stack of both environments: ${cpu.toFixed(2)} s CPU, ${mb.toFixed(0)} MB (bar: 1 s, 150 MB)`);
    print(`ratio to loading cdktf and the same bindings alone: ${ratio.toFixed(2)}x CPU`);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
