import type { PolicyStatement, PolicyText } from '../model/types';
import type { Answer } from './address-ranges';
import { areCompatible, escapesAll, implies } from './conditions';
import { type Alphabet, commonExample, example, includes, overlaps } from './patterns';

/** How what statements allow, or deny, compares with what others do. */
export interface Comparison {
  /** `yes`: all of it is among the others'. `no`: there is a request that is not. */
  readonly within: Answer;
  /** Texts of the actions for which it is not, or for which that is not known. */
  readonly actions: readonly string[];
  /** True when the others name each of these actions too, on another resource, for another principal or under a condition. */
  readonly onlyElsewhere: boolean;
}

/**
 * Whether statements allow no request that the others did not allow: each combination of principal, action and resource has to be
 * among those of one of the others, under conditions that follow. What that does not prove is `no` where a request can be named
 * that only the first allow, and else unknown.
 *
 * @param statements all of a policy; those that deny take away from those that allow
 * @param isAsked which actions count
 */
export function comparesAllowed(
  statements: readonly PolicyStatement[],
  others: readonly PolicyStatement[],
  isAsked: (action: string) => boolean,
): Comparison {
  return compare(of('Allow', statements), of('Allow', others), of('Deny', statements), isAsked);
}

/** Whether all that the statements deny is denied by the others too. */
export function comparesDenied(
  statements: readonly PolicyStatement[],
  others: readonly PolicyStatement[],
  isAsked: (action: string) => boolean,
): Comparison {
  return compare(of('Deny', statements), of('Deny', others), [], isAsked);
}

/** True when the effect of each is known. */
export function haveEffects(statements: readonly PolicyStatement[]): boolean {
  return statements.every(({ effect }) => isFinal(effect));
}

const PARTS = ['principal', 'action', 'resource'] as const;
type Part = (typeof PARTS)[number];

const ALPHABETS: Readonly<Record<Part, Alphabet>> = {
  principal: { caseless: false, wildcards: false },
  action: { caseless: true, wildcards: true },
  resource: { caseless: false, wildcards: true },
};

/** The texts that a statement names for a part of a request, or all but which it means. */
interface Names {
  readonly allBut: boolean;
  readonly texts: readonly PolicyText[];
}

/** A statement by the parts of a request. */
interface Grant {
  readonly parts: Readonly<Record<Part, Names>>;
  readonly statement: PolicyStatement;
}

/** One text of each part; `allBut` parts are not divided. */
type Cell = Readonly<Record<Part, Names>>;

/** A request that a cell lets through; undefined for a part of which the plan does not tell the text. */
type Request = Readonly<Record<Part, string | undefined>>;

const ANYTHING: Names = { allBut: false, texts: [{ text: '*', symbolic: 'no' }] };

function of(effect: 'Allow' | 'Deny', statements: readonly PolicyStatement[]): Grant[] {
  return statements
    .filter((statement) => statement.effect.text === effect)
    .map((statement) => ({
      statement,
      parts: {
        principal: namesOf(principals(statement.principals), principals(statement.notPrincipals)),
        action: namesOf(statement.actions, statement.notActions),
        resource: namesOf(statement.resources, statement.notResources),
      },
    }));
}

function namesOf(texts: readonly PolicyText[] | undefined, others: readonly PolicyText[] | undefined): Names {
  return texts !== undefined
    ? { allBut: false, texts }
    : others !== undefined
      ? { allBut: true, texts: others }
      : ANYTHING;
}

/** An account is the same as the ARN of its root; `*` and every AWS principal are the same. */
function principals(list: PolicyStatement['principals']): PolicyText[] | undefined {
  return list?.map(({ type, id }) => {
    const text = /^\d{12}$/.test(id.text) ? `arn:aws:iam::${id.text}:root` : id.text;
    return text === '*' && (type === '*' || type === 'AWS') ? id : { ...id, text: `${type} ${text}` };
  });
}

function compare(
  grants: readonly Grant[],
  others: readonly Grant[],
  exceptions: readonly Grant[],
  isAsked: (action: string) => boolean,
): Comparison {
  const open = new Map<string, Answer>();
  for (const grant of grants) {
    for (const cell of cellsOf(grant)) {
      const actions = cell.action.allBut ? ['*'] : cell.action.texts.map(({ text }) => text);
      const asked = actions.filter(isAsked);
      if (asked.length > 0 && !isCovered(cell, grant, [...others, ...exceptions])) {
        const answer = hasCounterexample(cell, grant, others, exceptions) ? 'no' : 'unknown';
        for (const action of asked) {
          open.set(action, open.get(action) === 'no' ? 'no' : answer);
        }
      }
    }
  }
  const within = [...open.values()].includes('no') ? 'no' : open.size > 0 ? 'unknown' : 'yes';
  const actions = [...open].filter(([, answer]) => answer === within).map(([action]) => action);
  return {
    within,
    actions: actions.sort(),
    onlyElsewhere: actions.every((text) => others.some(({ parts }) => covers('action', parts.action, single(text)))),
  };
}

