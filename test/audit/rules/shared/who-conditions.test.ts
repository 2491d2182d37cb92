import type { PolicyCondition, PolicyText } from '../../../../audit/model/types';
import { restrictsWho, restrictsWhoseToken } from '../../../../audit/rules/shared/who-conditions';

const text = (value: string, symbolic: PolicyText['symbolic'] = 'no'): PolicyText => ({ text: value, symbolic });
const condition = (operator: string, key: string, ...values: string[]): PolicyCondition => ({
  operator,
  key: text(key),
  values: values.map((value) => text(value)),
});

describe('who may use what is for everybody', () => {
  test.each([
    ['StringEquals', 'aws:PrincipalOrgID', 'o-abc123'],
    ['StringLike', 'aws:PrincipalOrgPaths', 'o-abc123/r-1/*'],
    ['StringEquals', 'aws:SourceAccount', '123456789012'],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:sns:*:123456789012:*'],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:s3:::uploads*'],
    ['StringLike', 'aws:PrincipalArn', 'arn:aws:iam::123456789012:role/shop-*'],
    ['IpAddress', 'aws:SourceIp', '198.51.100.0/24'],
    ['StringEquals', 'aws:SourceVpce', 'vpce-1'],
    ['Bool', 'aws:PrincipalIsAWSService', 'true'],
    ['stringequals', 'AWS:principalorgid', 'o-abc123'],
  ])('is said by %s %s %s', (operator, key, value) => {
    expect(restrictsWho([condition(operator, key, value)])).toBe('yes');
  });

  test.each([
    ['StringLike', 'aws:PrincipalOrgID', '*'],
    ['StringLike', 'aws:PrincipalOrgID', 'o-*'],
    ['StringLike', 'aws:PrincipalOrgPaths', 'o-*/*'],
    ['StringLike', 'aws:PrincipalAccount', '1*'],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:sns:*:*:*'],
    ['ArnLike', 'aws:SourceArn', 'arn:aws:sns:*'],
    ['StringLike', 'aws:PrincipalArn', '*'],
    ['StringLike', 'aws:PrincipalArn', 'arn:aws:iam::*:role/admin'],
    ['IpAddress', 'aws:SourceIp', '0.0.0.0/0'],
    ['IpAddress', 'aws:SourceIp', '0.0.0.0/1'],
    ['IpAddress', 'aws:SourceIp', '10.0.0.0/0'],
    ['IpAddress', 'aws:SourceIp', '::/0'],
    ['IpAddress', 'aws:SourceIp', '0:0:0:0:0:0:0:0/0'],
    ['Bool', 'aws:SecureTransport', 'true'],
    ['Bool', 'aws:PrincipalIsAWSService', 'false'],
    ['StringEquals', 'aws:username', 'admin'],
    ['StringNotEquals', 'aws:PrincipalOrgID', 'o-abc123'],
    ['StringEqualsIfExists', 'aws:PrincipalOrgID', 'o-abc123'],
    ['ForAllValues:StringEquals', 'aws:PrincipalOrgPaths', 'o-abc123/'],
    ['Null', 'aws:PrincipalOrgID', 'false'],
  ])('is not said by %s %s %s', (operator, key, value) => {
    expect(restrictsWho([condition(operator, key, value)])).toBe('no');
  });

  test('one value that everybody has opens the list, and one condition that says who closes it', () => {
    const open = condition('IpAddress', 'aws:SourceIp', '198.51.100.0/24', '0.0.0.0/0');
    expect(restrictsWho([open])).toBe('no');
    expect(restrictsWho([open, condition('StringEquals', 'aws:SourceAccount', '123456789012')])).toBe('yes');
    expect(restrictsWho([])).toBe('no');
  });

  test('what is an attribute of a resource is one thing; a key that is not known may say anything', () => {
    const arn = {
      operator: 'ArnEquals',
      key: text('aws:SourceArn'),
      values: [text('${aws_sns_topic.t.arn}', 'attribute')],
    };
    const open = { operator: 'StringEquals', key: text('${var.key}', 'anything'), values: [text('x')] };
    expect([restrictsWho([arn]), restrictsWho([open])]).toEqual(['yes', 'unknown']);
  });
});

describe('whose token of an identity provider', () => {
  const github = 'token.actions.githubusercontent.com';

  test.each([
    ['StringEquals', `${github}:sub`, 'repo:acme/shop:ref:refs/heads/main'],
    ['StringLike', `${github}:sub`, 'repo:acme/shop:*'],
    ['StringLike', `${github}:sub`, 'repo:acme/*'],
    ['StringEquals', `${github}:repository_owner_id`, '1234'],
    ['StringLike', 'gitlab.com:sub', 'project_path:acme/shop:*'],
    ['StringEquals', 'cognito-identity.amazonaws.com:aud', 'eu-west-1:pool'],
  ])('is said by %s %s %s', (operator, key, value) => {
    expect(restrictsWhoseToken([condition(operator, key, value)])).toBe('yes');
  });

  test.each([
    ['StringEquals', `${github}:aud`, 'sts.amazonaws.com'],
    ['StringLike', `${github}:sub`, '*'],
    ['StringLike', `${github}:sub`, 'repo:*'],
    ['StringLike', `${github}:sub`, 'repo:*/*:*'],
    ['StringLike', `${github}:sub`, 'repo:*/app:*'],
    ['StringLike', `${github}:sub`, 'repo:a*'],
    ['StringLike', `${github}:sub`, '*:environment:prod'],
    ['StringLike', `${github}:repository`, '*/*'],
    ['StringLike', `${github}:job_workflow_ref`, '*/deploy.yml@main'],
    ['StringEquals', `${github}:environment`, 'prod'],
    ['StringLike', 'gitlab.com:sub', 'project_path:*/*:ref_type:branch'],
    ['StringLike', 'app.terraform.io:sub', 'organization:*:workspace:prod'],
  ])('is not said by %s %s %s', (operator, key, value) => {
    expect(restrictsWhoseToken([condition(operator, key, value)])).toBe('no');
  });
});
