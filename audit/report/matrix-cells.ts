import type { MatrixAuthorizer, MatrixRow } from '../matrix';

/** A column of the authorization matrix as Markdown, HTML and CSV show it. */
export interface MatrixColumn {
  readonly title: string;
  cell(row: MatrixRow): string;
}

/** Where a route is: the columns before those that every report has. */
export const PLACE_COLUMNS: readonly MatrixColumn[] = [
  { title: 'stack', cell: (row) => row.stack },
  { title: 'API', cell: (row) => row.api },
  { title: 'protocol', cell: (row) => row.protocol },
  { title: 'stages', cell: (row) => row.stages.join(', ') || '-' },
];

/** Where the API of a route is reached, and what guards all of it. */
export const GUARD_COLUMNS: readonly MatrixColumn[] = [
  { title: 'endpoint', cell: (row) => row.endpoint },
  { title: 'guarded by', cell: (row) => row.guards.join(', ') || '-' },
];

/** Who may call a route, and how often. */
export const ACCESS_COLUMNS: readonly MatrixColumn[] = [
  { title: 'method', cell: (row) => row.method },
  { title: 'path', cell: (row) => row.path },
  { title: 'access rule', cell: (row) => row.accessRule },
  { title: 'scopes', cell: (row) => row.scopes },
  { title: 'authorizer', cell: (row) => authorizerText(row.authorizer) },
  { title: 'key', cell: (row) => (row.apiKeyRequired === null ? '?' : row.apiKeyRequired ? 'yes' : 'no') },
  { title: 'usage plans', cell: (row) => row.usagePlans.join(', ') || '-' },
  { title: 'throttle', cell: (row) => row.throttle },
  { title: 'web ACL', cell: (row) => webAclText(row) },
  { title: 'answered by', cell: (row) => row.answers },
  { title: 'verdict', cell: (row) => row.verdict },
];

/** Where an API is reached, and what guards all of it, in one text: `REGIONAL, guarded by resource policy`. */
export function guardText({ endpoint, guards }: Pick<MatrixRow, 'endpoint' | 'guards'>): string {
  return guards.length === 0 ? endpoint : `${endpoint}, guarded by ${guards.join(' and ')}`;
}

/** What the plan does to a route. */
export const CHANGE_COLUMN: MatrixColumn = { title: 'change', cell: (row) => row.change ?? '-' };

/** Whether a web ACL protects a route. */
export function webAclText({ webAcl }: MatrixRow): string {
  return webAcl === null ? '?' : webAcl ? 'yes' : 'no';
}

/** Changes of routes, what a reviewer must see first. */
const CHANGE_ORDER: readonly MatrixRow['change'][] = [
  'weakened',
  'unknown',
  'removed',
  'changed',
  'strengthened',
  'added',
];

/** Routes that the plan changes, the weakened ones first. Where every route is new, as in a first plan, none is told. */
export function changedRoutes(matrix: readonly MatrixRow[]): MatrixRow[] {
  const later = isLaterPlan(matrix);
  const rank = ({ change }: MatrixRow) => CHANGE_ORDER.indexOf(change);
  return later ? matrix.filter((row) => rank(row) !== -1).sort((left, right) => rank(left) - rank(right)) : [];
}

/** Whether a plan was read that is not the first: before that, every route is new. */
export function isLaterPlan(matrix: readonly MatrixRow[]): boolean {
  return matrix.some(({ change }) => change !== 'added' && change !== null);
}

function authorizerText(authorizer: MatrixAuthorizer | null): string {
  if (authorizer === null) {
    return '-';
  }
  const { name, kind, ttlSeconds, identitySource } = authorizer;
  return name === '?' ? '?' : `${name}: ${kind}, ${ttlSeconds} s${resultsText(authorizer)}, ${identitySource}`;
}

/** What an answer is for, where the authorizer says so: ` for one route`. */
export function resultsText({ results }: MatrixAuthorizer): string {
  return results === '-' ? '' : results === 'api' ? ' for the API' : results === 'route' ? ' for one route' : ' for ?';
}
