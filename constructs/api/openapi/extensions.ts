import { isObject, type Json, type JsonObject, type OpenApiDocument, type Place, show } from './document';
import { nearestName } from './nearest';

/** Extension that names the integration of an operation; on the operation, the path item or the document. */
export const BACKEND_EXTENSION = 'x-gatehouse-backend';
/** Extension of an operation: `false` for no usage key. */
export const API_KEY_EXTENSION = 'x-gatehouse-api-key';
/** Extension that holds the written reason of a public operation. */
export const PUBLIC_EXTENSION = 'x-gatehouse-public';
/** Extension that holds the written reason why an operation needs a valid credential, and no scope. */
export const AUTHENTICATED_EXTENSION = 'x-gatehouse-authenticated';

/** Extension of an operation of the token service: the action by which it judges the caller's role. The gateway does nothing with it. */
export const ACTION_EXTENSION = 'x-gatehouse-action';

/** Where an extension may stand. */
type Owner = 'document' | 'path' | 'operation';

/** The extensions of the kit, and where each may stand. */
export const EXTENSIONS: Readonly<Record<string, readonly Owner[]>> = {
  [BACKEND_EXTENSION]: ['document', 'path', 'operation'],
  [API_KEY_EXTENSION]: ['operation'],
  [PUBLIC_EXTENSION]: ['operation'],
  [AUTHENTICATED_EXTENSION]: ['operation'],
  [ACTION_EXTENSION]: ['operation'],
};

/** What a person may have meant as an extension of the kit. */
const MEANT = /^x[-_]?gate[-_]?house/i;
/** Members whose members are named by the author, or are no part of the description. */
const FREE = ['properties', 'patternProperties', 'example', 'examples', 'default', 'enum', 'const'];

/**
 * Looks through the whole document for extensions of the kit that there are not, or that stand where they mean nothing: a misspelt
 * one would be ignored without a word.
 */
export function checkExtensions(document: OpenApiDocument): void {
  const visit = (value: Json, pointer: string): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) {
        visit(item, `${pointer}/${index}`);
      }
      return;
    }
    if (!isObject(value)) {
      return;
    }
    const place: Place<JsonObject> = { value, pointer };
    for (const name of Object.keys(value)) {
      const member = document.member(place, name);
      if (name.startsWith('x-') || MEANT.test(name)) {
        document.attempt(() => checkExtension(document, name, member ?? place, ownerOf(pointer)));
      } else if (member !== undefined && !FREE.includes(name)) {
        visit(member.value, member.pointer);
      }
    }
  };
  visit(document.root.value, '');
}

function checkExtension(document: OpenApiDocument, name: string, place: Place, owner: Owner | undefined): void {
  const owners = Object.hasOwn(EXTENSIONS, name) ? EXTENSIONS[name] : undefined;
  if (owners !== undefined) {
    if (owner === undefined || !owners.includes(owner)) {
      document.fail(place, `extension ${show(name)} has no meaning here, allowed is on: ${owners.join(', ')}`);
    }
    return;
  }
  const known = Object.keys(EXTENSIONS);
  const nearest = nearestName(name, known);
  if (nearest !== undefined || MEANT.test(name)) {
    const hint = nearest === undefined ? `allowed are ${known.join(', ')}` : `did you mean ${show(nearest)}?`;
    document.fail(place, `extension ${show(name)} is not known, ${hint}`);
  }
}

/** What the object at a pointer is: the document, a path item or an operation, also one that is referred to. */
function ownerOf(pointer: string): Owner | undefined {
  if (pointer === '') {
    return 'document';
  }
  const [, first = '', second = '', ...rest] = pointer.split('/');
  const depth =
    first === 'paths' ? rest.length : first === 'components' && second === 'pathItems' ? rest.length - 1 : -1;
  if (depth === 0) {
    return 'path';
  }
  return depth === 1 ? 'operation' : undefined;
}
