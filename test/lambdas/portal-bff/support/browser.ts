import type { BffAnswer } from '../../../../lambdas/portal-bff/http/answer';
import { ORIGIN } from './config';
import type { PortalWorld } from './world';

/** What a page adds to each of its requests; `undefined` leaves a header out. */
type Headers = Readonly<Record<string, string | undefined>>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Values of `Set-Cookie`. */
  readonly cookies: readonly string[];
  readonly text: string;
  // Tests look into bodies of every shape.
  readonly body: ReturnType<typeof JSON.parse>;
}

/** A browser with the cookies of the portal and of the provider, as far as the two look at them. */
export class Browser {
  readonly cookies = new Map<string, string>();
  private readonly there = new Map<string, string>();
  /** Value that the pages of the session repeat. */
  csrf = '';

  constructor(private readonly world: PortalWorld) {}

  /** Goes to an address of the portal. */
  async go(address: string, headers: Headers = {}): Promise<Answer> {
    return this.send('GET', address, { 'user-agent': 'Firefox', ...headers });
  }

  /** A request of a page. */
  async page(
    method: string,
    address: string,
    { headers = {}, body }: { headers?: Headers; body?: object } = {},
  ): Promise<Answer> {
    const changing =
      method === 'GET' ? {} : { origin: ORIGIN, 'content-type': 'application/json', 'x-gatehouse-csrf': this.csrf };
    const own = { 'x-gatehouse': '1', 'sec-fetch-site': 'same-origin', ...changing };
    return this.send(method, address, { ...own, ...headers }, body === undefined ? undefined : JSON.stringify(body));
  }

  /** Signs in, or in again: to the provider, through it and back. @returns the answer to the way back */
  async signIn(address = '/auth/login?provider=main'): Promise<Answer> {
    return this.go(await this.throughProvider(await this.go(address)));
  }

  /** Signs in and lets a page look at the session. */
  async enter(): Promise<this> {
    await this.signIn();
    const { body } = await this.page('GET', '/bff/session');
    this.csrf = body.csrf;
    return this;
  }

  /** Follows an answer of the portal to the provider. @returns the way back, path and query */
  async throughProvider({ headers }: Answer): Promise<string> {
    let location = headers.location ?? '';
    for (let hop = 0; hop < 10 && !location.startsWith(ORIGIN); hop += 1) {
      const url: string = new URL(location, this.world.issuer).href;
      const cookie = [...this.there].map(([name, value]) => `${name}=${value}`).join('; ');
      const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
      keep(this.there, answer.headers.getSetCookie());
      location = answer.headers.get('location') ?? '';
      if (location === '') {
        throw new Error(`the provider stays at ${url} with ${answer.status}: ${await answer.text()}`);
      }
    }
    return location.slice(ORIGIN.length);
  }

  private async send(method: string, address: string, headers: Headers, body?: string): Promise<Answer> {
    const { pathname, searchParams } = new URL(address, ORIGIN);
    const query: Record<string, string[]> = Object.create(null);
    for (const [name, value] of searchParams) {
      query[name] = [...(query[name] ?? []), value];
    }
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const all = Object.entries({ ...(cookie === '' ? {} : { cookie }), ...headers }).filter(
      ([, value]) => value !== undefined,
    );
    const given: BffAnswer = await this.world.handle({
      httpMethod: method,
      // As the page wrote it: a URL would take dots and escapes out.
      path: address.split('?')[0] ?? pathname,
      headers: Object.fromEntries(all),
      multiValueHeaders: Object.fromEntries(all.map(([name, value]) => [name, [value]])),
      queryStringParameters: null,
      multiValueQueryStringParameters: query,
      body: body ?? null,
      isBase64Encoded: false,
      requestContext: { requestId: 'request-1' },
    });
    const single = given.headers['set-cookie'];
    const cookies = [...(given.multiValueHeaders?.['set-cookie'] ?? []), ...(single === undefined ? [] : [single])];
    keep(this.cookies, cookies);
    return {
      status: given.statusCode,
      headers: given.headers,
      cookies,
      text: given.body,
      body: /json/.test(given.headers['content-type'] ?? '') && given.body !== '' ? JSON.parse(given.body) : undefined,
    };
  }
}

function keep(jar: Map<string, string>, setCookies: readonly string[]): void {
  for (const line of setCookies) {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const at = pair.indexOf('=');
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    const isGone = value === '' || attributes.some((attribute) => /^max-age=0$/i.test(attribute));
    if (isGone) jar.delete(name);
    else jar.set(name, value);
  }
}
