import type { ApiFacts } from './api-facts';
import { nearestName } from './openapi/nearest';

type NamesOf<T> = T extends unknown ? keyof T : never;

/** Every member of a definition with the form of its value. A fact that is missing here does not compile. */
const FORMS: Record<NamesOf<ApiFacts> | 'routes' | 'notes', 'flag' | 'list' | 'number' | 'object' | 'text' | 'routes'> =
  {
    id: 'text',
    gateway: 'text',
    routes: 'routes',
    shadow: 'routes',
    notes: 'list',
    tokenService: 'object',
    cidrs: 'list',
    publicUrls: 'list',
    resource: 'text',
    resourceMetadata: 'text',
    resultCacheSeconds: 'number',
    resultPerRoute: 'flag',
    revocation: 'text',
    senderConstraints: 'list',
    dpopAlgorithms: 'list',
    usageKeys: 'flag',
    cors: 'object',
    binaryMediaTypes: 'list',
  };

const ALLOWED = {
  flag: 'true and false',
  list: 'a list',
  number: 'a number',
  object: 'an object',
  text: 'a text',
  routes: 'a list of routes, or routes by "GET /path"',
};

/**
 * The first member that a definition does not have, or whose value has another form. Only callers from JavaScript get here: what is
 * misspelt there, such as `revokation`, would leave the weaker default in force without a word.
 */
export function memberFault(given: object): string | undefined {
  const names = Object.keys(FORMS);
  for (const [name, value] of Object.entries(given)) {
    const form = names.includes(name) ? FORMS[name as keyof typeof FORMS] : undefined;
    if (form === undefined) {
      const meant = nearestName(name, names);
      return `${name} is not known, ${meant === undefined ? `allowed are ${names.join(', ')}` : `did you mean ${meant}?`}`;
    }
    if (value !== undefined && !hasForm(value, form)) {
      return `${name} is ${JSON.stringify(value)}, allowed is ${ALLOWED[form]}`;
    }
  }
  return undefined;
}

function hasForm(value: unknown, form: keyof typeof ALLOWED): boolean {
  switch (form) {
    case 'flag':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'number':
      return typeof value === 'number';
    case 'text':
      return typeof value === 'string';
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'routes':
      return typeof value === 'object' && value !== null;
  }
}
