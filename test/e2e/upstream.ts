import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An upstream API: issues at most two tokens at a time to an administrator, and answers whoever holds one. */
export class Upstream {
  /** Every token that was ever issued, to look for where none may be. */
  readonly issued: string[] = [];
  readonly admin = `admin-${randomBytes(16).toString('hex')}`;
  /** Most tokens that were active at a time. */
  most = 0;
  private readonly tokens = new Map<string, { readonly label: string; readonly token: string }>();
  private readonly server: Server = createServer((request, response) => this.serve(request, response));

  async start(): Promise<string> {
    await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  get active(): number {
    return this.tokens.size;
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bearer = request.headers.authorization?.replace('Bearer ', '') ?? '';
      const { status, body } = this.answer(request.method ?? '', request.url ?? '', bearer, Buffer.concat(chunks));
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }

  private answer(method: string, url: string, bearer: string, body: Buffer): { status: number; body: object } {
    if (url === '/whoami') {
      const known = [...this.tokens.values()].some(({ token }) => token === bearer);
      return { status: known ? 200 : 401, body: {} };
    }
    if (bearer !== this.admin) return { status: 403, body: {} };
    const [, id] = /^\/tokens\/(\w+)$/.exec(url) ?? [];
    if (method === 'DELETE' && id !== undefined) return { status: this.tokens.delete(id) ? 204 : 404, body: {} };
    if (method === 'GET') {
      return { status: 200, body: { tokens: [...this.tokens].map(([key, { label }]) => ({ id: key, label })) } };
    }
    if (this.tokens.size >= 2) return { status: 409, body: {} };
    const { label } = JSON.parse(body.toString('utf8')) as { label: string };
    const made = { id: `t${this.issued.length + 1}`, token: `up-${randomBytes(24).toString('hex')}` };
    this.tokens.set(made.id, { label, token: made.token });
    this.issued.push(made.token);
    this.most = Math.max(this.most, this.tokens.size);
    return { status: 201, body: made };
  }
}
