import type { PolicyCondition, PolicyText } from '../model/types';
import { type Answer, rangesWithin } from './address-ranges';
import { type Alphabet, example, includes } from './patterns';

/**
 * Whether each request that meets the conditions of one statement meets those of another. `no` is told only where there is such
 * a request that does not; what IAM's operators do with addresses, dates and numbers beyond equal ones is unknown.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function implies(one: readonly PolicyCondition[], other: readonly PolicyCondition[]): Answer {
  const answers = other.map((needed) => impliesOne(one, needed));
  return answers.includes('no') ? 'no' : answers.includes('unknown') ? 'unknown' : 'yes';
}

/**
 * Whether some request meets the given conditions and none of the others. Only what can be told from keys that the given ones leave
 * open is told: each of the others needs a key of its own, or one whose absence is enough.
 */
export function escapesAll(
  given: readonly PolicyCondition[],
  others: readonly (readonly PolicyCondition[])[],
): boolean {
  const taken = new Map<string, 'absence' | 'value'>();
  return others.every((conditions) =>
    conditions.some((condition) => {
      const key = keyOf(condition);
      const way = wayOut(condition);
      const before = taken.get(key);
      if (way === undefined || given.some((own) => keyOf(own) === key) || !isFinal(condition.key)) {
        return false;
      }
      if (before === undefined || (before === 'absence' && way === 'absence')) {
        taken.set(key, way);
        return true;
      }
      return false;
    }),
  );
}

/** Whether some request meets all of them, as far as it is plain: conditions on one key may contradict each other. */
export function areCompatible(conditions: readonly PolicyCondition[]): boolean {
  return (
    new Set(conditions.map(keyOf)).size === conditions.length && conditions.every(({ values }) => values.length > 0)
  );
}

/** Operators that a value meets when it is in a list, and whether the list holds patterns. */
const POSITIVE: Readonly<Record<string, Alphabet>> = {
  stringequals: { caseless: false, wildcards: false },
  stringequalsignorecase: { caseless: true, wildcards: false },
  stringlike: { caseless: false, wildcards: true },
  arnequals: { caseless: false, wildcards: true },
  arnlike: { caseless: false, wildcards: true },
  bool: { caseless: true, wildcards: false },
};

/** Operators that a value meets when it is not in a list. */
const NEGATIVE: Readonly<Record<string, Alphabet>> = {
  stringnotequals: { caseless: false, wildcards: false },
  stringnotequalsignorecase: { caseless: true, wildcards: false },
  stringnotlike: { caseless: false, wildcards: true },
  arnnotequals: { caseless: false, wildcards: true },
  arnnotlike: { caseless: false, wildcards: true },
};

/** Of values: met by one of several, or by all, or there is only one. And whether a missing key is enough. */
interface Operator {
  readonly quantifier: string;
  readonly base: string;
  readonly ifExists: boolean;
}

function operatorOf({ operator }: PolicyCondition): Operator {
  const text = operator.toLowerCase();
  const [, quantifier = '', name = '', ifExists] = /^(forallvalues:|foranyvalue:)?(.*?)(ifexists)?$/.exec(text) ?? [];
  return { quantifier, base: name, ifExists: ifExists !== undefined };
}

function keyOf({ key }: PolicyCondition): string {
  return key.text.toLowerCase();
}

function isFinal({ symbolic }: PolicyText): boolean {
  return symbolic === 'no';
}

/** How a request fails a condition whose key nothing else speaks of. */
function wayOut(condition: PolicyCondition): 'absence' | 'value' | undefined {
  const { base, quantifier, ifExists } = operatorOf(condition);
  if (base in POSITIVE && !ifExists && quantifier !== 'forallvalues:') {
    return 'absence';
  }
  // A value that the list excludes, unless it may exclude nothing.
  return base in NEGATIVE && quantifier === '' && condition.values.some(isFinal) ? 'value' : undefined;
}

