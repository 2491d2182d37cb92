import { isObject, type JsonObject, type OpenApiDocument, type Place } from './document';
import { keywordRule } from './keywords';

/** Look-behind, named groups and classes of Unicode: nothing says that the validator of API Gateway knows them. */
export const RECENT_PATTERN = /\(\?<|\\k<|\\p\{/i;
/** Keywords that are left to the backend and by which JSON Schema refuses nothing. */
const ANNOTATIONS = ['discriminator', 'contentEncoding', 'contentMediaType', 'contentSchema'];
const MAPS = ['properties', 'patternProperties', 'dependentSchemas'];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'prefixItems'];
const SINGLE = ['items', 'additionalProperties', 'not', 'if', 'then', 'else'];

/**
 * Whether API Gateway checks all that a schema says. What it leaves out makes a schema weaker, which within `not`, `if` and `oneOf`
 * would refuse right requests.
 */
export class Exactness {
  private readonly known = new Map<string, boolean>();

  constructor(private readonly document: OpenApiDocument) {}

  isExact(place: Place): boolean {
    const { document } = this;
    const { value, pointer } = place;
    if (!isObject(value)) {
      return true;
    }
    const known = this.known.get(pointer);
    if (known !== undefined) {
      return known;
    }
    // A schema that refers to itself is exact if all else in it is.
    this.known.set(pointer, true);
    const schema: Place<JsonObject> = { value, pointer };
    const exact = document.members(schema).every(({ name, place: member }) => this.isExactMember(name, member));
    this.known.set(pointer, exact);
    return exact;
  }

  private isExactMember(name: string, member: Place): boolean {
    const { document } = this;
    const rule = keywordRule('schema', name, document.version);
    if (rule?.treatment === 'backend' && rule.demandsNothing !== true && !ANNOTATIONS.includes(name)) {
      return false;
    }
    if (name === 'pattern') {
      return typeof member.value !== 'string' || !RECENT_PATTERN.test(member.value);
    }
    if (name === '$ref') {
      const target = document.attempt(() => document.target(member));
      return target === undefined || this.isExact(target);
    }
    if (MAPS.includes(name) && isObject(member.value)) {
      return document.members(document.map(member)).every(({ place }) => this.isExact(place));
    }
    if (LISTS.includes(name) && Array.isArray(member.value)) {
      return document.list(member).every((item) => this.isExact(item));
    }
    return !SINGLE.includes(name) || this.isExact(member);
  }
}
