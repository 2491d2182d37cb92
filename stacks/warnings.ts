/** A warning of a construct. */
export interface Warning {
  readonly path: string;
  readonly text: string;
}

/** What differs between warnings of one kind: names in quotes, routes, numbers. */
const PARTICULARS = /"[^"]*"|\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/\S*|\d+/g;

/** One line for each kind of warning: the first of them, and how many more there are. An API warns alike in each environment. */
export function summarizeWarnings(warnings: readonly Warning[]): string[] {
  const kinds = new Map<string, { first: Warning; more: number }>();
  for (const warning of warnings) {
    const kind = warning.text.replaceAll(PARTICULARS, '…');
    const known = kinds.get(kind);
    kinds.set(kind, { first: known?.first ?? warning, more: known === undefined ? 0 : known.more + 1 });
  }
  return [...kinds.values()].map(
    ({ first, more }) => `${first.path}: ${first.text}${more === 0 ? '' : ` (and ${more} more of this kind)`}`,
  );
}
