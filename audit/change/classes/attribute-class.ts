import type { Json } from '../../json';
import type { Order } from '../order';

/**
 * How values of an attribute compare as to what they protect. `on`, `off`: that value is safer, and nothing counts as the other one.
 * `more`, `less`: the larger, or smaller, number is safer. `set`: a value is safer than none, and another value is another thing.
 * `all`: the list that holds more is safer; `few`: the one that holds less. A list of texts: from the weakest to the safest. A function
 * compares whole blocks.
 */
export type ValueOrder =
  | 'on'
  | 'off'
  | 'more'
  | 'less'
  | 'set'
  | 'all'
  | 'few'
  | readonly string[]
  | ((before: Json, after: Json) => Order);

/**
 * What a change concerns. `request`: who gets in and what answers; `function`: what functions run and are given; `keep`: tokens,
 * secrets, keys and rights; `watch`: logs, alarms, schedules and messages.
 */
export type Area = 'request' | 'function' | 'keep' | 'watch';

/**
 * What a change of an attribute means. `ordered`: weaker or stronger. `identity`: something else decides, answers, watches or keeps
 * from now on, so that any change is told. `release`: what each release changes, shown and no finding. `harmless`: nothing of who
 * gets what, who sees it and what keeps it depends on it.
 */
export type AttributeClass =
  | {
      readonly kind: 'ordered';
      readonly order: ValueOrder;
      /** What applies where nothing is set. @default - nothing is the weakest */
      readonly unset?: number | string;
      readonly toldBy?: string;
      /** What it concerns, where that is not what its type does. */
      readonly area?: Area;
    }
  | {
      readonly kind: 'identity';
      /** What the attribute says, ready to follow "changes". */
      readonly what: string;
      /** Rule that compares the attribute itself, so that no second finding says the same. */
      readonly toldBy?: string;
      readonly area?: Area;
    }
  | { readonly kind: 'release' | 'harmless'; readonly area?: Area };

/** Classes by path of the attribute (`settings.throttling_rate_limit`); the class of a block holds for all in it that has none. */
export type ClassesOfType = ReadonlyMap<string, AttributeClass>;

/** @param unset what applies where nothing is set. @default - nothing is the weakest */
export function ordered(order: ValueOrder, unset?: number | string): AttributeClass {
  return { kind: 'ordered', order, ...(unset === undefined ? {} : { unset }) };
}

/** @param what what the attribute says, ready to follow "changes" */
export function identity(what: string): AttributeClass {
  return { kind: 'identity', what };
}

/** The same class, of an attribute that a rule compares by itself. */
export function toldBy<T extends AttributeClass>(rule: string, one: T): T {
  return { ...one, toldBy: rule };
}

/** The same class, of an attribute that concerns something else than its type does. */
export function concerning<T extends AttributeClass>(area: Area, one: T): T {
  return { ...one, area };
}

export const RELEASE: AttributeClass = { kind: 'release' };
export const HARMLESS: AttributeClass = { kind: 'harmless' };

/** What all types have in common. A region is an argument of each resource from version 6 of the provider on. */
const COMMON: Readonly<Record<string, AttributeClass>> = {
  'id tags tags_all description timeouts': HARMLESS,
  region: identity('the region'),
};

/** For types that no table is about: what all types have in common is known of them, and nothing else. */
export const OTHER_TYPES: ClassesOfType = new Map(
  Object.entries(COMMON).flatMap(([paths, one]) => paths.split(' ').map((path) => [path, one] as const)),
);

/**
 * Reads a table whose keys are paths, several of one class separated by spaces.
 *
 * @throws {Error} when a path of a type is there twice: an attribute has one class
 */
export function classes(
  table: Readonly<Record<string, Readonly<Record<string, AttributeClass>>>>,
): Map<string, ClassesOfType> {
  return new Map(
    Object.entries(table).map(([type, entries]) => {
      const result = new Map<string, AttributeClass>();
      const read = (lists: Readonly<Record<string, AttributeClass>>, refuse: boolean) => {
        for (const [paths, one] of Object.entries(lists)) {
          for (const path of paths.split(' ')) {
            if (refuse && result.has(path)) {
              throw new Error(`${type}: ${path} has two classes`);
            }
            result.set(path, one);
          }
        }
      };
      read(entries, true);
      read(Object.fromEntries(Object.entries(COMMON).map(([paths, one]) => [own(paths, result), one])), false);
      result.delete('');
      return [type, result];
    }),
  );
}

/** The paths of a list that a type does not classify itself. */
function own(paths: string, taken: ReadonlyMap<string, AttributeClass>): string {
  return paths
    .split(' ')
    .filter((path) => !taken.has(path))
    .join(' ');
}

/** The class of an attribute, or that of the nearest block around it; undefined where nothing is said of either. */
export function classOf(of: ClassesOfType, path: string): AttributeClass | undefined {
  for (let part = path; part !== ''; part = part.slice(0, Math.max(part.lastIndexOf('.'), 0))) {
    const found = of.get(part);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}
