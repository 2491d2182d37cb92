import type { AuditReport } from './report';
import { renderTable, type TableOptions } from './table';

/** Options of the formats that have any. */
export interface RenderOptions extends TableOptions {
  /** Version of the tool, for SARIF. @default - left out */
  readonly version?: string;
}

/** Writers by format. All but that of the terminal are loaded when one is asked for: a run writes one or two formats. */
const RENDERERS = {
  table: (report: AuditReport, options: RenderOptions) => renderTable(report, options),
  json: (report: AuditReport) => (require('./json') as typeof import('./json')).renderJson(report),
  markdown: (report: AuditReport) => (require('./markdown') as typeof import('./markdown')).renderMarkdown(report),
  sarif: (report: AuditReport, { version }: RenderOptions) =>
    (require('./sarif') as typeof import('./sarif')).renderSarif(report, version),
  html: (report: AuditReport) => (require('./html') as typeof import('./html')).renderHtml(report),
  junit: (report: AuditReport) => (require('./junit') as typeof import('./junit')).renderJunit(report),
  github: (report: AuditReport) => (require('./ci') as typeof import('./ci')).renderGithub(report),
  gitlab: (report: AuditReport) => (require('./ci') as typeof import('./ci')).renderGitlab(report),
  csv: (report: AuditReport) => (require('./csv') as typeof import('./csv')).renderCsv(report),
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
