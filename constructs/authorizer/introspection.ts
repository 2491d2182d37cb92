import type { IConstruct } from 'constructs';
import { type IntrospectionConfig, tokenPattern } from '../../lambdas/authorizer/config';
import { type Location, literalArn } from '../support/arn';
import { ConstructError } from '../support/errors';
import type { IGrantee } from '../support/grant';
import { kmsViaService } from '../support/iam';
import { checkInteger } from '../support/node-function-checks';

/** Token introspection (RFC 7662) at an issuer's authorization server. */
export interface IntrospectionOptions {
  /** HTTPS address of the introspection endpoint. */
  readonly endpoint: string;
  /** Client id of the authorizer at the server. */
  readonly clientId: string;
  /**
   * Name of the Secrets Manager secret, of the same account and region, whose value is the client secret: as text, or as
   * the document of the kit's rotation. The value itself is put by an operator or a rotation, never by the configuration.
   */
  readonly clientSecretName: string;
  /** ARN of the KMS key that encrypts the secret. @default - the AWS managed key of Secrets Manager */
  readonly clientSecretKeyArn?: string;
  /** How client id and secret are sent (RFC 6749, 2.3.1). @default "client_secret_basic" */
  readonly clientAuthentication?: 'client_secret_basic' | 'client_secret_post';
  /**
   * Form of the server's opaque tokens; a token of another form is never sent to it. Characters and classes, each with `{n}` or,
   * once, `{n,m}`: `oat_[A-Za-z0-9]{20,64}`, `[\w-]{43}`.
   * @default - the server issues no opaque tokens
   */
  readonly tokenPattern?: string;
  /**
   * Whether JWTs that name the issuer are introspected, in place of their verification with its keys.
   * @default - true without `tokenPattern`, else false
   */
  readonly jwts?: boolean;
  /** Whether answers must be signed (RFC 9701) with one of the issuer's keys. @default false */
  readonly signedAnswers?: boolean;
  /**
   * How long an answer is remembered, in seconds, 0 to 60, and never beyond the token's `exp`: so long a token that the server
   * revokes is accepted, besides what the gateway keeps. An API with `revocation` "strict" asks each time.
   * @default 30
   */
  readonly cacheSeconds?: number;
  /** Time until the whole answer is there, in milliseconds, 100 to 5000. @default 1500 */
  readonly timeoutMs?: number;
}

/** Adds the defaults. What is for the role alone is left out. */
export function completeIntrospection(options: IntrospectionOptions): IntrospectionConfig {
  const { clientSecretKeyArn: _, ...introspection } = options;
  return {
    clientAuthentication: 'client_secret_basic',
    jwts: options.tokenPattern === undefined,
    signedAnswers: false,
    cacheSeconds: 30,
    timeoutMs: 1500,
    ...introspection,
  };
}

/**
 * Checks the introspection of an issuer.
 *
 * @param hasKeys whether the issuer has a key set
 * @throws {ConstructError} with the first fault
 */
export function validateIntrospection(
  scope: IConstruct,
  options: IntrospectionOptions,
  hasKeys: boolean,
  path: string,
): void {
  const { endpoint, clientId, clientSecretName, clientAuthentication = 'client_secret_basic' } = options;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '' || url.hash !== '') {
    // The address is not quoted: it may hold a password.
    throw new ConstructError(`${path}.endpoint is not a plain https address, allowed is "https://host/path"`, scope);
  }
  if (clientId === '') {
    throw new ConstructError(`${path}.clientId is "", allowed is the client id at the server`, scope);
  }
  if (!/^[\w/+=.@-]{1,512}$/.test(clientSecretName)) {
    // Not quoted: it may be the secret itself, by a slip.
    throw new ConstructError(
      `${path}.clientSecretName is not the name of a secret, allowed are 1 to 512 letters, digits or /_+=.@-`,
      scope,
    );
  }
  if (!['client_secret_basic', 'client_secret_post'].includes(clientAuthentication)) {
    throw new ConstructError(
      `${path}.clientAuthentication is ${JSON.stringify(clientAuthentication)}, allowed are "client_secret_basic" and "client_secret_post"`,
      scope,
    );
  }
  validateForms(scope, options, path);
  if (options.signedAnswers === true && !hasKeys) {
    throw new ConstructError(
      `${path}.signedAnswers is true, allowed is false without the issuer's jwks or jwksUri`,
      scope,
    );
  }
  checkInteger(scope, `${path}.cacheSeconds`, options.cacheSeconds, 0, 60);
  checkInteger(scope, `${path}.timeoutMs`, options.timeoutMs, 100, 5000);
}

function validateForms(scope: IConstruct, { tokenPattern: pattern, jwts }: IntrospectionOptions, path: string): void {
  if (pattern === undefined) {
    if (jwts === false) {
      throw new ConstructError(
        `${path} has no tokenPattern and jwts is false, allowed is a tokenPattern, or jwts true`,
        scope,
      );
    }
    return;
  }
  try {
    tokenPattern(pattern);
  } catch (error) {
    throw new ConstructError(`${path}.tokenPattern: ${(error as Error).message}`, scope);
  }
}

/** Lets a function read the client secrets, each by its name, and nothing else of Secrets Manager. */
export function grantClientSecrets(
  grantee: IGrantee,
  location: Location,
  introspections: readonly IntrospectionOptions[],
): void {
  const names = [...new Set(introspections.map(({ clientSecretName }) => clientSecretName))];
  if (names.length > 0) {
    grantee.addToRolePolicy({
      sid: 'ReadClientSecrets',
      actions: ['secretsmanager:GetSecretValue'],
      // Secrets Manager ends an ARN with a hyphen and six characters of its own choice.
      resources: names.map((name) => literalArn(location, 'secretsmanager', `secret:${name}-??????`)),
    });
  }
  const keys = [...new Set(introspections.flatMap(({ clientSecretKeyArn }) => clientSecretKeyArn ?? []))];
  if (keys.length > 0) {
    grantee.addToRolePolicy({
      sid: 'DecryptClientSecrets',
      actions: ['kms:Decrypt'],
      resources: keys,
      conditions: kmsViaService(location.region, 'secretsmanager'),
    });
  }
}
