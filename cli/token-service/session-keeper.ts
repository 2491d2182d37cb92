import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Sandbox } from '../../sandbox';
import { issueAdministratorToken } from '../bootstrap';
import { clientOptions } from '../platform';
import { removeSession, writeSession } from './sandbox-session';

/** Lifetime of the administrator token that commands find, in seconds. */
const LIFETIME_SECONDS = 3600;
/** It is replaced when this share of its lifetime is over. */
const RENEWED_AT = 0.75;
/** After a failure, in milliseconds. */
const RETRY_MS = 60_000;

/** What of the platform the session names. */
export interface SessionOf {
  readonly environment: string;
  readonly namePrefix: string;
  readonly region: string;
}

/** Keeps the session of a sandbox where the commands of this machine find it, with an administrator token that is valid. */
export class SessionKeeper {
  private timer: NodeJS.Timeout | undefined;
  private url = '';
  private ended = false;

  constructor(
    private readonly sandbox: Sandbox,
    private readonly stateDir: string,
    private readonly platform: SessionOf,
  ) {}

  /** Writes the session, with a token that was issued just now for an hour. */
  begin(url: string, token: string): void {
    this.url = url;
    this.write(token);
    this.renewIn(LIFETIME_SECONDS * RENEWED_AT * 1000);
  }

  /** Takes the session away. */
  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    removeSession(this.stateDir, process.pid);
  }

  private renewIn(milliseconds: number): void {
    this.timer = setTimeout(() => void this.renew(), milliseconds);
    this.timer.unref();
  }

  private async renew(): Promise<void> {
    let next = LIFETIME_SECONDS * RENEWED_AT * 1000;
    try {
      const { token } = await issueAdministratorToken(
        new LambdaClient(clientOptions({ ...this.platform, ...this.aws() })),
        `${this.platform.namePrefix}-token-service`,
        { name: 'gatehouse start', lifetimeSeconds: LIFETIME_SECONDS },
      );
      if (this.ended) return;
      this.write(token);
    } catch (error) {
      next = RETRY_MS;
      const line = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      process.stderr.write(`gatehouse: the administrator token of the command line was not replaced: ${line}\n`);
    }
    if (!this.ended) this.renewIn(next);
  }

  private write(token: string): void {
    const { environment, region } = this.platform;
    writeSession(this.stateDir, {
      pid: process.pid,
      environment,
      region,
      url: this.url,
      awsEndpoint: this.aws().endpoint,
      token,
      expiresAt: new Date(Date.now() + LIFETIME_SECONDS * 1000).toISOString(),
    });
  }

  private aws() {
    const { awsEnvironment, awsCredentials } = this.sandbox;
    return { endpoint: awsEnvironment.AWS_ENDPOINT_URL ?? '', credentials: awsCredentials };
  }
}
