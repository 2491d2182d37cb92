import type { MatrixAuthorizer, MatrixRow } from '../matrix';
import { guardText, resultsText } from './matrix-cells';

/** The routes of one API in one stack, as the reports for people show them together. */
export interface MatrixGroup {
  readonly stack: string;
  readonly api: string;
  readonly protocol: string;
  /** `stage live`, `stages dev, live`. */
  readonly stages: string;
  /** `REGIONAL, guarded by resource policy`. */
  readonly guards: string;
  readonly rows: readonly MatrixRow[];
  /** The authorizers of the routes, each once. */
  readonly authorizers: readonly MatrixAuthorizer[];
}

/** Groups the rows of a matrix, in their order. */
export function groupsOf(matrix: readonly MatrixRow[]): MatrixGroup[] {
  const groups = new Map<string, MatrixRow[]>();
  for (const row of matrix) {
    const key = JSON.stringify([row.stack, row.protocol, row.api, row.stages, guardText(row)]);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [row]);
    } else {
      group.push(row);
    }
  }
  return [...groups.values()].flatMap((rows) => {
    const [first] = rows;
    return first === undefined ? [] : [groupOf(first, rows)];
  });
}

function groupOf(first: MatrixRow, rows: readonly MatrixRow[]): MatrixGroup {
  const { stack, api, protocol, stages } = first;
  const authorizers = new Map(
    rows.flatMap(({ authorizer }) =>
      authorizer === null || authorizer.name === '?' ? [] : [[JSON.stringify(authorizer), authorizer] as const],
    ),
  );
  return {
    stack,
    api,
    protocol,
    stages: `${stages.length === 1 ? 'stage' : 'stages'} ${stages.join(', ') || '(none in the plan)'}`,
    guards: guardText(first),
    rows,
    authorizers: [...authorizers.values()],
  };
}

/** Usage plans and limits are mostly named after their API, which the heading of the group names. */
export function withoutApi(text: string, { api }: Pick<MatrixRow, 'api'>): string {
  return text.replaceAll(`${api}-`, '');
}

/** All of an authorizer, for the heading of a group. @param seconds how long answers are kept, as the format writes it */
export function authorizerInFull(authorizer: MatrixAuthorizer, seconds: string): string {
  const { name, kind, identitySource } = authorizer;
  return `${name}: ${kind}, answers kept ${seconds}${resultsText(authorizer)}, identity source ${identitySource}`;
}
