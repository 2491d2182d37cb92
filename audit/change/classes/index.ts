import type { ClassesOfType } from './attribute-class';
import { FUNCTIONS } from './functions';
import { HTTP, REST } from './gateway';
import { BUCKETS, RIGHTS, STORES } from './keeping';
import { FIREWALLS, WATCHING } from './watching';

export { type AttributeClass, type ClassesOfType, classOf, type ValueOrder } from './attribute-class';

/** The classes of all attributes of the types on the path of a request, a token, a key or an alarm. */
export const ATTRIBUTE_CLASSES: ReadonlyMap<string, ClassesOfType> = new Map([
  ...REST,
  ...HTTP,
  ...FUNCTIONS,
  ...STORES,
  ...RIGHTS,
  ...BUCKETS,
  ...WATCHING,
  ...FIREWALLS,
]);
