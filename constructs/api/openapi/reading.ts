import { type JsonObject, OpenApiDocument, type Place, show } from './document';
import { type KeywordOwner, keywordRule, keywordsOf } from './keywords';
import { nearestName } from './nearest';
import { NoteBook, type NoteKind } from './notes';

/** A document while it is read: with what is left to the backend, and the media types that are binary. */
export class Reading {
  readonly document: OpenApiDocument;
  readonly notes: NoteBook;
  /** Places by binary media type. */
  readonly binary = new Map<string, Place>();

  constructor(document: unknown, source: string, lineOf?: (pointer: string) => number | undefined) {
    this.document = new OpenApiDocument(document, source, lineOf);
    this.notes = new NoteBook(source);
  }

  /**
   * Checks the members of an object that is no schema: each is known to this version, and what of it is left to the backend is noted.
   */
  checkMembers(owner: KeywordOwner, object: Place<JsonObject>): void {
    const { document } = this;
    this.checkNames(object, keywordsOf(owner, document.version), (name, place) => {
      const rule = keywordRule(owner, name, document.version);
      if (rule?.treatment === 'refused') {
        document.fail(place, `${show(name)} cannot be kept: ${rule.how}`);
      }
    });
  }

  /** Checks that an object has known members only; a misspelt one would be dropped without a word. */
  checkNames(
    object: Place<JsonObject>,
    allowed: readonly string[],
    each: (name: string, place: Place) => void = () => undefined,
  ): void {
    const { document } = this;
    for (const { name, place } of document.members(object)) {
      document.attempt(() => {
        if (allowed.includes(name)) {
          each(name, place);
        } else if (!name.startsWith('x-')) {
          const nearest = nearestName(name, allowed);
          const hint = nearest === undefined ? `allowed are ${allowed.join(', ')}` : `did you mean ${show(nearest)}?`;
          document.fail(place, `member ${show(name)} is not one of OpenAPI ${document.version}, ${hint}`);
        }
      });
    }
  }

  note(kind: NoteKind, place: Pick<Place, 'pointer'>, route?: string, detail?: string): void {
    this.notes.add(kind, place, route, detail);
  }
}