function impliesOne(given: readonly PolicyCondition[], needed: PolicyCondition): Answer {
  if (!isFinal(needed.key) || given.some(({ key }) => !isFinal(key))) {
    return 'unknown';
  }
  const same = given.filter((condition) => keyOf(condition) === keyOf(needed));
  const answers = same.map((condition) => compare(condition, needed));
  if (answers.includes('yes')) {
    return 'yes';
  }
  if (same.length === 0) {
    return wayOut(needed) === undefined ? 'unknown' : 'no';
  }
  return same.length === 1 && answers[0] === 'no' ? 'no' : 'unknown';
}

function compare(given: PolicyCondition, needed: PolicyCondition): Answer {
  const [own, other] = [operatorOf(given), operatorOf(needed)];
  const isSame = own.base === other.base && own.quantifier === other.quantifier;
  if (isSame && (own.ifExists === other.ifExists || other.ifExists) && hasSameValues(given, needed)) {
    return isKnownOperator(own.base) ? 'yes' : 'unknown';
  }
  if (own.quantifier !== other.quantifier || (own.ifExists && !other.ifExists)) {
    return 'unknown';
  }
  if (/^(not)?ipaddress$/.test(own.base) && own.base === other.base) {
    return own.base === 'ipaddress'
      ? rangesWithin(given.values, needed.values)
      : rangesWithin(needed.values, given.values);
  }
  const [alphabet, excluding] = [POSITIVE[other.base], NEGATIVE[other.base]];
  if (alphabet !== undefined && NEGATIVE[own.base] !== undefined && isTurnedRound(own.base, other.base)) {
    return [...given.values, ...needed.values].every(isFinal) && !needed.values.some(({ text }) => /[*?$]/.test(text))
      ? 'no'
      : 'unknown';
  }
  if (alphabet !== undefined && isAsNarrow(own.base, other.base)) {
    return within(given.values, needed.values, alphabet, isPattern(own.base));
  }
  return excluding !== undefined && own.base === other.base
    ? within(needed.values, given.values, excluding, excluding.wildcards)
    : 'unknown';
}

/** Whether one operator excludes what the other asks for: all but a few values are never among a few others. */
function isTurnedRound(own: string, other: string): boolean {
  return own.replace('not', '') === other;
}

/** Whether a value that the one operator lets through, given the same list, is let through by the other. */
function isAsNarrow(own: string, other: string): boolean {
  return own === other || (own === 'stringequals' && other === 'stringlike') || (isArn(own) && isArn(other));
}

function isArn(base: string): boolean {
  return base === 'arnequals' || base === 'arnlike';
}

function isPattern(base: string): boolean {
  return POSITIVE[base]?.wildcards === true;
}

function isKnownOperator(base: string): boolean {
  return /^(string|arn|bool|binary|numeric|date|ipaddress$|notipaddress$|null$)/.test(base);
}

/** Whether all that the values of one list stand for is among those of the other. */
function within(
  list: readonly PolicyText[],
  other: readonly PolicyText[],
  alphabet: Alphabet,
  patterns: boolean,
): Answer {
  const isIn = (text: string) => other.some((item) => isFinal(item) && includesValue(item.text, text, alphabet));
  // A value with a policy variable, `${aws:username}`, is another one for each request.
  if ([...list, ...other].some((item) => !isFinal(item) || item.text.includes('${'))) {
    return 'unknown';
  }
  if (list.every(({ text }) => isIn(text))) {
    return 'yes';
  }
  // A letter `*` of a value that is not a pattern looks like a wildcard here.
  const outside = list.filter(({ text }) =>
    patterns ? !isIn(example(text, alphabet)) : !/[*?]/.test(text) && !isIn(text),
  );
  return outside.length > 0 ? 'no' : 'unknown';
}

/** Without wildcards a `*` is a letter as any other. */
function includesValue(pattern: string, text: string, alphabet: Alphabet): boolean {
  const isLiteral = !alphabet.wildcards && pattern === '*';
  return isLiteral ? text === '*' : includes(pattern, text, alphabet);
}

function hasSameValues(one: PolicyCondition, other: PolicyCondition): boolean {
  const texts = new Set(one.values.map(({ text }) => text));
  const others = new Set(other.values.map(({ text }) => text));
  return (
    [...one.values, ...other.values].every(isFinal) &&
    texts.size === others.size &&
    [...texts].every((text) => others.has(text))
  );
}
