import { removeSession, type SandboxSession, writeSession } from './sandbox-session';

/** Lifetime of the administrator token that commands find, in seconds. */
export const SESSION_TOKEN_SECONDS = 3600;
/** It is replaced when this share of its lifetime is over. */
const RENEWED_AT = 0.75;
/** After a failure, in milliseconds. */
const RETRY_MS = 60_000;

/** Keeps the session of a sandbox where the commands of this machine find it, with an administrator token that is valid. */
export class SessionKeeper {
  private timer: NodeJS.Timeout | undefined;
  private ended = false;

  /** @param issue issues an administrator token that is valid for {@link SESSION_TOKEN_SECONDS} */
  constructor(
    private readonly stateDir: string,
    private readonly facts: Pick<SandboxSession, 'environment' | 'region' | 'awsEndpoint' | 'config'>,
    private readonly issue: () => Promise<string>,
  ) {}

  /** Writes the session, with a token that was issued just now. */
  begin(url: string, token: string): void {
    this.write(url, token);
    this.renewIn(SESSION_TOKEN_SECONDS * RENEWED_AT * 1000, url);
  }

  /** Takes the session away. */
  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    removeSession(this.stateDir, process.pid);
  }

  private renewIn(milliseconds: number, url: string): void {
    this.timer = setTimeout(() => void this.renew(url), milliseconds);
    this.timer.unref();
  }

  private async renew(url: string): Promise<void> {
    let next = SESSION_TOKEN_SECONDS * RENEWED_AT * 1000;
    try {
      const token = await this.issue();
      if (!this.ended) this.write(url, token);
    } catch (error) {
      next = RETRY_MS;
      const line = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      process.stderr.write(`gatehouse: the administrator token of the command line was not replaced: ${line}\n`);
    }
    if (!this.ended) this.renewIn(next, url);
  }

  private write(url: string, token: string): void {
    const expiresAt = new Date(Date.now() + SESSION_TOKEN_SECONDS * 1000).toISOString();
    writeSession(this.stateDir, { ...this.facts, pid: process.pid, url, token, expiresAt });
  }
}
