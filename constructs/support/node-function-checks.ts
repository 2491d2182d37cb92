import { existsSync, statSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { Token } from 'cdktf';
import type { IConstruct } from 'constructs';
import { contentHash, type ExecutableFile, readFolder, type ZipEntries } from './asset-zip';
import { type MissingModule, missingModules } from './bundle-modules';
import { ConstructError } from './errors';
import { lateMember } from './late-value';
import type { NodeFunctionProps } from './node-function-props';
import { checkLocation } from './platform-checks';
import { findCredential, namesSecret } from './secret-guard';
import { warn } from './warnings';

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const RESERVED_VARIABLE =
  /^(_HANDLER|_X_AMZN_TRACE_ID|LAMBDA_TASK_ROOT|LAMBDA_RUNTIME_DIR|AWS_(DEFAULT_REGION|REGION|EXECUTION_ENV|LAMBDA_[A-Z_]+|ACCESS_KEY(_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN))$/;

/**
 * Checks the properties of a function.
 *
 * @throws {ConstructError} with the first fault
 */
export function validateFunction(scope: IConstruct, props: NodeFunctionProps): void {
  const { functionName } = props;
  if (!Token.isUnresolved(functionName) && !/^[A-Za-z0-9_-]{1,64}$/.test(functionName)) {
    throw new ConstructError(
      `functionName is ${JSON.stringify(functionName)} (${functionName.length} characters), allowed are 1 to 64 of A-Z a-z 0-9 - _`,
      scope,
    );
  }
  if (props.runtime !== undefined && !Token.isUnresolved(props.runtime) && !/^nodejs\d+\.x$/.test(props.runtime)) {
    throw new ConstructError(
      `runtime is ${JSON.stringify(props.runtime)}, allowed is a Node.js runtime such as "nodejs22.x"`,
      scope,
    );
  }
  checkInteger(scope, 'timeoutSeconds', props.timeoutSeconds, 1, 900);
  checkInteger(scope, 'memoryMb', props.memoryMb, 128, 10240);
  checkInteger(scope, 'reservedConcurrentExecutions', props.reservedConcurrentExecutions, 0, Number.MAX_SAFE_INTEGER);
  checkInteger(scope, 'asynchronous.maxRetryAttempts', props.asynchronous?.maxRetryAttempts, 0, 2);
  checkInteger(scope, 'asynchronous.maxEventAgeSeconds', props.asynchronous?.maxEventAgeSeconds, 60, 21600);
  checkLogRetention(scope, props.logRetentionDays);
  if (props.vpc !== undefined && (props.vpc.subnetIds.length === 0 || props.vpc.securityGroupIds.length === 0)) {
    throw new ConstructError(
      `vpc has ${props.vpc.subnetIds.length} subnets and ${props.vpc.securityGroupIds.length} security groups, allowed is at least one of each`,
      scope,
    );
  }
  const { account, region } = props;
  if (account !== undefined && region !== undefined) {
    checkLocation(scope, { account, region });
  } else if (account !== undefined || region !== undefined) {
    throw new ConstructError(
      `account is ${JSON.stringify(account)} and region is ${JSON.stringify(region)}, allowed are both or neither`,
      scope,
    );
  }
  checkEnvironment(scope, props.environment ?? {});
}

/**
 * Checks a log retention, in days, against what CloudWatch Logs offers.
 *
 * @throws {ConstructError} for any other number; unlimited retention (0) has to be asked for outside of the kit
 */
export function checkLogRetention(scope: IConstruct, days: number | undefined): void {
  if (days !== undefined && !Token.isUnresolved(days) && !RETENTION_DAYS.includes(days)) {
    throw new ConstructError(`logRetentionDays is ${days}, allowed are ${RETENTION_DAYS.join(', ')}`, scope);
  }
}

/**
 * Checks an integer property that may be left out or be a token.
 *
 * @throws {ConstructError} when it is no integer or out of range
 */
export function checkInteger(
  scope: IConstruct,
  name: string,
  value: number | undefined,
  least: number,
  most: number,
): void {
  if (value === undefined || Token.isUnresolved(value)) {
    return;
  }
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new ConstructError(`${name} is ${value}, allowed is an integer from ${least} to ${most}`, scope);
  }
}

/**
 * Reads the bundle and puts the extra files beside it.
 *
 * @throws {ConstructError} when the bundle is no folder, lacks the handler's module, or clashes with an extra file, or
 *   when an extra file holds a credential or a value that is not known at synthesis
 */
export function readPackage(
  scope: IConstruct,
  bundle: string,
  files: Readonly<Record<string, string>>,
  handler: string,
): Map<string, Uint8Array | ExecutableFile> {
  if (!isAbsolute(bundle) || !existsSync(bundle) || !statSync(bundle).isDirectory()) {
    throw new ConstructError(
      `bundle is ${JSON.stringify(bundle)}, allowed is the absolute path of an existing folder with bundled code`,
      scope,
    );
  }
  const entries = readFolder(bundle);
  const match = /^(.+)\.[A-Za-z_$][\w$]*$/.exec(handler);
  const module = match?.[1];
  if (module === undefined || !['.js', '.cjs', '.mjs'].some((extension) => entries.has(module + extension))) {
    throw new ConstructError(
      `handler is ${JSON.stringify(handler)}, allowed is "<file>.<export>" with <file>.js, .cjs or .mjs in the bundle`,
      scope,
    );
  }
  for (const [name, text] of Object.entries(files)) {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) {
      throw new ConstructError(`file name is ${JSON.stringify(name)}, allowed are A-Z a-z 0-9 . _ -`, scope);
    }
    if (entries.has(name)) {
      throw new ConstructError(`file ${JSON.stringify(name)} is in the bundle already, allowed is a new name`, scope);
    }
    const credential = findCredential(text);
    if (credential !== undefined) {
      throw new ConstructError(`file ${JSON.stringify(name)} holds ${credential}, allowed are plain settings`, scope);
    }
    const late = lateMember(text);
    if (late !== undefined) {
      throw new ConstructError(
        `${late === '' ? '' : `${late} in `}file ${JSON.stringify(name)} is known only when Terraform applies, allowed is a value that is known at synthesis: the file is packaged with the function`,
        scope,
      );
    }
    entries.set(name, new Uint8Array(Buffer.from(text, 'utf8')));
  }
  return entries;
}

