import { isWideResource, matchesAction } from '../../../../audit/rules/shared/statements';

test.each([
  ['*', true],
  ['arn:aws:dynamodb:*', true],
  ['arn:aws:dynamodb:eu-west-1:123456789012:table/*', true],
  ['arn:aws:dynamodb:eu-west-1:123456789012:table/tokens', false],
  ['arn:aws:dynamodb:eu-west-1:123456789012:table/tokens/index/*', false],
  ['arn:aws:secretsmanager:eu-west-1:123456789012:secret:*', true],
  ['arn:aws:secretsmanager:eu-west-1:123456789012:secret:homepage-*', false],
  ['arn:aws:s3:::*', true],
  ['arn:aws:s3:::*/*', true],
  ['arn:aws:s3:::logs/*', false],
  ['arn:aws:execute-api:eu-west-1:123456789012:*/dev/GET/x', true],
  ['arn:aws:execute-api:*:*:a1b2c3/*', false],
  ['arn:aws:kms:eu-west-1:123456789012:key/*', true],
  ['arn:aws:lambda:eu-west-1:123456789012:function:own', false],
  ['tokens', false],
])('%s names nothing: %s', (resource, expected) => {
  expect(isWideResource(resource)).toBe(expected);
});

test.each([
  ['dynamodb:GetItem', 'dynamodb:getitem', true],
  ['dynamodb:Get*', 'dynamodb:GetItem', true],
  ['dynamodb:?etItem', 'dynamodb:GetItem', true],
  ['dynamodb:Get*', 'dynamodb:PutItem', false],
  ['s3:Get.bject', 's3:GetObject', false],
])('pattern %s, action %s: %s', (pattern, action, expected) => {
  expect(matchesAction(pattern, action)).toBe(expected);
});
