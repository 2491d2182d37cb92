import fc from 'fast-check';
import { comparesAllowed, comparesDenied } from '../../../audit/change/policy-order';
import type { PolicyCondition, PolicyStatement, PolicyText } from '../../../audit/model/types';

/** A statement as JSON has it, of few texts, so that all that matters can be tried. */
interface Plain {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal: string[];
  readonly Action?: string[];
  readonly NotAction?: string[];
  readonly Resource?: string[];
  readonly NotResource?: string[];
  readonly Condition: readonly (readonly [operator: string, key: string, values: string[]])[];
}

const final = (text: string): PolicyText => ({ text, symbolic: 'no' });
const texts = (list: string[] | undefined) => list?.map(final);

function statement(plain: Plain): PolicyStatement {
  return {
    label: 'statement',
    effect: final(plain.Effect),
    actions: texts(plain.Action),
    notActions: texts(plain.NotAction),
    resources: texts(plain.Resource),
    notResources: texts(plain.NotResource),
    principals: plain.Principal.map((id) => ({ type: 'AWS', id: final(id) })),
    notPrincipals: undefined,
    conditions: plain.Condition.map(
      ([operator, key, values]): PolicyCondition => ({ operator, key: final(key), values: values.map(final) }),
    ),
  };
}

const all = () => true;
const allowed = (after: Plain[], before: Plain[]) =>
  comparesAllowed(after.map(statement), before.map(statement), all).within;
const denied = (before: Plain[], after: Plain[]) =>
  comparesDenied(before.map(statement), after.map(statement), all).within;

// What IAM does with a request, written apart from the code under test: by trying every request that texts can tell apart.

const ACTIONS = ['s3:get', 's3:put', 's3:getx', 's3:new', 's3:other', 'sqs:send', 'iam:other'];
const RESOURCES = ['a', 'b', 'ab', 'azz', 'zzb', 'zz'];
const PRINCIPALS = ['p', 'q', 'r'];
const VALUES = [undefined, 'x', 'xy', 'xz', 'w'];

interface Request {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly keys: Readonly<Record<string, string | undefined>>;
}

const REQUESTS: readonly Request[] = PRINCIPALS.flatMap((principal) =>
  ACTIONS.flatMap((action) =>
    RESOURCES.flatMap((resource) =>
      VALUES.flatMap((k) => VALUES.map((l) => ({ principal, action, resource, keys: { k, l } }))),
    ),
  ),
);

function like(pattern: string, text: string): boolean {
  if (pattern === '') {
    return text === '';
  }
  return pattern.startsWith('*')
    ? like(pattern.slice(1), text) || (text !== '' && like(pattern, text.slice(1)))
    : text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && like(pattern.slice(1), text.slice(1));
}

function meets({ Condition }: Plain, { keys }: Request): boolean {
  return Condition.every(([operator, key, values]) => {
    const value = keys[key];
    const isIn = (test: (pattern: string, text: string) => boolean) =>
      value !== undefined && values.some((pattern) => test(pattern, value));
    const equal = (one: string, other: string) => one === other;
    switch (operator) {
      case 'StringEquals':
        return isIn(equal);
      case 'StringLike':
        return isIn(like);
      case 'StringEqualsIfExists':
        return value === undefined || isIn(equal);
      case 'StringNotEquals':
        return !isIn(equal);
      case 'StringNotLike':
        return !isIn(like);
      default:
        throw new Error(operator);
    }
  });
}

function applies(plain: Plain, request: Request): boolean {
  const within = (list: string[] | undefined, others: string[] | undefined, text: string) =>
    list ? list.some((pattern) => like(pattern, text)) : !others?.some((pattern) => like(pattern, text));
  return (
    plain.Principal.some((id) => id === '*' || id === request.principal) &&
    within(plain.Action, plain.NotAction, request.action) &&
    within(plain.Resource, plain.NotResource, request.resource) &&
    meets(plain, request)
  );
}

const hit = (policy: Plain[], effect: Plain['Effect'], request: Request) =>
  policy.some((plain) => plain.Effect === effect && applies(plain, request));
/** What a policy allows where no denial of it stands; a denial that goes is asked for apart. */
const isNewlyAllowed = (after: Plain[], before: Plain[]) =>
  REQUESTS.some(
    (request) => hit(after, 'Allow', request) && !hit(after, 'Deny', request) && !hit(before, 'Allow', request),
  );
const isNoLongerDenied = (before: Plain[], after: Plain[]) =>
  REQUESTS.some((request) => hit(before, 'Deny', request) && !hit(after, 'Deny', request));

