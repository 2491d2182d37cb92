import { main } from '../../cli/main';

/** What a command printed, and its exit code. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the `gatehouse` command in this process. */
export async function run(...argv: string[]): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  const capture =
    (stream: 'stdout' | 'stderr') =>
    (chunk: unknown): boolean => {
      written[stream] += String(chunk);
      return true;
    };
  const stdout = jest.spyOn(process.stdout, 'write').mockImplementation(capture('stdout'));
  const stderr = jest.spyOn(process.stderr, 'write').mockImplementation(capture('stderr'));
  const log = jest.spyOn(console, 'log').mockImplementation((line) => capture('stdout')(`${line}\n`));
  const before = process.exitCode;
  process.exitCode = undefined;
  try {
    return { code: await main(argv), ...written };
  } finally {
    process.exitCode = before;
    for (const spy of [stdout, stderr, log]) {
      spy.mockRestore();
    }
  }
}
