// Runs once, before the first worker of jest starts; the workers have this process's environment.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// Real plans run also where the mirror of the provider lies in an unusual place.
import '../../scripts/provider-mirror.mjs';

/**
 * Gives all temporary files of the run one folder. In a worker of jest no `exit` handler of the kit runs, so each test that
 * synthesizes would leave its packages behind.
 */
export default function setup() {
  process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'gatehouse-run-'));
}
