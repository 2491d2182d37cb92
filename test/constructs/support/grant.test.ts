import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import type { ITerraformDependable } from 'cdktf';
import { Grant } from '../../../constructs/support/grant';
import type { PolicyStatement } from '../../../constructs/support/iam';
import { NodeFunction } from '../../../constructs/support/node-function';
import { Template, testStack } from '../../support/template';
import { temporaryBundle } from '../../support/temporary-folder';

const bundle = temporaryBundle();
const READ: PolicyStatement = { sid: 'Read', actions: ['s3:GetObject'], resources: ['arn:aws:s3:::a/*'] };
const WRITE: PolicyStatement = { sid: 'Write', actions: ['s3:PutObject'], resources: ['arn:aws:s3:::a/*'] };

function functionOf(stack = testStack()): NodeFunction {
  return new NodeFunction(stack, 'Fn', { functionName: 'f', bundle });
}

/** A grantee whose policies are not part of this tree. */
function elsewhere() {
  const statements: PolicyStatement[] = [];
  const addToRolePolicy = (statement: PolicyStatement): ITerraformDependable | undefined => {
    statements.push(statement);
    return undefined;
  };
  return { statements, addToRolePolicy };
}

test('says what was granted to whom', () => {
  const grantee = elsewhere();
  const grant = Grant.addToRole(grantee, READ, WRITE);
  expect(grant.grantee).toBe(grantee);
  expect(grant.statements).toEqual([READ, WRITE]);
  expect(grantee.statements).toEqual([READ, WRITE]);
});

test('names each policy that holds a statement once', () => {
  const fn = functionOf();
  const { policies } = Grant.addToRole(fn, READ, WRITE);
  expect(policies).toEqual([fn.node.findChild('Policy')]);
});

test('has no policy where the grantee tells of none', () => {
  expect(Grant.addToRole(elsewhere(), READ).policies).toEqual([]);
});

test('a resource waits for the permission, and for what it waited for already', () => {
  const template = Template.of((stack) => {
    const first = new SsmParameter(stack, 'First', { name: 'first', type: 'String', value: 'x' });
    const second = new SsmParameter(stack, 'Second', {
      name: 'second',
      type: 'String',
      value: 'x',
      dependsOn: [first],
    });
    const grant = Grant.addToRole(functionOf(stack), READ);
    grant.applyBefore(second);
  });
  const [policy] = Object.keys(template.resources('aws_iam_role_policy'));
  expect(template.only('aws_ssm_parameter', { name: 'second' }).depends_on).toEqual([
    'aws_ssm_parameter.First',
    `aws_iam_role_policy.${policy}`,
  ]);
});

test('several grants are one', () => {
  const fn = functionOf();
  const references: PolicyStatement = { actions: ['sqs:SendMessage'], resources: [fn.functionArn] };
  const grant = Grant.addToRole(fn, READ).combine(Grant.addToRole(fn, WRITE), Grant.addToRole(fn, references));
  expect(grant.statements).toEqual([READ, WRITE, references]);
  expect(grant.policies).toHaveLength(2);
});
