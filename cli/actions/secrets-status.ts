import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CliError, EXIT } from '../errors';
import type { PlatformOptions } from '../platform';
import { clientOptions, platformOf } from '../platform';
import { orSandbox } from '../sandbox-platform';
import { secretNameOf } from '../secret-name';
import { reportSecret, rotatingSecrets } from '../secret-status';
import { renderReports } from '../secret-table';

export interface StatusOptions extends Partial<PlatformOptions> {
  readonly format: 'text' | 'json';
}

/** Reports the rotating secrets of a platform. */
export async function secretsStatus(names: readonly string[], options: StatusOptions): Promise<void> {
  const target = platformOf(orSandbox(options, 'gatehouse secrets status'));
  const clients = {
    secrets: new SecretsManagerClient(clientOptions(target)),
    lambda: new LambdaClient(clientOptions(target)),
  };
  const { plannedSecrets: planned = [] } = target;
  const wanted =
    names.length > 0
      ? names.map((name) => secretNameOf(target.namePrefix, name))
      : [...new Set([...planned, ...(await rotatingSecrets(clients.secrets, target.namePrefix))])].sort();
  if (wanted.length === 0) throw new CliError(`no secret of ${target.namePrefix} is rotated`);
  const now = Date.now();
  const reports = await Promise.all(wanted.map((name) => reportSecret(clients, name, now)));
  process.stdout.write(
    options.format === 'json' ? `${JSON.stringify(reports, null, 2)}\n` : renderReports(reports, now),
  );
  process.exitCode = reports.some(({ problems }) => problems.length > 0) ? EXIT.failed : EXIT.ok;
}
