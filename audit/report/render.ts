import { renderGithub, renderGitlab } from './ci';
import { renderCsv } from './csv';
import { renderHtml } from './html';
import { renderJson } from './json';
import { renderJunit } from './junit';
import { renderMarkdown } from './markdown';
import type { AuditReport } from './report';
import { renderSarif } from './sarif';
import { renderTable, type TableOptions } from './table';

/** Options of the formats that have any. */
export interface RenderOptions extends TableOptions {
  /** Version of the tool, for SARIF. @default - left out */
  readonly version?: string;
}

const RENDERERS = {
  table: (report: AuditReport, options: RenderOptions) => renderTable(report, options),
  json: renderJson,
  markdown: renderMarkdown,
  sarif: (report: AuditReport, options: RenderOptions) => renderSarif(report, options.version),
  html: renderHtml,
  junit: renderJunit,
  github: renderGithub,
  gitlab: renderGitlab,
  csv: renderCsv,
} as const;

/** Name of a format of the report. */
export type Format = keyof typeof RENDERERS;

/** Formats of the report. `csv` is the authorization matrix alone. */
export const FORMATS: readonly Format[] = Object.keys(RENDERERS).filter(isFormat);

/** True for the name of a format. */
export function isFormat(name: string): name is Format {
  return Object.hasOwn(RENDERERS, name);
}

/** The report in a format: a pure function, so the same report gives the same bytes. */
export function render(report: AuditReport, format: Format, options: RenderOptions = {}): string {
  return RENDERERS[format](report, options);
}
