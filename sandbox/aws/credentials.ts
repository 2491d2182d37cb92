import { readFileSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { randomBase62 } from '../../lambdas/lib/base62';
import type { AwsCredentials } from '../../lambdas/lib/sigv4';
import { writePrivateFile } from '../shared/private-file';
import { codeOf } from './error-code';

/** Name of the file below the state folder, in the format of the AWS command line's own. */
const FILE = 'aws-credentials';

/** What the local services demand of a caller; new at every start. */
export type SandboxCredentials = Omit<AwsCredentials, 'sessionToken'>;

/** Credentials that nobody can guess. */
export function createCredentials(): SandboxCredentials {
  return { accessKeyId: `SANDBOX${randomBase62(13).toUpperCase()}`, secretAccessKey: randomBase62(40) };
}

/** Where a sandbox of this state folder writes its credentials. */
export function credentialsFile(stateDir: string): string {
  return path.join(stateDir, FILE);
}

/**
 * Writes the credentials for tools on this machine, readable by the owner only, whatever was there before. The file is one for
 * `AWS_SHARED_CREDENTIALS_FILE`.
 */
export function writeCredentials(stateDir: string, { accessKeyId, secretAccessKey }: SandboxCredentials): void {
  const text = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  writePrivateFile(credentialsFile(stateDir), text);
}

/** Takes the file away, unless another start has put its own there since. */
export function removeCredentials(stateDir: string, credentials: SandboxCredentials): void {
  if (readCredentials(stateDir)?.accessKeyId !== credentials.accessKeyId) {
    return;
  }
  rmSync(credentialsFile(stateDir), { force: true });
}

/**
 * The credentials of the sandbox that runs on a state folder.
 *
 * @returns undefined when none runs there
 * @throws {Error} for a file that this process may not read
 */
export function readCredentials(stateDir: string): SandboxCredentials | undefined {
  let text: string;
  try {
    text = readFileSync(credentialsFile(stateDir), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
  const value = (name: string): string | undefined => new RegExp(`^${name} = (\\w+)$`, 'm').exec(text)?.[1];
  const accessKeyId = value('aws_access_key_id');
  const secretAccessKey = value('aws_secret_access_key');
  return accessKeyId === undefined || secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey };
}
