import { createSigner, type Signer } from '../../lambdas/lib/signer';
import { ROTATION_DEFAULTS } from '../../lambdas/rotation/config';
import { APPLICATION, AUDIENCE, CLIENT, ISSUER, type RotationLab, SECRETS } from './rotation-lab';
import { call } from './support';

/** How long consumers of an upstream token and a client secret keep their copy. */
const CONSUMER_CACHE_MS = 300_000;
const JWT_SECONDS = 3600;
const YEAR_SECONDS = 365 * 86_400;
/** What a token issues ends before it does, also when it issues it months later. */
const DERIVED_SECONDS = 180 * 86_400;
const SCOPES = ['sales:read', 'tokens:write'];
/** A token that is about to expire is not used: the clock may pass the moment on the way. */
const MARGIN_MS = 5000;

interface HeldToken {
  readonly token: string;
  readonly expiresAt: number;
}

/** Callers of every kind that go on while secrets are rotated. Nobody tries a request again. */
export class Traffic {
  /** What was refused, and when. */
  readonly failures: string[] = [];
  requests = 0;
  /** API tokens that were issued, the first of them under the first pepper. */
  readonly apiTokens: string[] = [];
  private readonly accessTokens: HeldToken[] = [];
  private readonly signer: Signer;
  private readonly upstream: () => Promise<string>;
  private readonly client: () => Promise<string>;

  constructor(private readonly lab: RotationLab) {
    this.signer = createSigner(ROTATION_DEFAULTS['signing-keys'], {
      now: lab.clock,
      readSecret: () => lab.value(SECRETS.signingKeys),
      readRecord: () => lab.record(SECRETS.signingKeys),
      warn: (_event, error) => this.failures.push(`signer: ${error}`),
    });
    this.upstream = cached(lab, async () => member(await lab.value(SECRETS.upstream), 'token'));
    this.client = cached(lab, async () => member(await lab.value(SECRETS.client), 'secret'));
  }

  /** Every caller calls once, all of them at the same time. */
  async round(): Promise<void> {
    await Promise.all([
      this.callWithApiTokens(),
      this.callWithAccessTokens(),
      this.callUpstream(),
      this.authenticateClient(),
    ]);
  }

  /** Issues an API token and uses it at once. */
  async issue(): Promise<void> {
    const answer = await call(`${this.lab.base}/v1/tokens`, {
      method: 'POST',
      // The administrator's lives for a day.
      token: this.apiTokens[0] ?? this.lab.administrator,
      body: {
        name: 'traffic',
        application: APPLICATION,
        scopes: SCOPES,
        tier: 'traffic',
        expiresInSeconds: this.apiTokens.length === 0 ? YEAR_SECONDS : DERIVED_SECONDS,
      },
    });
    this.note('issue an API token', answer.status, 201);
    const { token } = answer.body as { token?: string };
    if (token === undefined) return;
    this.apiTokens.push(token);
    await this.get('API token at once', token);
  }

  private async callWithApiTokens(): Promise<void> {
    const latest = this.apiTokens.at(-1);
    for (const token of new Set([this.apiTokens[0], latest])) {
      if (token !== undefined) await this.get('API token', token);
    }
  }

  /** A token signed now, and the oldest one that is still valid. */
  private async callWithAccessTokens(): Promise<void> {
    const now = this.lab.clock();
    const token = await this.signer.sign(
      {
        iss: ISSUER,
        aud: AUDIENCE,
        sub: 'service',
        client_id: APPLICATION,
        jti: `j${this.requests}`,
        scope: 'sales:read',
      },
      { type: 'at+jwt', lifetimeSeconds: JWT_SECONDS },
    );
    this.accessTokens.push({ token, expiresAt: now + JWT_SECONDS * 1000 });
    while ((this.accessTokens[0]?.expiresAt ?? now) < now + MARGIN_MS) this.accessTokens.shift();
    await this.get('access token', token);
    const [oldest] = this.accessTokens;
    if (oldest) await this.get('oldest access token', oldest.token);
  }

  private async callUpstream(): Promise<void> {
    const answer = await call(`${this.lab.upstreamOrigin}/whoami`, { token: await this.upstream() });
    this.note('upstream', answer.status);
  }

  private async authenticateClient(): Promise<void> {
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: CLIENT.clientId });
    form.set('client_secret', await this.client());
    const answer = await fetch(`${this.lab.awsEndpoint}/oauth2/token`, { method: 'POST', body: form });
    this.note('OAuth client', answer.status);
  }

  private async get(what: string, token: string): Promise<void> {
    const answer = await call(`${this.lab.base}/v1/sales`, { token });
    this.note(what, answer.status);
  }

  private note(what: string, status: number, expected = 200): void {
    this.requests += 1;
    if (status !== expected && this.failures.length < 20)
      this.failures.push(`${new Date(this.lab.clock()).toISOString()} ${what}: ${status}`);
  }
}

/** A consumer's copy of a value, read again when it is too old. */
function cached(lab: RotationLab, read: () => Promise<string>): () => Promise<string> {
  let held: { readonly value: string; readonly until: number } | undefined;
  return async () => {
    if (held === undefined || lab.clock() >= held.until) {
      held = { value: await read(), until: lab.clock() + CONSUMER_CACHE_MS };
    }
    return held.value;
  };
}

/** A member of the payload of a secret's document. */
function member(document: string, name: string): string {
  return String((JSON.parse(document) as { payload: Record<string, unknown> }).payload[name]);
}
