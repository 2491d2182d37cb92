import { objectOf } from '../../../audit/json';
import { parseKnownJson, parseTemplateJson } from '../../../audit/model/symbolic-json';

function read(template: string): unknown {
  const json = parseTemplateJson(template);
  const value = objectOf(json?.document).a;
  return typeof value === 'string' ? json?.text(value) : value;
}

describe('templates of JSON documents', () => {
  test('an attribute of a resource is a placeholder that holds no wildcard', () => {
    expect(read('{"a":"${aws_sqs_queue.q.arn}/*"}')).toEqual({
      text: '${aws_sqs_queue.q.arn}/*',
      symbolic: 'attribute',
    });
  });

  test.each([
    'var.x',
    'local.x',
    'data.aws_x.y.z',
    'module.m.x',
    'each.value',
    'upper(aws_a.b.c)',
    'aws_a.b.c == "" ? "*" : "x"',
  ])('${%s} may be anything', (expression) => {
    expect(read(`{"a":"${'${'}${expression}}"}`)).toMatchObject({ symbolic: 'anything' });
  });

  test('an expression in the place of a value is a placeholder too', () => {
    expect(read('{"a":${aws_sqs_queue.q.arn}}')).toMatchObject({ symbolic: 'attribute' });
  });

  test('quotes within an expression do not end the string', () => {
    expect(read('{"a":"${join(",", ["x"])}"}')).toMatchObject({ symbolic: 'anything' });
  });

  test('an escaped variable of IAM is plain text', () => {
    expect(read('{"a":"home/$${aws:username}"}')).toEqual({ text: 'home/${aws:username}', symbolic: 'no' });
  });

  test.each(['${jsonencode({})}', 'no JSON', '{"a":"%{ if x }b%{ endif }"}', '{"a":"${aws_a.b"}'])(
    '%j is not read',
    (template) => {
      expect(parseTemplateJson(template)).toBeUndefined();
    },
  );
});

test('a known document is final, whatever it looks like', () => {
  expect(parseKnownJson('{"a":"${aws:username}"}')?.text('${aws:username}')).toEqual({
    text: '${aws:username}',
    symbolic: 'no',
  });
});
