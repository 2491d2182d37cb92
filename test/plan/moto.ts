import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The emulator of AWS's control plane that `sandbox` cannot be: Terraform applies to it. */
export function findMoto(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return (environment.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'moto_server'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A `moto_server` on a free port of this machine. */
export class Moto {
  endpoint = '';
  private child: ChildProcess | undefined;

  async start(binary: string): Promise<void> {
    const port = await freePort();
    this.child = spawn(binary, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
    this.endpoint = `http://127.0.0.1:${port}`;
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const answer = await fetch(`${this.endpoint}/moto-api/`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((next) => setTimeout(next, 250));
    }
    throw new Error('moto_server did not answer within 50 s');
  }

  async stop(): Promise<void> {
    if (this.child !== undefined && this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await ended;
    }
  }
}

const SERVICES = ['cloudwatch', 'dynamodb', 'events', 'iam', 'kms', 'lambda', 'logs', 'sts'];

/**
 * Terraform in a stack's folder, against an emulator, but for Secrets Manager, of whose rotations emulators know little. What was
 * synthesized stays as it is.
 */
export class TerraformRun {
  private readonly environment: NodeJS.ProcessEnv;

  constructor(
    private readonly folder: string,
    private readonly binary: string,
    options: {
      readonly endpoint: string;
      readonly secretsManager: string;
      /** What Secrets Manager takes; the emulator takes any. */
      readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
      readonly mirror: string | undefined;
      readonly home: string;
    },
  ) {
    const { endpoint, secretsManager, credentials, mirror, home } = options;
    mkdirSync(home, { recursive: true });
    writeFileSync(
      join(folder, 'endpoints_override.tf.json'),
      JSON.stringify({
        provider: {
          aws: [
            {
              access_key: credentials.accessKeyId,
              secret_key: credentials.secretAccessKey,
              max_retries: 1,
              skip_metadata_api_check: 'true',
              endpoints: [
                {
                  ...Object.fromEntries(SERVICES.map((service) => [service, endpoint])),
                  secretsmanager: secretsManager,
                },
              ],
            },
          ],
        },
      }),
    );
    const rc = join(home, 'terraform.rc');
    const source = mirror === undefined ? '' : `filesystem_mirror {\n path = ${JSON.stringify(mirror)}\n }\n`;
    writeFileSync(rc, mirror === undefined ? '' : `provider_installation {\n ${source}}\n`);
    this.environment = {
      PATH: process.env.PATH,
      HOME: home,
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      CHECKPOINT_DISABLE: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      TF_CLI_CONFIG_FILE: rc,
    };
  }

  /** Exit code and output; `plan -detailed-exitcode` has 2 for changes. */
  async terraform(...args: string[]): Promise<{ code: number; output: string }> {
    try {
      const options = { cwd: this.folder, env: this.environment, maxBuffer: 64 * 1024 * 1024 };
      const { stdout } = await run(this.binary, [...args, ...(args[0] === 'show' ? [] : ['-no-color'])], options);
      return { code: 0, output: stdout };
    } catch (error) {
      const { code, stdout = '', stderr = '' } = error as { code?: number; stdout?: string; stderr?: string };
      return { code: code ?? -1, output: `${stdout}\n${stderr}` };
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