const some = (...list: string[]) => fc.uniqueArray(fc.constantFrom(...list), { minLength: 1, maxLength: 2 });
const action = some('s3:get', 's3:put', 's3:*', 's3:get*', 's3:???', 'sqs:send', '*');
const resource = some('a', 'b', 'a*', '*b', '*');
const condition = fc
  .tuple(
    fc.constantFrom('StringEquals', 'StringLike', 'StringEqualsIfExists', 'StringNotEquals', 'StringNotLike'),
    fc.constantFrom('k', 'l'),
    some('x', 'xy', 'x*'),
  )
  .map(([operator, key, values]): Plain['Condition'][number] => [
    operator,
    key,
    // Where a pattern is none, its `*` would be a letter that no value above has.
    operator.includes('Like') ? values : values.map((value) => value.replace('*', '')),
  ]);
const plainStatement: fc.Arbitrary<Plain> = fc
  .record({
    Effect: fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Allow', 'Deny'),
    Principal: some('p', 'q', '*'),
    actions: fc.tuple(fc.constantFrom('Action', 'Action', 'NotAction'), action),
    resources: fc.tuple(fc.constantFrom('Resource', 'Resource', 'NotResource'), resource),
    Condition: fc.uniqueArray(condition, { maxLength: 2, selector: ([operator, key]) => `${operator} ${key}` }),
  })
  .map(({ Effect, Principal, actions, resources, Condition }) => ({
    Effect,
    Principal,
    [actions[0]]: actions[1],
    [resources[0]]: resources[1],
    Condition,
  }));
const policy = fc.array(plainStatement, { minLength: 1, maxLength: 3 });
const unconditional = policy.map((list) => list.map((one) => ({ ...one, Condition: [] })));

describe('a policy compared with another', () => {
  test('is within it only where no request shows the contrary, and not within it only where one does', () => {
    fc.assert(
      fc.property(policy, policy, (after, before) => {
        const [allows, denies] = [allowed(after, before), denied(before, after)];
        expect([allows, isNewlyAllowed(after, before)]).not.toEqual(['yes', true]);
        expect([allows, isNewlyAllowed(after, before)]).not.toEqual(['no', false]);
        expect([denies, isNoLongerDenied(before, after)]).not.toEqual(['yes', true]);
        expect([denies, isNoLongerDenied(before, after)]).not.toEqual(['no', false]);
      }),
      { numRuns: process.env.GATEHOUSE_TEST_LONG ? 20_000 : 1000 },
    );
  });

  test('is within itself, in any order and with a statement more to compare with', () => {
    fc.assert(
      fc.property(policy, plainStatement, (list, more) => {
        expect(allowed([...list].reverse(), [...list, { ...more, Effect: 'Allow' as const }])).toBe('yes');
        expect(denied(list, [...list, { ...more, Effect: 'Deny' as const }].reverse())).toBe('yes');
      }),
    );
  });

  test('is decided nearly always where there are no conditions', () => {
    let open = 0;
    fc.assert(
      fc.property(unconditional, unconditional, (after, before) => {
        open += Number(allowed(after, before) === 'unknown');
      }),
      { numRuns: 500, seed: 1 },
    );
    expect(open).toBeLessThan(50);
  });

  test('loses no permission by being compared with less', () => {
    fc.assert(
      fc.property(policy, policy, (after, before) => {
        fc.pre(allowed(after, before) === 'no');
        expect(allowed(after, before.slice(1))).toBe('no');
      }),
      { numRuns: 500 },
    );
  });
});

test('a request is named that an exception leaves out by a pattern of its own', () => {
  const plain: Omit<Plain, 'Effect'> = { Principal: ['q'], Resource: ['b'], Condition: [] };
  const after: Plain[] = [
    { ...plain, Effect: 'Deny', NotAction: ['s3:get*'] },
    { ...plain, Effect: 'Allow', Action: ['s3:???'] },
  ];
  expect(allowed(after, [])).toBe('no');
});

test('what a policy allows and denies itself is not newly allowed', () => {
  const plain: Omit<Plain, 'Effect'> = { Principal: ['p'], Action: ['s3:get'], Resource: ['a'], Condition: [] };
  expect(
    allowed(
      [
        { ...plain, Effect: 'Allow' },
        { ...plain, Effect: 'Deny' },
      ],
      [],
    ),
  ).toBe('yes');
});

