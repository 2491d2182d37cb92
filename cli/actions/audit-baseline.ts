import { existsSync } from 'node:fs';
import { auditPath, nextBaseline, renderBaseline } from '../../audit';
import type { JudgingOptions } from '../audit-options';
import { readFormerBaseline, readJudging, writeReport } from './judging';

export interface BaselineOptions extends Omit<JudgingOptions, 'baseline'> {
  readonly file: string;
}

/** Writes a baseline, or takes out of one what is resolved. */
export function shrinkBaseline(path: string, options: BaselineOptions): void {
  const former = existsSync(options.file) ? readFormerBaseline(options.file) : undefined;
  const next = nextBaseline(auditPath(path, readJudging(options)), former, options.file);
  writeReport(options.file, renderBaseline(next));
  const resolved = (former?.entries.length ?? next.entries.length) - next.entries.length;
  console.log(`${options.file}: ${next.entries.length} findings, ${resolved} resolved and taken out`);
}
