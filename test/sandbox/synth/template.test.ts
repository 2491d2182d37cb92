import { parseReference, parseTemplate } from '../../../sandbox/synth/template';

describe('Terraform strings', () => {
  test.each([
    ['plain', [{ text: 'plain' }]],
    ['', [{ text: '' }]],
    ['${a.b.c}', [{ expression: 'a.b.c' }]],
    ['x/${ a.b.c }/*', [{ text: 'x/' }, { expression: 'a.b.c' }, { text: '/*' }]],
    ['$${stageVariables.x}', [{ text: '${stageVariables.x}' }]],
    ['$$${a.b.c}', [{ text: '$${a.b.c}' }]],
    ['%%{if}', [{ text: '%{if}' }]],
    ['$context.status 100%', [{ text: '$context.status 100%' }]],
    ['${f("}")}', [{ expression: 'f("}")' }]],
    ['${f({a = "\\"}"})}!', [{ expression: 'f({a = "\\"}"})' }, { text: '!' }]],
  ])('%j', (source, parts) => {
    expect(parseTemplate(source)).toEqual(parts);
  });

  test('an interpolation without its end and a directive are errors', () => {
    expect(() => parseTemplate('${a.b')).toThrow(/has no end/);
    expect(() => parseTemplate('%{ if x }')).toThrow(/directive/);
  });

  test.each([
    ['aws_x.y.arn', ['aws_x', 'y', ['arn']]],
    ['aws_x.y-1.a[0].b', ['aws_x', 'y-1', ['a', 0, 'b']]],
    ['aws_x.y.a.0', ['aws_x', 'y', ['a', 0]]],
    ['aws_x.y.m["k.z"]', ['aws_x', 'y', ['m', 'k.z']]],
  ])('the reference %s', (expression, [type, name, path]) => {
    expect(parseReference(expression)).toEqual({ type, name, path });
  });

  test.each(['sha1("x")', 'a', '"x"', 'a.b.c + 1', 'a.b[*].c', 'each.value'])(
    '%s is no reference to an attribute',
    (expression) => {
      const reference = parseReference(expression);
      expect(reference === undefined || reference.path.length === 0).toBe(true);
    },
  );
});