describe('conditions', () => {
  const base: Plain = { Effect: 'Allow', Principal: ['p'], Action: ['s3:get'], Resource: ['a'], Condition: [] };
  const when = (...Condition: Plain['Condition'][number][]): Plain[] => [{ ...base, Condition }];

  test.each<[string, Plain[], Plain[], string]>([
    ['one that is taken away', when(), when(['StringEquals', 'k', ['x']]), 'no'],
    ['one that is added', when(['StringEquals', 'k', ['x']]), when(), 'yes'],
    ['one value more', when(['StringEquals', 'k', ['x', 'y']]), when(['StringEquals', 'k', ['x']]), 'no'],
    ['one value less', when(['StringEquals', 'k', ['x']]), when(['StringEquals', 'k', ['x', 'y']]), 'yes'],
    [
      'one excluded value less',
      when(['StringNotEquals', 'k', ['x']]),
      when(['StringNotEquals', 'k', ['x', 'y']]),
      'no',
    ],
    [
      'one excluded value more',
      when(['StringNotEquals', 'k', ['x', 'y']]),
      when(['StringNotEquals', 'k', ['x']]),
      'yes',
    ],
    ['a wider pattern', when(['ArnLike', 'k', ['arn:x*']]), when(['ArnLike', 'k', ['arn:xy']]), 'no'],
    ['a value in place of a pattern', when(['StringEquals', 'k', ['xy']]), when(['StringLike', 'k', ['x*']]), 'yes'],
    [
      'a key that may be missing',
      when(['StringEqualsIfExists', 'k', ['x']]),
      when(['StringEquals', 'k', ['x']]),
      'unknown',
    ],
    // Whoever sends the key with any value, or not at all, met the earlier condition: nothing is newly allowed.
    ['a condition that every request met', when(), when(['StringLikeIfExists', 'k', ['*']]), 'unknown'],
    ['a wider address range', when(['IpAddress', 'k', ['10.0.0.0/8']]), when(['IpAddress', 'k', ['10.0.0.0/9']]), 'no'],
    [
      'a narrower address range',
      when(['IpAddress', 'k', ['10.0.0.0/9']]),
      when(['IpAddress', 'k', ['10.0.0.0/8']]),
      'yes',
    ],
    [
      'another address range of IPv6',
      when(['IpAddress', 'k', ['2001:db8::/32']]),
      when(['IpAddress', 'k', ['2001:db8::/33']]),
      'unknown',
    ],
    [
      'the same address range',
      when(['IpAddress', 'k', ['10.0.0.0/8']]),
      when(['IpAddress', 'K', ['10.0.0.0/8']]),
      'yes',
    ],
    ['an operator that IAM does not have', when(['Sounds', 'k', ['x']]), when(['Sounds', 'k', ['x']]), 'unknown'],
    [
      'a number that is raised',
      when(['NumericLessThan', 'k', ['9']]),
      when(['NumericLessThan', 'k', ['5']]),
      'unknown',
    ],
    [
      'a policy variable',
      when(['StringEquals', 'k', ['${aws:username}']]),
      when(['StringEquals', 'k', ['x']]),
      'unknown',
    ],
  ])('%s', (_, after, before, expected) => {
    expect(allowed(after, before)).toBe(expected);
  });
});

describe('texts', () => {
  const base: Plain = { Effect: 'Allow', Principal: ['p'], Action: ['s3:get'], Resource: ['a'], Condition: [] };
  const { Action, ...withoutAction } = base;
  const single = (change: Partial<Plain>): Plain[] => [
    change.NotAction === undefined ? { ...base, ...change } : { ...withoutAction, ...change },
  ];

  test.each<[string, Partial<Plain>, Partial<Plain>, string]>([
    ['case does not matter in an action', { Action: ['S3:GET'] }, { Action: ['s3:get'] }, 'yes'],
    ['case matters in a resource', { Resource: ['A'] }, { Resource: ['a'] }, 'no'],
    ['a question mark is one letter', { Action: ['s3:g*'] }, { Action: ['s3:g?'] }, 'no'],
    [
      'a principal has no pattern',
      { Principal: ['arn:aws:iam::1:role/x'] },
      { Principal: ['arn:aws:iam::1:role/*'] },
      'no',
    ],
    [
      'an account is its root',
      { Principal: ['123456789012'] },
      { Principal: ['arn:aws:iam::123456789012:root'] },
      'yes',
    ],
    ['all is among all but nothing named', { Action: ['s3:get'] }, { NotAction: ['iam:*'] }, 'yes'],
    ['what is left out is not', { Action: ['*'] }, { NotAction: ['iam:*'] }, 'no'],
    ['two halves together are not proved', { Resource: ['*'] }, { Resource: ['*a', '*'] }, 'yes'],
  ])('%s', (_, after, before, expected) => {
    expect(allowed(single(after), single(before))).toBe(expected);
  });

  test('a resource that the plan does not tell is unknown, unless all were allowed or its action was not', () => {
    const open = {
      ...statement(base),
      resources: [{ text: '${aws_s3_bucket.b.arn}', symbolic: 'attribute' as const }],
    };
    const earlier = (change: Partial<Plain>) => single(change).map(statement);
    expect(comparesAllowed([open], earlier({}), all).within).toBe('unknown');
    expect(comparesAllowed([open], earlier({ Resource: ['*'] }), all).within).toBe('yes');
    expect(comparesAllowed([open], earlier({ Action: ['s3:put'] }), all).within).toBe('no');
    expect(comparesAllowed([open], [], all).within).toBe('no');
  });
});
