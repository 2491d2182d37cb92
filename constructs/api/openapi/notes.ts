import type { Place } from './document';

/** What an OpenAPI document says and API Gateway does not check, by kind: one line of a summary each. */
export const NOTE_KINDS = {
  optionalBody: 'bodies that may be absent: API Gateway cannot let a body be absent and check it otherwise',
  ignoredBody: 'bodies of GET, HEAD and DELETE, which mean nothing in HTTP',
  otherMediaType: 'bodies of media types that are no JSON',
  rangeMediaType: 'bodies of ranges of media types, which no model can be for',
  bodyWithoutSchema: 'JSON bodies without a schema',
  coveredByBinary: 'JSON bodies that binaryMediaTypes covers: what API Gateway would check of them is not documented',
  parameterValue: 'types and values of parameters: API Gateway checks that a parameter is there',
  parameterName: 'required parameters whose name API Gateway refuses, allowed are A-Z a-z 0-9 . _ $ -',
  parameterTwice: 'required parameters whose name another parameter of the route has, which API Gateway refuses',
  parameterStyle: 'required parameters whose own name is not in the request (deepObject, exploded objects)',
  parameterEmpty: 'required parameters that may be empty, which API Gateway takes for missing',
  parameterCookie: 'required cookies',
  headerCase: 'required headers: API Gateway compares the case of their names, and HTTP/2 clients write lower case',
  keyword: 'keywords of schemas',
  pattern: 'patterns with what came after ECMA 262, edition 5',
  weakened:
    'alternatives and negations that rest on what API Gateway does not check: oneOf is enforced as anyOf, not is left out, if as either branch',
  encoding: 'encodings of the parts of forms',
  binaryAnswer:
    'binary answers: API Gateway decodes them only where the first media type of Accept is a binary one, which */* is not unless binaryMediaTypes has it',
  webhooks: 'webhooks, which are no routes',
} as const;

export type NoteKind = keyof typeof NOTE_KINDS;

/** One thing that the document says and the gateway does not enforce. */
export interface OpenApiNote {
  readonly kind: NoteKind;
  /** Name of the document, as the caller gave it. */
  readonly source: string;
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  /** `GET /v1/sales`; absent for what belongs to no route. */
  readonly route?: string;
  /** For example the name of the keyword. */
  readonly detail?: string;
}

/** Places that a line of a summary names. */
const PLACES_TOLD = 3;

/** Collects what is left to the backend while a document is read. */
export class NoteBook {
  private readonly notes: OpenApiNote[] = [];

  constructor(private readonly source: string) {}

  add(kind: NoteKind, place: Pick<Place, 'pointer'>, route?: string, detail?: string): void {
    this.notes.push({
      kind,
      source: this.source,
      pointer: place.pointer,
      ...(route === undefined ? {} : { route }),
      ...(detail === undefined ? {} : { detail }),
    });
  }

  list(): readonly OpenApiNote[] {
    return this.notes;
  }
}

/** One line for each kind of note of a document, with their number and the first places. */
export function summarizeNotes(notes: readonly OpenApiNote[]): string[] {
  const groups = new Map<string, OpenApiNote[]>();
  for (const note of notes) {
    const key = `${note.source} ${note.kind}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [note]);
    } else {
      group.push(note);
    }
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [summarize(first, group)];
  });
}

function summarize({ kind, source }: OpenApiNote, group: readonly OpenApiNote[]): string {
  const details = [...new Set(group.flatMap(({ detail }) => detail ?? []))].sort();
  const which = details.length === 0 ? '' : ` (${details.join(', ')})`;
  const places = group.slice(0, PLACES_TOLD).map(({ pointer, route }) => `${route ?? ''} #${pointer}`.trim());
  const more = group.length > PLACES_TOLD ? ` and ${group.length - PLACES_TOLD} more` : '';
  return `${source}: left to the backend, ${group.length} × ${NOTE_KINDS[kind]}${which}: ${places.join(', ')}${more}`;
}
