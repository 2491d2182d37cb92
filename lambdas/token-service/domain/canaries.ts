import { CANARY_APPLICATION_PREFIX, type ListedToken } from '../../lib/token-record';
import { DIRECT_INVOCATION } from './authority/authority-of';
import { Fault } from './fault';
import type { Issuing } from './issuing/issuing';
import { epochSeconds, type TokenServicePorts } from './ports';
import type { CanaryToken, TokenSettings } from './settings';
import type { Tokens } from './tokens';
import type { IssuedTokenView } from './views';

/** Life of a canary's token, in seconds: longer than a run, and short if nothing ever ends it. */
const LIFETIME_SECONDS = 3600;
/** Tokens that one run may have to end which runs before it left. */
const LEFT_BEHIND = 100;
const ACTOR = { actor: DIRECT_INVOCATION };

/**
 * Issues the tokens of revocation canaries, and ends them. A canary has no say in what its token may do, and reaches no other token: who
 * may call this can do no more than the token of the canary can.
 */
export class Canaries {
  constructor(
    private readonly settings: Pick<TokenSettings, 'canaries'>,
    private readonly ports: TokenServicePorts,
    private readonly issuing: Issuing,
    private readonly tokens: Tokens,
  ) {}

  /**
   * Ends what runs before left, as after a crash, and issues a token.
   *
   * @throws {Fault} when there is no such canary
   */
  async start(name: string): Promise<{ readonly issued: IssuedTokenView; readonly ended: number }> {
    const { application, token } = this.canary(name);
    const { tokens } = await this.ports.store.listTokens({ application, limit: LEFT_BEHIND });
    const left = tokens.filter((one) => this.isLeft(one));
    for (const { id } of left) {
      await this.end(name, id);
    }
    return { issued: await this.issuing.issueCanaryToken(application, token, LIFETIME_SECONDS), ended: left.length };
  }

  /**
   * Revokes a token of a canary, as whoever revokes a token by its id.
   *
   * @throws {Fault} when there is no such canary, or the token is not one of its own
   */
  async end(name: string, tokenId: string): Promise<void> {
    const { application } = this.canary(name);
    const found = await this.ports.store.getToken(tokenId);
    if (found?.application !== application) {
      throw new Fault('no-such-token', 'the canary has no token with this id');
    }
    await this.tokens.end(found, ACTOR);
  }

  private isLeft({ status, expiresAt }: ListedToken): boolean {
    return status !== 'revoked' && expiresAt > epochSeconds(this.ports);
  }

  private canary(name: string): { readonly application: string; readonly token: CanaryToken } {
    const { canaries = {} } = this.settings;
    const token = Object.hasOwn(canaries, name) ? canaries[name] : undefined;
    if (token === undefined) {
      const known = Object.keys(canaries).join(', ') || 'none';
      throw new Fault('command-not-valid', `the canary is ${JSON.stringify(name)}, expected one of: ${known}`);
    }
    return { application: CANARY_APPLICATION_PREFIX + name, token };
  }
}
