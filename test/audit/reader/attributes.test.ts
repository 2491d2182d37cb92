import { Attributes } from '../../../audit/reader/attributes';

const CAUSE = 'known only after apply';

function attributes(layers: Partial<ConstructorParameters<typeof Attributes>[0]>): Attributes {
  return new Attributes({ after: {}, unknown: {}, sensitive: {}, expressions: {}, cause: CAUSE, ...layers });
}

describe('values', () => {
  test('known, absent and unknown are told apart', () => {
    const read = attributes({ after: { a: 'x', b: null }, unknown: { c: true } });

    expect(read.value('a')).toEqual({ kind: 'known', value: 'x', sensitive: false });
    expect(read.value('b')).toEqual({ kind: 'absent' });
    expect(read.value('c')).toEqual({ kind: 'unknown', cause: CAUSE });
    expect(read.value('d')).toEqual({ kind: 'absent' });
  });

  test('a list with an unknown element is unknown as a whole, its elements are not', () => {
    const read = attributes({ after: { list: ['x', null] }, unknown: { list: [false, true] } });

    expect(read.value('list').kind).toBe('unknown');
    expect(read.elements('list')).toMatchObject({ value: [{ kind: 'known', value: 'x' }, { kind: 'unknown' }] });
  });

  test('everything below an unknown object is unknown', () => {
    expect(attributes({ unknown: true }).object('a').value('b').kind).toBe('unknown');
  });

  test('a mark on the object or on a part makes a value sensitive', () => {
    expect(attributes({ after: { a: 'x' }, sensitive: true }).value('a')).toMatchObject({ sensitive: true });
    expect(attributes({ after: { a: ['x'] }, sensitive: { a: [true] } }).value('a')).toMatchObject({ sensitive: true });
  });

  test('an attribute named like a member of every object is absent', () => {
    expect(attributes({ after: {} }).value('constructor').kind).toBe('absent');
  });

  test.each([
    ['5', 5],
    [5, 5],
  ])('%j is a number', (value, expected) => {
    expect(attributes({ after: { n: value } }).number('n')).toMatchObject({ value: expected });
  });

  test.each(['', 'x', true, ['1']])('%j is no number, hence unknown', (value) => {
    expect(attributes({ after: { n: value } }).number('n').kind).toBe('unknown');
  });
});

describe('expressions', () => {
  test('a constant beside references is a template, and both are kept', () => {
    const read = attributes({ expressions: { a: { references: ['aws_x.y.id'], constant_value: '${aws_x.y.id}' } } });

    expect(read.expression('a')).toEqual({ references: ['aws_x.y.id'], constant: '${aws_x.y.id}' });
    expect(read.value('a').kind).toBe('absent');
  });

  test('an unknown attribute that nobody set is not configured', () => {
    const read = attributes({
      unknown: { policy: true, name: true },
      expressions: { name: { references: ['var.n'] } },
    });

    expect(read.configured('policy')).toBe(false);
    expect(read.configured('name')).toBe(true);
  });
});

describe('blocks', () => {
  const setOf = (...names: string[]) => names.map((name) => ({ name }));

  test('blocks of a set are matched with the configuration by their constants, not by their place', () => {
    const read = attributes({
      after: { stage: setOf('b', 'a') },
      unknown: { stage: [{ api: true }, { api: true }] },
      expressions: {
        stage: [
          { name: { constant_value: 'a' }, api: { references: ['aws_x.for_a.id'] } },
          { name: { constant_value: 'b' }, api: { references: ['aws_x.for_b.id'] } },
        ],
      },
    });

    const blocks = read.blocks('stage');

    expect(blocks.kind === 'known' && blocks.value.map((block) => block.expression('api')?.references)).toEqual([
      ['aws_x.for_b.id'],
      ['aws_x.for_a.id'],
    ]);
  });

  test('blocks that cannot be told apart have no expressions', () => {
    const read = attributes({
      after: { stage: setOf('b', 'a') },
      expressions: {
        stage: [
          { name: { references: ['var.one'] }, api: { references: ['aws_x.one.id'] } },
          { name: { references: ['var.two'] }, api: { references: ['aws_x.two.id'] } },
        ],
      },
    });

    const blocks = read.blocks('stage');

    expect(blocks.kind === 'known' && blocks.value.map((block) => block.expression('api'))).toEqual([
      undefined,
      undefined,
    ]);
  });

  test('an unknown block that is configured is unknown, one that is not is none', () => {
    const layers = { unknown: { block: true } };

    expect(attributes({ ...layers, expressions: { block: [{}] } }).blocks('block').kind).toBe('unknown');
    expect(attributes(layers).blocks('block')).toMatchObject({ kind: 'known', value: [] });
  });
});
