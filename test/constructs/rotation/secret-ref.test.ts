import { Token } from 'cdktf';
import { RotatingSecret } from '../../../constructs/rotation';
import type { IGrantee } from '../../../constructs/support';

const attributes = { account: '123456789012', region: 'eu-central-1', secretName: 'acme-prod/crm/token' };
const GRANTEE: IGrantee = { addToRolePolicy: () => undefined };
const ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:acme-prod/crm/token-AbC123';

describe('a secret by its name', () => {
  test('may be read by a pattern of its ARN: the six characters at the end are not known', () => {
    const { statements } = RotatingSecret.fromSecretName(attributes).grantRead(GRANTEE);
    expect(statements).toEqual([
      {
        sid: 'Readacmeprodcrmtoken',
        actions: ['secretsmanager:GetSecretValue'],
        resources: ['arn:aws:secretsmanager:eu-central-1:123456789012:secret:acme-prod/crm/token-??????'],
        conditions: { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
      },
    ]);
  });

  test('that a key of the account encrypts is decrypted for this secret and by Secrets Manager only', () => {
    const { statements } = RotatingSecret.fromSecretName({ ...attributes, keyArn: 'arn:k' }).grantRead(GRANTEE);
    expect(statements[1]).toMatchObject({
      actions: ['kms:Decrypt'],
      resources: ['arn:k'],
      conditions: {
        StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' },
        StringLike: { 'kms:EncryptionContext:SecretARN': expect.stringMatching(/token-\?{6}$/) },
      },
    });
  });
});

describe('a secret by its ARN', () => {
  test('knows its name', () => {
    expect(RotatingSecret.fromSecretArn(ARN).secretName).toBe('acme-prod/crm/token');
  });

  test('may be read by the ARN, and its key be used', () => {
    const { statements } = RotatingSecret.fromSecretArn(ARN, 'arn:k').grantRead(GRANTEE);
    expect(statements.map(({ resources }) => resources)).toEqual([[ARN], ['arn:k']]);
  });

  test.each([
    ARN.slice(0, -7),
    'acme-prod/crm/token',
    ARN.replace('secretsmanager', 'ssm'),
    Token.asString({ ref: 'x' }),
  ])('%j is refused', (arn) => {
    expect(() => RotatingSecret.fromSecretArn(arn)).toThrow('allowed is the whole ARN of a secret');
  });
});
