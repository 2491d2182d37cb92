import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { EXAMPLE } from '../../e2e/support';
import { temporaryFolder } from '../../support/temporary-folder';
import { run } from '../run';

const CONFIG = join(EXAMPLE, 'gatehouse.config.json');
const EARLIER = 'written by an earlier synthesis';

/** A folder with an earlier synthesis in it. */
function synthesized(): { folder: string; out: string; manifest: () => string } {
  const folder = temporaryFolder({ 'out/manifest.json': EARLIER });
  const out = join(folder, 'out');
  return { folder, out, manifest: () => readFileSync(join(out, 'manifest.json'), 'utf8') };
}

describe('gatehouse start finds before it synthesizes', () => {
  let taken: Server;
  let port: number;

  beforeAll(async () => {
    taken = createServer();
    await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
    port = (taken.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((closed) => taken.close(closed)));

  test.each(['--port', '--aws-port'])('that the port of %s is taken, and leaves no state folder', async (option) => {
    const { folder, out, manifest } = synthesized();
    const state = join(folder, 'state');
    const ports = option === '--port' ? [] : ['--port', '0'];
    const { code, stderr } = await run(
      ...['start', '--config', CONFIG, '--out', out, '--state', state, ...ports, option, String(port)],
    );
    expect({ code, stderr }).toEqual({ code: 1, stderr: `gatehouse: port ${port} on 127.0.0.1 is in use\n` });
    expect(manifest()).toBe(EARLIER);
    expect(existsSync(state)).toBe(false);
  });

  test('that the state folder is not its own', async () => {
    const { folder, out, manifest } = synthesized();
    writeFileSync(join(folder, 'thesis.txt'), 'x');
    const { code, stderr } = await run('start', '--config', CONFIG, '--out', out, '--state', folder, '--port', '0');
    expect(code).toBe(1);
    expect(stderr).toMatch(/is no state folder of the sandbox/);
    expect(manifest()).toBe(EARLIER);
  });

  test('that the state is incomplete', async () => {
    const { folder, out, manifest } = synthesized();
    const state = join(folder, 'state');
    mkdirSync(state);
    writeFileSync(join(state, 'gatehouse-state.json'), '{"kit":"gatehouse","schema":1,"kept":["secrets.json"]}');
    const { code, stderr } = await run('start', '--config', CONFIG, '--out', out, '--state', state, '--port', '0');
    expect(code).toBe(1);
    expect(stderr).toMatch(/secrets\.json is gone.*restore it or start with --fresh/);
    expect(manifest()).toBe(EARLIER);
  });
});

test('a start whose synthesis fails leaves no state folder', async () => {
  const config = JSON.parse(readFileSync(CONFIG, 'utf8'));
  config.apis.homepage.openapi = 'missing.json';
  const folder = temporaryFolder({ 'faulty.json': JSON.stringify(config) });
  const { code } = await run(
    ...['start', '--config', join(folder, 'faulty.json'), '--port', '0'],
    ...['--out', join(folder, 'out'), '--state', join(folder, 'state')],
  );
  expect(code).toBe(64);
  expect(readdirSync(folder)).toEqual(['faulty.json']);
});
