import type { JsonObject } from '../../../audit/json';
import { readSynth } from '../../../audit/reader/synth';

function first(document: JsonObject) {
  const resource = readSynth(document, 's', 'cdk.tf.json').resources[0];
  if (resource === undefined) {
    throw new Error('no resource');
  }
  return resource;
}

const queue = (body: JsonObject, extra: JsonObject = {}) =>
  first({ resource: { aws_sqs_queue: { q: body } }, ...extra });

describe('values of a configuration that was not planned', () => {
  test('literals are known, with escapes undone', () => {
    expect(queue({ name: 'a-$${b}' }).attributes.value('name')).toMatchObject({ value: 'a-${b}' });
  });

  test('expressions are unknown, and their references kept', () => {
    const { attributes } = queue({ kms_master_key_id: '${aws_kms_key.k.id}' });

    expect(attributes.value('kms_master_key_id')).toEqual({
      kind: 'unknown',
      cause: 'an expression, whose value only a plan tells',
    });
    expect(attributes.expression('kms_master_key_id')).toEqual({
      references: ['aws_kms_key.k.id'],
      constant: '${aws_kms_key.k.id}',
    });
  });

  test('local values are followed', () => {
    const locals = { locals: { prefix: 'acme', name: '${local.prefix}-jobs' } };

    expect(queue({ name: '${local.name}' }, locals).attributes.value('name')).toMatchObject({ value: 'acme-jobs' });
  });

  test('circular local values are unknown', () => {
    expect(queue({ name: '${local.a}' }, { locals: { a: '${local.a}' } }).attributes.value('name').kind).toBe(
      'unknown',
    );
  });

  test('an attribute that another resource states is known', () => {
    const document = {
      resource: { aws_sqs_queue: { q: { name: '${aws_sns_topic.t.name}' } }, aws_sns_topic: { t: { name: 'alarms' } } },
    };

    expect(first(document).attributes.value('name')).toMatchObject({ value: 'alarms' });
  });

  test('an attribute of a resource with many instances is unknown', () => {
    const topics = { t: { name: 'alarms', for_each: { a: 1 } } };

    expect(
      first({
        resource: { aws_sqs_queue: { q: { name: '${aws_sns_topic.t.name}' } }, aws_sns_topic: topics },
      }).attributes.value('name').kind,
    ).toBe('unknown');
  });

  test('variables are unknown, default or not', () => {
    expect(queue({ name: '${var.name}' }, { variable: { name: { default: 'x' } } }).attributes.value('name').kind).toBe(
      'unknown',
    );
  });

  test('a dynamic block is unknown', () => {
    const { attributes } = queue({ name: 'q', dynamic: { rule: { for_each: '${var.rules}', content: {} } } });

    expect(attributes.blocks('rule').kind).toBe('unknown');
  });

  test('meta-arguments are no attributes', () => {
    expect(queue({ name: 'q', lifecycle: { prevent_destroy: true }, depends_on: ['a.b'] }).attributes.names()).toEqual([
      'name',
    ]);
  });
});

describe('what only a plan knows', () => {
  test('literal keys make instances', () => {
    const { resources } = readSynth(
      { resource: { aws_sqs_queue: { q: { for_each: { 'a.b': 1 } }, c: { count: 2 }, n: { count: 0 } } } },
      's',
      'f',
    );

    expect(resources.map(({ address }) => address)).toEqual([
      'aws_sqs_queue.q["a.b"]',
      'aws_sqs_queue.c[0]',
      'aws_sqs_queue.c[1]',
    ]);
  });

  test('instances of an expression and resources of modules are told', () => {
    const { notJudged } = readSynth(
      { resource: { aws_sqs_queue: { q: { for_each: '${var.x}' } } }, module: { network: { source: './network' } } },
      's',
      'f',
    );

    expect(notJudged.map(({ subject }) => subject)).toEqual(['aws_sqs_queue.q', 'module.network']);
  });
});
