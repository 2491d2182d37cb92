/** Faults that one error tells in full; of more it tells the number. */
const MOST_TOLD = 50;

/** What is wrong in one place of an OpenAPI document. */
export interface OpenApiFault {
  /** Name of the document, as the caller gave it. */
  readonly source: string;
  /** JSON pointer (RFC 6901) of the fault. */
  readonly pointer: string;
  /** What was found and what is allowed. */
  readonly text: string;
  /** Line of the document, counted from 1. @default - the document was not read from a text */
  readonly line?: number | undefined;
}

/** The faults of OpenAPI documents: of each the document, the place in it, what was found and what is allowed. */
export class OpenApiError extends Error {
  override readonly name = 'OpenApiError';
  /** Name of the document of the first fault. */
  readonly source: string;
  /** JSON pointer (RFC 6901) of the first fault. */
  readonly pointer: string;

  constructor(
    /** At least one. */
    readonly faults: readonly OpenApiFault[],
  ) {
    super(message(faults));
    this.source = faults[0]?.source ?? '';
    this.pointer = faults[0]?.pointer ?? '';
  }
}

/** One fault is one line; several are a line each, below one with their number. */
function message(faults: readonly OpenApiFault[]): string {
  const lines = faults.slice(0, MOST_TOLD).map(({ source, pointer, text, line }) => {
    return `${source}#${pointer}: ${text}${line === undefined ? '' : ` (line ${line})`}`;
  });
  if (faults.length <= 1) {
    return lines.join();
  }
  const sources = [...new Set(faults.map(({ source }) => source))];
  const more = faults.length > MOST_TOLD ? [`  and ${faults.length - MOST_TOLD} more`] : [];
  return [`${faults.length} faults in ${sources.join(', ')}:`, ...lines.map((line) => `  ${line}`), ...more].join('\n');
}
