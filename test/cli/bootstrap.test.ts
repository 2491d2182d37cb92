import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { EXAMPLE } from '../e2e/support';
import { run } from './run';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// Else those of a sandbox are looked for in its state.
process.env.AWS_ACCESS_KEY_ID = 'test';
process.env.AWS_SECRET_ACCESS_KEY = 'test';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** Runs `gatehouse bootstrap` against an endpoint that answers so. */
async function bootstrapAt(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  server = createServer((request, response) => {
    request.resume();
    request.once('end', () => answer(request, response));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const config = join(EXAMPLE, 'gatehouse.config.json');
  return run('bootstrap', '-c', config, '-e', 'dev', '--endpoint-url', `http://127.0.0.1:${port}`);
}

const described = JSON.stringify({ VersionIdsToStages: { v: ['AWSCURRENT'] } });
/** Secrets Manager as it is; Lambda with another answer. */
const withPayload = (status: number, payload: string) => (request: IncomingMessage, response: ServerResponse) =>
  request.url === '/' ? response.end(described) : response.writeHead(status).end(payload);

test.each<[string, Parameters<typeof bootstrapAt>[0], RegExp]>([
  [
    'a web page',
    (_, response) => response.end('<html>Hello</html>'),
    /cannot describe the secret homepage-dev-pepper: the endpoint answered 200 with something that is not JSON, is it AWS\?/,
  ],
  [
    'a web page that says 404',
    (_, response) => response.writeHead(404).end('<html>no</html>'),
    /cannot describe the secret homepage-dev-pepper: .*not JSON/,
  ],
  [
    'half an answer',
    (_, response) => response.end('{"VersionIds'),
    /cannot describe the secret homepage-dev-pepper: .*not JSON/,
  ],
  [
    'a function that answers text',
    withPayload(200, 'Hello'),
    /homepage-dev-token-service answered with something that is not JSON, is the endpoint AWS\?/,
  ],
  [
    'a function that answers a number',
    withPayload(200, '7'),
    /homepage-dev-token-service issued no token: its answer is no object/,
  ],
  [
    'a function that answers nothing',
    withPayload(200, ''),
    /homepage-dev-token-service answered with something that is not JSON/,
  ],
])(
  'bootstrap against %s is one line and no internal error',
  async (_, answer, line) => {
    const { code, stderr, stdout } = await bootstrapAt(answer);
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(line)]);
    expect([code, stdout]).toEqual([1, '']);
  },
  60_000,
);
