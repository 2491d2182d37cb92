/** Tells a person at a terminal what takes its time; a log or a pipe is not bothered with it. */
export function progress(line: string): void {
  if (process.stderr.isTTY) {
    process.stderr.write(`${line} …\n`);
  }
}
