import { writeFileSync } from 'node:fs';
import type { ExportLine } from '../../lambdas/lib/trail/export';
import type { TrailEntry } from '../../lambdas/lib/trail/trail-entry';
import { callAws, type PlatformOptions } from '../platform';
import { sealsOf, trailOf } from '../trail-access';

export interface ExportOptions extends Partial<PlatformOptions> {
  readonly out: string;
}

/** Writes every seal with its entries as an export. */
export async function exportTrail({ out, ...options }: ExportOptions): Promise<void> {
  const { trail, objects } = await trailOf(options, 'gatehouse trail export');
  const lines: ExportLine[] = [{ kind: 'trail', version: 1, trail, scope: 'whole' }];
  let count = 0;
  await callAws('read the sealed trail', async () => {
    for await (const { entries = [], signed } of sealsOf(objects)) {
      lines.push(...entries.map((entry): ExportLine => ({ kind: 'entry', entry: entry as TrailEntry })));
      count += entries.length;
      if (signed !== undefined) {
        lines.push({ kind: 'seal', ...signed });
      }
    }
  });
  lines.push({ kind: 'end', entries: count });
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  if (out === '-') {
    process.stdout.write(text);
  } else {
    writeFileSync(out, text);
  }
}
