import { isObject, type Json, type JsonObject, objectOf } from '../../../audit/json';
import { secretPolicy } from '../../../constructs/rotation/secret-policy';
import { planOf, reportOf } from '../support';

const SECRET = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:pepper';
const ROTATOR = 'arn:aws:iam::123456789012:role/rotator';
const OTHER = 'arn:aws:iam::123456789012:role/other';

/** A plan that changes the policy of a secret that is there; `null` takes it away. */
function planned(before: string, after: string | null, secretStays = true): JsonObject {
  const plan = planOf([]);
  const change = (type: string, from: JsonObject, to: JsonObject | null): JsonObject => ({
    address: `${type}.s`,
    mode: 'managed',
    type,
    name: 's',
    change: { actions: to === null ? ['delete'] : ['update'], before: from, after: to, after_unknown: {} },
  });
  const secret = { id: SECRET, arn: SECRET, name: 'pepper' };
  const policyOf = (policy: string) => ({ id: SECRET, secret_arn: SECRET, policy });
  plan.resource_changes = [
    change('aws_secretsmanager_secret', secret, secretStays ? { ...secret, description: 'x' } : null),
    change('aws_secretsmanager_secret_policy', policyOf(before), after === null ? null : policyOf(after)),
  ];
  return plan;
}

function answers(before: string, after: string | null, secretStays = true) {
  return reportOf(planned(before, after, secretStays))
    .findings.filter(({ rule }) => rule === 'IAM-003')
    .map(({ verdict, message }) => `${verdict}: ${message}`);
}

/** The kit's policy of a rotated secret, changed statement by statement. */
function changed(change: (statement: JsonObject) => JsonObject | undefined): string {
  const document = objectOf(JSON.parse(secretPolicy([ROTATOR])) as Json);
  const statements = document.Statement;
  return JSON.stringify({
    ...document,
    Statement: (Array.isArray(statements) ? statements : []).flatMap((item) =>
      isObject(item) ? (change(item) ?? []) : [],
    ),
  });
}

describe("the policy of the kit's own secrets", () => {
  const before = secretPolicy([ROTATOR]);

  test('stays as it is', () => {
    expect(answers(before, before)).toEqual(['pass: it allows no more than before, and denies no less']);
  });

  test('loses a denial', () => {
    expect(
      answers(
        before,
        changed((item) => (item.Sid === 'OnlyRotationWrites' ? undefined : item)),
      ),
    ).toEqual(['fail: it no longer denies "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"']);
  });

  test('leaves one more role out of its denials', () => {
    expect(answers(before, secretPolicy([ROTATOR, OTHER]))).toEqual([
      expect.stringMatching(/^fail: it denies less of "secretsmanager:GetSecretValue"/),
    ]);
  });

  test('denies under one more condition', () => {
    const narrowed = changed((item) => ({
      ...item,
      Condition: { ...objectOf(item.Condition), StringEquals: { 'aws:PrincipalOrgID': 'o-1' } },
    }));
    expect(answers(before, narrowed)).toEqual([expect.stringMatching(/^fail: it denies less of/)]);
  });

  test('denies without a condition: no more is allowed', () => {
    expect(
      answers(
        before,
        changed(({ Condition, ...item }) => item),
      ),
    ).toEqual([expect.stringMatching(/^pass:/)]);
  });

  test('denies one action less of several', () => {
    const fewer = changed((item) =>
      item.Sid === 'OnlyRotationWrites' ? { ...item, Action: 'secretsmanager:PutSecretValue' } : item,
    );
    expect(answers(before, fewer)).toEqual(['fail: it no longer denies "secretsmanager:UpdateSecretVersionStage"']);
  });

  test('is taken away from a secret that stays', () => {
    expect(answers(before, null)).toEqual([expect.stringMatching(/^fail: it is taken away, and no longer denies/)]);
  });

  test('goes together with its secret', () => {
    expect(answers(before, null, false)).toEqual([]);
  });
});

describe('a policy that allows', () => {
  const text = (...Statement: JsonObject[]) => JSON.stringify({ Statement });
  const read: JsonObject = {
    Effect: 'Allow',
    Principal: { AWS: ROTATOR },
    Action: 'secretsmanager:GetSecretValue',
    Resource: '*',
  };
  const bound = { ...read, Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } };

  test('a condition that is removed is more than before', () => {
    expect(answers(text(bound), text(read))).toEqual([
      'fail: it allows "secretsmanager:GetSecretValue" more widely than before',
    ]);
  });

  test('a condition and a denial that are removed together are not "no more than before"', () => {
    const denied = { ...read, Effect: 'Deny', Principal: '*', Action: 'secretsmanager:DeleteSecret' };
    expect(answers(text(bound, denied), text(read))).toEqual([expect.stringMatching(/^fail:/)]);
  });

  test('a case in a resource is another resource', () => {
    const on = (Resource: string) => text({ ...read, Resource });
    expect(answers(on('arn:aws:s3:::Own/*'), on('arn:aws:s3:::own/*'))).toEqual([expect.stringMatching(/^fail:/)]);
  });

  test('all but a few actions, under a condition that IAM does not have, are more than before', () => {
    const { Action, ...rest } = read;
    const odd = { ...rest, NotAction: 'iam:*', Condition: { Odd: { k: 'v' } } };
    expect(answers(text(read), text(read, odd))).toEqual([expect.stringMatching(/^(fail|unknown):/)]);
  });

  test('a narrower address range is no more, a wider one is, and one of IPv6 is unknown', () => {
    const from = (range: string) => text({ ...read, Condition: { IpAddress: { 'aws:SourceIp': range } } });
    expect(answers(from('10.0.0.0/16'), from('10.0.0.0/24'))).toEqual([expect.stringMatching(/^pass:/)]);
    expect(answers(from('10.0.0.0/24'), from('10.0.0.0/16'))).toEqual([expect.stringMatching(/^fail:/)]);
    expect(answers(from('2001:db8::/32'), from('2001:db8::/48'))).toEqual([expect.stringMatching(/^unknown:/)]);
  });
});

describe('a policy that is new for a role that is there', () => {
  function answersFor(actions: string): string[] {
    const role = { id: 'r', name: 'r', assume_role_policy: '{}' };
    const plan = planOf([
      {
        type: 'aws_iam_role_policy',
        name: 'p',
        after: { role: 'r' },
        unknown: { policy: true },
        expressions: {
          policy: {
            constant_value: JSON.stringify({
              Statement: [{ Effect: 'Allow', Action: actions, Resource: '${aws_s3_bucket.b.arn}' }],
            }),
            references: ['aws_s3_bucket.b.arn', 'aws_s3_bucket.b'],
          },
        },
      },
    ]);
    const change = { actions: ['update'], before: role, after: { ...role, description: 'x' }, after_unknown: {} };
    const entry = { address: 'aws_iam_role.r', mode: 'managed', type: 'aws_iam_role', name: 'r', change };
    plan.resource_changes = [entry, ...(plan.resource_changes as JsonObject[])];
    return reportOf(plan)
      .findings.filter(({ rule, address }) => rule === 'IAM-003' && address === 'aws_iam_role_policy.p')
      .map(({ verdict }) => verdict);
  }

  test('fails even where the resource is known only after apply: nothing was allowed', () => {
    expect(answersFor('s3:PutObject')).toEqual(['fail']);
  });

  test('passes where it gives no access to data, credentials or rights', () => {
    expect(answersFor('cloudwatch:PutMetricData')).toEqual(['pass']);
  });
});
