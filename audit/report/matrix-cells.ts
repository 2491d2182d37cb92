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
  { title: 'stages', cell: (row) => row.stages.join(', ') || '-' },
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
  { title: 'verdict', cell: (row) => row.verdict },
];

function authorizerText(authorizer: MatrixAuthorizer | null): string {
  if (authorizer === null) {
    return '-';
  }
  const { name, kind, ttlSeconds, identitySource } = authorizer;
  return name === '?' ? '?' : `${name}: ${kind}, ${ttlSeconds} s, ${identitySource}`;
}
