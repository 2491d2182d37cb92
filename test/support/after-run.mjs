import { rmSync } from 'node:fs';

/** Runs once, after the last test: removes the folder of temporary files that `before-run.mjs` made. */
export default function teardown() {
  rmSync(process.env.TMPDIR, { recursive: true, force: true });
}
