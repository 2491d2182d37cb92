import { expressionReferences, splitTemplate, templateReferences } from '../../../audit/reader/template';

describe('templates', () => {
  test('text and expressions are told apart', () => {
    expect(splitTemplate('a ${aws_a.b.id} c')).toEqual([
      { literal: 'a ' },
      { expression: 'aws_a.b.id' },
      { literal: ' c' },
    ]);
  });

  test('braces and quotes within an expression do not end it', () => {
    expect(splitTemplate('${jsonencode({ a = "}${aws_a.b.id}" })}-x')).toEqual([
      { expression: 'jsonencode({ a = "}${aws_a.b.id}" })' },
      { literal: '-x' },
    ]);
  });

  test('escaped markers are text', () => {
    expect(splitTemplate('$${aws:username} %%{if}')).toEqual([{ literal: '${aws:username} %{if}' }]);
  });

  test.each(['%{ if true }x%{ endif }', '${aws_a.b.id', '${"}'])('%j is not split', (text) => {
    expect(splitTemplate(text)).toBeUndefined();
  });

  test('references are found in calls and nested strings, not in plain strings', () => {
    expect(expressionReferences('format("%s-aws_no.t.id-${aws_yes.t.id}", data.aws_b.c["k.l"].arn)')).toEqual([
      'aws_yes.t.id',
      'data.aws_b.c["k.l"].arn',
    ]);
  });

  test('references of all strings of a value are collected', () => {
    expect(templateReferences({ a: ['${local.x}'], b: { c: 'x${var.y}' }, d: 1 })).toEqual(['local.x', 'var.y']);
  });
});
