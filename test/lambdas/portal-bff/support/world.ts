import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { randomBase62 } from '../../../../lambdas/lib/base62';
import { dynamoCall } from '../../../../lambdas/lib/dynamo-call';
import { formatLogLine, type LogEntry } from '../../../../lambdas/lib/log';
import type { PortalBffConfig } from '../../../../lambdas/portal-bff/config';
import type { BffAnswer } from '../../../../lambdas/portal-bff/http/answer';
import { createPortalBff, type PortalBff } from '../../../../lambdas/portal-bff/portal-bff';
import type { PortalBffPorts, UpstreamAnswer, UpstreamRequest } from '../../../../lambdas/portal-bff/ports';
import { createSessionStore } from '../../../../lambdas/portal-bff/session-store';
import { createRelyingParty } from '../../../../lambdas/portal-bff/sign-in/relying-party';
import { startTokenTable, TABLE, type TokenTable } from '../../token-service/support/token-table';
import { ORIGIN, portalConfig } from './config';

/** Who signs in at the provider, and how. */
export interface PersonThere {
  readonly account: string;
  readonly amr?: readonly string[];
  readonly groups?: readonly string[];
  readonly name?: string;
  /** When it proved who it is, epoch seconds. @default - now */
  readonly authTime?: number;
  /** Whether it says no. */
  readonly refuse?: boolean;
}

export const ANNA: PersonThere = { account: 'anna', amr: ['pwd', 'otp'] };
export const OTTO: PersonThere = { account: 'otto', amr: ['pwd', 'otp'] };

/** The portal's function over a real DynamoDB protocol and a real OpenID Connect provider, with a clock that can be put forward. */
export class PortalWorld {
  /** Put forward by so many seconds. */
  ahead = 0;
  config: PortalBffConfig;
  overrides: Partial<PortalBffPorts> = {};
  readonly logs: LogEntry[] = [];
  readonly minted: { readonly id: string; readonly scopes: readonly string[] }[] = [];
  readonly sent: UpstreamRequest[] = [];
  answer: UpstreamAnswer = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"tokens":[]}' };
  private bff: PortalBff | undefined;

  private constructor(
    readonly table: TokenTable,
    private readonly provider: ChildProcess,
    readonly issuer: string,
  ) {
    this.config = portalConfig(this.issuer);
  }

  static async start(): Promise<PortalWorld> {
    const provider = fork(join(__dirname, 'provider.mjs'), { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
    provider.send({
      redirectUris: ['main', 'other'].map((name) => `${ORIGIN}/auth/callback/${name}`),
      signedOutUris: [`${ORIGIN}/signed-out`],
    });
    const [table, [message]] = await Promise.all([startTokenTable(), once(provider, 'message')]);
    process.env.AWS_ENDPOINT_URL_DYNAMODB = table.endpoint;
    process.env.AWS_ACCESS_KEY_ID = 'test';
    process.env.AWS_SECRET_ACCESS_KEY = 'test';
    return new PortalWorld(table, provider, (message as { issuer: string }).issuer);
  }

  async close(): Promise<void> {
    delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    this.provider.disconnect();
    await this.table.close();
  }

  /** For `beforeEach`: everything as at the start. */
  async reset(): Promise<void> {
    for (const { pk } of await this.table.items()) {
      await this.table.client.send(new DeleteCommand({ TableName: TABLE, Key: { pk } }));
    }
    this.ahead = 0;
    this.config = portalConfig(this.issuer);
    this.overrides = {};
    this.bff = undefined;
    this.answer = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"tokens":[]}' };
    for (const list of [this.logs, this.minted, this.sent]) {
      list.length = 0;
    }
    await this.nextIs(ANNA);
  }

  /** A new configuration, and so a new execution environment. */
  configure(changes: Partial<PortalBffConfig>): void {
    this.config = { ...this.config, ...changes };
    this.bff = undefined;
  }

  async nextIs(person: PersonThere): Promise<void> {
    await this.tell({ person });
  }

  /** Ends every refresh token, as when the account is closed. */
  async closeAccounts(): Promise<void> {
    await this.tell({ revokeAll: true });
  }

  handle(event: object): Promise<BffAnswer> {
    this.bff ??= createPortalBff(this.config, { ...this.ports(), ...this.overrides });
    return this.bff(event);
  }

  now(): number {
    return Math.floor(this.clock() / 1000);
  }

  /** Everything that was logged, as it is written. */
  logText(): string {
    return this.logs.map((entry) => formatLogLine(entry, 0)).join('\n');
  }

  private readonly clock = (): number => Date.now() + this.ahead * 1000;

  private async tell(message: object): Promise<void> {
    this.provider.send(message);
    await once(this.provider, 'message');
  }

  private ports(): PortalBffPorts {
    return {
      clock: this.clock,
      newId: () => randomBase62(16),
      store: createSessionStore(dynamoCall({ region: 'eu-west-1' }), TABLE),
      relyingParty: (name) =>
        createRelyingParty({
          provider: this.config.providers[name] as PortalBffConfig['providers'][string],
          redirectUri: `${ORIGIN}/auth/callback/${name}`,
          readClient: async () => JSON.stringify({ clientId: 'portal', clientSecret: 'secret-of-the-portal' }),
          clock: this.clock,
        }),
      mintToken: async ({ id }, scopes) => {
        this.minted.push({ id, scopes });
        return { accessToken: `token-${this.minted.length}-of-${id}`, expiresAt: this.now() + 300 };
      },
      send: async (request) => {
        this.sent.push(request);
        return this.answer;
      },
      log: (entry) => this.logs.push(entry),
    };
  }
}
