import { json } from './escape';
import type { AuditReport } from './report';

/** The report as JSON, described by `report.schema.json`; the same report gives the same bytes. */
export function renderJson(report: AuditReport): string {
  return json(report);
}
