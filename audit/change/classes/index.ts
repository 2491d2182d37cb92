import type { Area, AttributeClass, ClassesOfType } from './attribute-class';
import { EDGE, NETWORKS } from './edge';
import { FUNCTIONS } from './functions';
import { HTTP, REST } from './gateway';
import { BUCKETS, RIGHTS, STORES } from './keeping';
import { SIGN_IN } from './sign-in';
import { TRAILS } from './trails';
import { FIREWALLS, WATCHING } from './watching';

export {
  type Area,
  type AttributeClass,
  type ClassesOfType,
  classOf,
  OTHER_TYPES,
  type ValueOrder,
} from './attribute-class';

const TABLES: readonly (readonly [Area, ReadonlyMap<string, ClassesOfType>])[] = [
  ['request', REST],
  ['request', HTTP],
  ['request', FUNCTIONS],
  ['request', FIREWALLS],
  ['request', EDGE],
  ['request', NETWORKS],
  ['keep', STORES],
  ['keep', RIGHTS],
  ['keep', BUCKETS],
  ['keep', SIGN_IN],
  ['watch', WATCHING],
  ['watch', TRAILS],
];

/** The classes of all attributes of the types on the path of a request, a token, a key or an alarm. */
export const ATTRIBUTE_CLASSES: ReadonlyMap<string, ClassesOfType> = new Map(TABLES.flatMap(([, table]) => [...table]));

const AREAS: ReadonlyMap<string, Area> = new Map(
  TABLES.flatMap(([area, table]) => [...table.keys()].map((type) => [type, area] as const)),
);

/** What a change of an attribute of a type concerns. */
export function areaOf(type: string, of?: AttributeClass): Area {
  return of?.area ?? AREAS.get(type) ?? 'request';
}