/** What was found of a package, by its content: environments share packages. */
const modulesByContent = new Map<string, readonly MissingModule[]>();

/**
 * Checks that the modules that the code asks for are there when it is deployed: where it was written, an installed package around it
 * hides that it was not bundled.
 *
 * @throws {ConstructError} with every module that is missing; one that is asked for within `try` is a warning
 */
export function checkModules(
  scope: IConstruct,
  entries: ZipEntries,
  handler: string,
  provided: readonly string[] = [],
): void {
  const module = handler.slice(0, handler.lastIndexOf('.'));
  const entry = ['.js', '.cjs', '.mjs'].map((extension) => module + extension).find((name) => entries.has(name)) ?? '';
  const key = JSON.stringify([contentHash(entries).toString('hex'), entry, provided]);
  const missing = modulesByContent.get(key) ?? missingModules(entries, entry, provided);
  modulesByContent.set(key, missing);
  const told = (requests: readonly MissingModule[]): string =>
    [...new Set(requests.map(({ file, name }) => `${JSON.stringify(name)} (${file})`))].join(', ');
  const needed = missing.filter(({ optional }) => !optional);
  if (needed.length > 0) {
    throw new ConstructError(
      `the bundle asks for ${told(needed)}, which is neither in it nor part of Node.js or of the Lambda runtime, allowed is code that is bundled with its packages, or providedModules`,
      scope,
    );
  }
  const optional = missing.filter((request) => request.optional);
  if (optional.length > 0) {
    warn(scope, `the bundle tries to load ${told(optional)}, which is not there when it is deployed`);
  }
}

function checkEnvironment(scope: IConstruct, environment: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(environment)) {
    const variable = `environment variable ${JSON.stringify(name)}`;
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) {
      throw new ConstructError(
        `${variable} has a wrong name, allowed are letters, digits and _, beginning with a letter`,
        scope,
      );
    }
    if (RESERVED_VARIABLE.test(name)) {
      throw new ConstructError(`${variable} is set by AWS Lambda, allowed is any name that is not reserved`, scope);
    }
    if (namesSecret(name)) {
      throw new ConstructError(
        `${variable} is named like a secret, allowed are plain settings: pass the name or ARN of a secret, and read it at run time`,
        scope,
      );
    }
    const credential = findCredential(value);
    if (credential !== undefined) {
      throw new ConstructError(`${variable} holds ${credential}, allowed are plain settings`, scope);
    }
  }
}
