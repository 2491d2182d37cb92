import { type RouteChange, routeChange, settingChanges } from '../change/route-change';
import type { MatrixRow } from '../matrix';
import type { AuditModel, Route } from '../model/types';
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
export interface ChangedRoute {
  readonly row: MatrixRow;
  /** What the differences make of the route together; null when only reports were compared, which do not tell. */
  readonly order: RouteChange | null;
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
  readonly changed: readonly ChangedRoute[];
}

/** Tells what the differences between two rows of one route make of it. */
export type RowOrder = (before: MatrixRow, after: MatrixRow) => RouteChange | null;

/**
 * Compares two reports: findings by rule, address and attribute, routes by API, method and path.
 *
 * @param order what a difference makes of a route. @default - not told
 */
export function compareReports(
  older: AuditReport,
  newer: AuditReport,
  order: RowOrder = () => null,
): ReportDifferences {
  // Stacks are named after their files: where there is one on each side, it is the same one.
  const named = older.stacks.length > 1 || newer.stacks.length > 1;
  const before = keyed(openFindings(older), named);
  const after = keyed(openFindings(newer), named);
  const introduced = without(after, before);
  const oldRows = rowsOf(older, named);
  const newRows = rowsOf(newer, named);
  return {
    introduced,
    resolved: without(before, after),
    remaining: after.size - introduced.length,
    added: [...newRows].flatMap(([key, row]) => (oldRows.has(key) ? [] : [row])),
    removed: [...oldRows].flatMap(([key, row]) => (newRows.has(key) ? [] : [row])),
    changed: [...newRows].flatMap(([key, row]): ChangedRoute[] => {
      const previous = oldRows.get(key) ?? row;
      const changes = columnChanges(previous, row);
      return changes.length === 0 ? [] : [{ row, order: order(previous, row), changes }];
    }),
  };
}

/** Orders rows by the routes of the two models that they were made of, as the matrix orders before and after. */
export function orderByModels(older: AuditModel, newer: AuditModel): RowOrder {
  const before = routesByRow(older);
  const after = routesByRow(newer);
  return (left, right) => {
    const [old, now] = [before.get(rowKey(left)), after.get(rowKey(right))];
    return old === undefined || now === undefined
      ? null
      : routeChange(settingChanges({ model: older, route: old }, { model: newer, route: now }));
  };
}

function routesByRow(model: AuditModel): Map<string, Route> {
  return new Map(
    model.routes.map((route) => {
      const address = route.operation === '' ? route.address : `${route.address} ${route.operation}`;
      return [rowKey({ stack: route.api.stack.name, address }), route];
    }),
  );
}

function rowKey({ stack, address }: Pick<MatrixRow, 'stack' | 'address'>): string {
  return JSON.stringify([stack, address]);
}

/** Routes as they are after a plan: without those that it removes. */
function rowsOf({ matrix }: AuditReport, named: boolean): Map<string, MatrixRow> {
  const rows = matrix.filter(({ change }) => change !== 'removed');
  return new Map(rows.map((row) => [JSON.stringify([named ? row.stack : '', row.api, row.method, row.path]), row]));
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
