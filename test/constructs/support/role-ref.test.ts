import { Token } from 'cdktf';
import { RoleRef } from '../../../constructs/support/role-ref';
import { Template, testStack } from '../../support/template';

const READ = { sid: 'Read', actions: ['s3:GetObject'], resources: ['arn:aws:s3:::a/*'] };

function statementsOf(template: Template): unknown[] {
  return JSON.parse(String(template.only('aws_iam_role_policy').policy)).Statement;
}

test('puts what is granted into an inline policy of the role', () => {
  const template = Template.of((stack) => {
    RoleRef.fromRoleName(stack, 'Portal', 'acme-portal').addToRolePolicy(READ);
  });
  template.only('aws_iam_role_policy', { name: 'gatehouse-Portal', role: 'acme-portal' });
  expect(statementsOf(template)).toEqual([
    { Sid: 'Read', Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/*' },
  ]);
});

test('makes nothing until something is granted', () => {
  expect(Template.of((stack) => void RoleRef.fromRoleName(stack, 'Portal', 'acme-portal')).counts()).toEqual({});
});

test('what is granted twice is said once', () => {
  const template = Template.of((stack) => {
    const role = RoleRef.fromRoleName(stack, 'Portal', 'acme-portal');
    role.addToRolePolicy(READ);
    role.addToRolePolicy({ ...READ });
  });
  expect(statementsOf(template)).toHaveLength(1);
});

test('two statements of one id get ids of their own, which IAM asks for', () => {
  const template = Template.of((stack) => {
    const role = RoleRef.fromRoleName(stack, 'Portal', 'acme-portal');
    for (const bucket of ['a', 'b', 'c']) {
      role.addToRolePolicy({ ...READ, resources: [`arn:aws:s3:::${bucket}/*`] });
    }
  });
  expect(statementsOf(template)).toMatchObject([{ Sid: 'Read' }, { Sid: 'Read2' }, { Sid: 'Read3' }]);
});

test.each(['', 'with space', 'path/role', 'x'.repeat(65)])('%j is no name of a role', (name) => {
  expect(() => RoleRef.fromRoleName(testStack(), 'Portal', name)).toThrow(
    `test/Portal: roleName is ${JSON.stringify(name)}, allowed are 1 to 64`,
  );
});

test('a name that Terraform will know is not checked', () => {
  expect(() => RoleRef.fromRoleName(testStack(), 'Portal', Token.asString({ ref: 'x' }))).not.toThrow();
});