function single(text: string): Names {
  return { allBut: false, texts: [{ text, symbolic: 'no' }] };
}

function cellsOf({ parts }: Grant): Cell[] {
  const split = (names: Names): Names[] =>
    names.allBut ? [names] : names.texts.map((text) => ({ allBut: false, texts: [text] }));
  return split(parts.principal).flatMap((principal) =>
    split(parts.action).flatMap((action) => split(parts.resource).map((resource) => ({ principal, action, resource }))),
  );
}

function isCovered(cell: Cell, grant: Grant, others: readonly Grant[]): boolean {
  return others.some(
    (other) =>
      PARTS.every((part) => covers(part, other.parts[part], cell[part])) &&
      implies(grant.statement.conditions, other.statement.conditions) === 'yes',
  );
}

/** Whether the names stand for all that the part of a cell stands for; false also where that cannot be told. */
function covers(part: Part, names: Names, asked: Names): boolean {
  const alphabet = ALPHABETS[part];
  const final = names.texts.filter(isFinal);
  const isIn = (text: PolicyText) => final.some((item) => includesName(part, item.text, text));
  if (!names.allBut) {
    return asked.allBut ? final.some(({ text }) => text === '*') : asked.texts.every(isIn);
  }
  return asked.allBut
    ? names.texts.every(
        (text) => isFinal(text) && asked.texts.some((own) => isFinal(own) && includes(own.text, text.text, alphabet)),
      )
    : names.texts.every(
        (text) => isFinal(text) && asked.texts.every((own) => isFinal(own) && !overlaps(own.text, text.text, alphabet)),
      );
}

/** A text that is not known is among those of `*` alone, and a service is not known to be among those of a principal `*`. */
function includesName(part: Part, pattern: string, { text, symbolic }: PolicyText): boolean {
  if (symbolic !== 'no') {
    return pattern === '*' && part !== 'principal';
  }
  return part === 'principal' && text.startsWith('Service ')
    ? pattern === text
    : includes(pattern, text, ALPHABETS[part]);
}

/** Whether there is a request of the cell that none of the others allows and no exception denies. */
function hasCounterexample(cell: Cell, grant: Grant, others: readonly Grant[], exceptions: readonly Grant[]): boolean {
  const all = [...others, ...exceptions];
  const examples = (part: Part) =>
    examplesOf(
      part,
      cell[part],
      all.map(({ parts }) => parts[part]),
    );
  const given = grant.statement.conditions;
  return (
    areCompatible(given) &&
    examples('principal').some((principal) =>
      examples('action').some((action) =>
        examples('resource').some((resource) => {
          const request: Request = { principal, action, resource };
          const inTheWay = all
            .filter((other) => PARTS.every((part) => hits(part, other.parts[part], request[part]) !== 'no'))
            .map(({ statement }) => statement.conditions);
          return inTheWay.length < 2
            ? inTheWay.every((conditions) => implies(given, conditions) === 'no')
            : escapesAll(given, inTheWay);
        }),
      ),
    )
  );
}

/** Examples of one part are enough: more only make it slower to find one that is not there. */
const MOST_EXAMPLES = 24;

/** Texts of the cell that tell the names of the others apart. */
function examplesOf(part: Part, asked: Names, others: readonly Names[]): (string | undefined)[] {
  const alphabet = ALPHABETS[part];
  if (!asked.texts.every(isFinal)) {
    return [undefined];
  }
  const own = asked.allBut ? ['*'] : asked.texts.map(({ text }) => text);
  const theirs = others.flatMap(({ texts }) => texts.filter(isFinal).map(({ text }) => text));
  const texts = [...own, ...theirs].map((text) => example(text, alphabet));
  // What an exception leaves out may be just what it has in common with the cell: `s3:???` under a denial of all but `s3:get*`.
  const common = own.flatMap((text) => theirs.flatMap((other) => commonExample(text, other, alphabet) ?? []));
  return [...new Set([...texts, ...common])]
    .filter((text) => hits(part, asked, text) === 'yes')
    .slice(0, MOST_EXAMPLES);
}

function hits(part: Part, names: Names, text: string | undefined): Answer {
  const isHit = names.texts.some(
    (item) => isFinal(item) && (text === undefined ? item.text === '*' : includes(item.text, text, ALPHABETS[part])),
  );
  const isOpen = text === undefined ? names.texts.length > 0 : !names.texts.every(isFinal);
  const found: Answer = isHit ? 'yes' : isOpen ? 'unknown' : 'no';
  return names.allBut && found !== 'unknown' ? (found === 'yes' ? 'no' : 'yes') : found;
}

function isFinal({ symbolic }: PolicyText): boolean {
  return symbolic === 'no';
}
