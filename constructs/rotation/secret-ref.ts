import { Token } from 'cdktf';
import { type Location, literalArn } from '../support/arn';
import { Grant, type IGrantee } from '../support/grant';
import { kmsViaService, type PolicyStatement } from '../support/iam';

/** A secret that exists already, made by another construct. */
export interface ISecret {
  readonly secretName: string;
  /** The whole ARN, with the six characters that AWS puts at its end. */
  readonly secretArn: string;
}

/** Where a secret of a deterministic name lives. */
export interface SecretAttributes extends Location {
  readonly secretName: string;
  /** ARN of the KMS key that encrypts the secret. @default - the key of AWS, for which no permission is needed */
  readonly keyArn?: string;
}

/** Who reads a secret, and by what. */
export interface SecretReading extends Pick<Location, 'region'> {
  /** ARN, or a pattern of it where the six characters at its end are not known. */
  readonly secretArn: string;
  readonly keyArn?: string;
  /** Last part of the ids of the statements. */
  readonly sid: string;
}

/** A secret of another stack, by its name or ARN, for functions that read it. */
export class SecretRef {
  readonly secretName: string;
  /** ARN for policies: where only the name is known, `??????` stands for the six characters that AWS puts at its end. */
  readonly secretArnPattern: string;
  private readonly attributes: SecretAttributes;

  constructor(attributes: SecretAttributes, secretArn?: string) {
    this.attributes = attributes;
    this.secretName = attributes.secretName;
    this.secretArnPattern =
      secretArn ?? literalArn(attributes, 'secretsmanager', `secret:${attributes.secretName}-??????`);
  }

  /** Lets a function read the current value, and only that one. */
  grantRead(grantee: IGrantee): Grant {
    const sid = this.secretName.replace(/[^A-Za-z0-9]/g, '');
    return Grant.addToRole(grantee, ...readStatements({ ...this.attributes, secretArn: this.secretArnPattern, sid }));
  }
}

/**
 * Takes the whole ARN of a secret apart.
 *
 * @throws {Error} for what is no whole ARN of a secret, or is not known at synth
 */
export function parseSecretArn(secretArn: string): SecretAttributes {
  const parts = /^arn:aws[a-z-]*:secretsmanager:([a-z0-9-]+):(\d{12}):secret:(.+)-[A-Za-z0-9]{6}$/.exec(secretArn);
  const [, region, account, secretName] = parts ?? [];
  if (Token.isUnresolved(secretArn) || region === undefined || account === undefined || secretName === undefined) {
    throw new Error(
      `secretArn is ${JSON.stringify(secretArn)}, allowed is the whole ARN of a secret that is known at synth, with the six characters at its end`,
    );
  }
  return { region, account, secretName };
}

/** What a reader needs: the current value, asked for by its label, and the key that encrypts it. */
export function readStatements({ secretArn, keyArn, region, sid }: SecretReading): PolicyStatement[] {
  const read: PolicyStatement = {
    sid: `Read${sid}`,
    actions: ['secretsmanager:GetSecretValue'],
    resources: [secretArn],
    conditions: { StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
  };
  if (keyArn === undefined) {
    return [read];
  }
  const decrypt: PolicyStatement = {
    sid: `Decrypt${sid}`,
    actions: ['kms:Decrypt'],
    resources: [keyArn],
    conditions: {
      ...kmsViaService(region, 'secretsmanager'),
      StringLike: { 'kms:EncryptionContext:SecretARN': secretArn },
    },
  };
  return [read, decrypt];
}
