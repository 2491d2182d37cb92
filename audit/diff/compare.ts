import type { MatrixRow } from '../matrix';
import { ACCESS_COLUMNS } from '../report/matrix-cells';
import { openFindings } from '../report/parts';
import type { AuditReport, Finding } from '../report/report';

/** A column of a route that differs. */
export interface ColumnChange {
  readonly column: string;
  readonly before: string;
  readonly after: string;
}

/** A route of both reports whose row differs. */
export interface RouteChange {
  readonly row: MatrixRow;
  readonly changes: readonly ColumnChange[];
}

/** What differs between two reports, of an older and a newer plan or synthesis. */
export interface ReportDifferences {
  /** Open findings of the newer report that the older does not have, or has as unknown where the newer has a failure. */
  readonly introduced: readonly Finding[];
  /** Open findings of the older report that the newer does not have. */
  readonly resolved: readonly Finding[];
  /** Number of open findings that both have. */
  readonly remaining: number;
  readonly added: readonly MatrixRow[];
  readonly removed: readonly MatrixRow[];
  readonly changed: readonly RouteChange[];
}

/** Compares two reports: findings by rule, address and attribute, routes by API, method and path. */
export function compareReports(older: AuditReport, newer: AuditReport): ReportDifferences {
  // Stacks are named after their files: where there is one on each side, it is the same one.
  const named = older.stacks.length > 1 || newer.stacks.length > 1;
  const before = keyed(openFindings(older), named);
  const after = keyed(openFindings(newer), named);
  const introduced = without(after, before);
  const key = ({ stack, api, method, path }: MatrixRow) => JSON.stringify([named ? stack : '', api, method, path]);
  const oldRows = new Map(older.matrix.map((row) => [key(row), row]));
  const newRows = new Map(newer.matrix.map((row) => [key(row), row]));
  return {
    introduced,
    resolved: without(before, after),
    remaining: after.size - introduced.length,
    added: newer.matrix.filter((row) => !oldRows.has(key(row))),
    removed: older.matrix.filter((row) => !newRows.has(key(row))),
    changed: newer.matrix.flatMap((row) => {
      const changes = columnChanges(oldRows.get(key(row)) ?? row, row);
      return changes.length === 0 ? [] : [{ row, changes }];
    }),
  };
}

/** Findings by what they are about; several about one thing are numbered, so that one more of them is a new one. */
function keyed(findings: readonly Finding[], named: boolean): Map<string, Finding> {
  const result = new Map<string, Finding>();
  for (const finding of findings) {
    const { verdict, rule, stack, address, attribute } = finding;
    let key = '';
    for (let order = 0; key === '' || result.has(key); order += 1) {
      key = JSON.stringify([verdict, rule, named ? stack : '', address, attribute, order]);
    }
    result.set(key, finding);
  }
  return result;
}

function without(findings: ReadonlyMap<string, Finding>, others: ReadonlyMap<string, Finding>): Finding[] {
  return [...findings].flatMap(([key, finding]) => (others.has(key) ? [] : [finding]));
}

function columnChanges(before: MatrixRow, after: MatrixRow): ColumnChange[] {
  return ACCESS_COLUMNS.slice(2).flatMap(({ title, cell }) => {
    const [left, right] = [cell(before), cell(after)];
    return left === right ? [] : [{ column: title, before: left, after: right }];
  });
}
