import type { IncomingMessage } from 'node:http';

/** Names of this machine that lead to itself only. */
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Whether a request was made to a name of loopback with the port that it came in at. A web page can have its own name lead to
 * 127.0.0.1 (DNS rebinding), and its browser then takes this server for the page's own; but the browser says that name here.
 *
 * @param further names that no stranger can have lead elsewhere, lower case; their port is optional
 */
export function isLoopbackHost(message: IncomingMessage, further: readonly string[] = []): boolean {
  const hosts = [...hostHeaders(message), ...targetHosts(message)];
  const port = message.socket.localPort;
  const [first] = hosts;
  return first !== undefined && hosts.every((host) => host === first && isKnown(host.toLowerCase(), port, further));
}

function isKnown(host: string, port: number | undefined, further: readonly string[]): boolean {
  const [, name = '', given] = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(host) ?? [];
  if (further.includes(name)) {
    return given === undefined || Number(given) === port;
  }
  return LOOPBACK.includes(name) && Number(given ?? 80) === port;
}

function hostHeaders({ rawHeaders: raw }: IncomingMessage): string[] {
  return raw.flatMap((name, index) => (index % 2 === 0 && name.toLowerCase() === 'host' ? [raw[index + 1] ?? ''] : []));
}

/** The host of a request target that is a whole URL, which counts before the header (RFC 9112, 3.2.2). */
function targetHosts({ url = '/' }: IncomingMessage): string[] {
  const [, host] = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url) ?? [];
  return host === undefined ? [] : [host];
}
