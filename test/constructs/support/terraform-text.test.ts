import { Token } from 'cdktf';
import { escapeTerraform } from '../../../constructs/support/terraform-text';

test.each([
  ['${stageVariables.x}', '$${stageVariables.x}'],
  ['arn:${aws:username}/${aws:userid}', 'arn:$${aws:username}/$${aws:userid}'],
  ['%{if x}', '%%{if x}'],
  ['$context.requestId', '$context.requestId'],
  ['100% of {all}', '100% of {all}'],
  ['', ''],
])('%s becomes %s', (text, expected) => {
  expect(escapeTerraform(text)).toBe(expected);
});

test('tokens of cdktf stay', () => {
  const token = Token.asString({ ref: 'x' });
  expect(escapeTerraform(`a-${token}-\${b}`)).toBe(`a-${token}-$\${b}`);
});
