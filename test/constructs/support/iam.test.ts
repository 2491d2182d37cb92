import { assumeRolePolicy, kmsViaService, policyDocument } from '../../../constructs/support/iam';

test('renders actions, resources and conditions', () => {
  const text = policyDocument([
    {
      sid: 'One',
      actions: ['kms:Decrypt'],
      resources: ['arn:a', 'arn:b'],
      conditions: kmsViaService('eu-west-1', 'dynamodb', 'secretsmanager'),
    },
  ]);
  expect(JSON.parse(text)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'One',
        Effect: 'Allow',
        Action: 'kms:Decrypt',
        Resource: ['arn:a', 'arn:b'],
        Condition: {
          StringEquals: {
            'kms:ViaService': ['dynamodb.eu-west-1.amazonaws.com', 'secretsmanager.eu-west-1.amazonaws.com'],
          },
        },
      },
    ],
  });
});

test('a denial may cover every action', () => {
  expect(policyDocument([{ effect: 'Deny', actions: ['*'], resources: ['*'] }])).toContain('"Effect":"Deny"');
});

test('policy variables are escaped for Terraform', () => {
  expect(policyDocument([{ actions: ['s3:x'], resources: ['arn:${aws:username}'] }])).toContain(
    '"arn:$${aws:username}"',
  );
});

test('a role is assumed by the named service', () => {
  expect(JSON.parse(assumeRolePolicy('x.amazonaws.com')).Statement[0].Principal).toEqual({
    Service: 'x.amazonaws.com',
  });
});
