import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { EXAMPLE } from './support';

/** The built command. */
export const COMMAND = resolve(__dirname, '../../dist/cli/main.js');

/** What a command printed, and its exit code. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A sandbox of the example that `gatehouse start` serves, in a folder where other commands find it. */
export class ServedExample {
  private constructor(
    readonly folder: string,
    /** Address of the API with its stage. */
    readonly baseUrl: string,
    /** What `gatehouse start --json` printed. */
    readonly started: { readonly administratorToken: string; readonly awsEndpoint: string; readonly token: string },
    private readonly child: ChildProcess,
  ) {}

  static async in(folder: string): Promise<ServedExample> {
    const config = join(EXAMPLE, 'gatehouse.config.json');
    const child = spawn(process.execPath, [COMMAND, 'start', '--json', '--port', '0', '-c', config], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    const line = await new Promise<string>((done, fail) => {
      createInterface({ input: child.stdout }).once('line', done);
      child.once('exit', (code) => fail(new Error(`ended with ${code}: ${errors}`)));
    });
    const started = JSON.parse(line);
    return new ServedExample(folder, started.apis[0].baseUrl, started, child);
  }

  /** Runs a command in the sandbox's folder until it ends. */
  gatehouse(words: readonly string[], { env = {}, input }: { env?: NodeJS.ProcessEnv; input?: string } = {}) {
    return ended(process.execPath, [COMMAND, ...words], { cwd: this.folder, env, input });
  }

  /** Runs a script in bash, to which `gatehouse` is this command, as a person or a pipeline would. */
  bash(script: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
    const command = `gatehouse() { ${JSON.stringify(process.execPath)} ${JSON.stringify(COMMAND)} "$@"; }\n`;
    return ended('bash', ['--noprofile', '--norc', '-c', command + script], {
      cwd: this.folder,
      env,
      input: undefined,
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }
}

function ended(
  file: string,
  words: readonly string[],
  { cwd, env, input }: { cwd: string; env: NodeJS.ProcessEnv; input: string | undefined },
): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(file, words, { cwd, env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
    child.stdin?.end(input ?? '');
  });
}
