import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FORMATS } from '../../../audit';
import { fixture } from '../../audit/support';
import { temporaryFolder } from '../../e2e/support';

const COMMAND = resolve(__dirname, '../../../dist/cli/main.js');
const LIBRARY = resolve(__dirname, '../../../dist/audit');
const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Makes every connection and every look-up of a name fail loudly. */
const NO_NETWORK = join(folder.path, 'no-network.cjs');
writeFileSync(
  NO_NETWORK,
  [
    'const refuse = (what) => () => { process.stderr.write(`network: ${what}\\n`); process.exit(99); };',
    "require('node:net').Socket.prototype.connect = refuse('connect');",
    "require('node:dgram').Socket.prototype.bind = refuse('bind');",
    "const dns = require('node:dns');",
    "dns.lookup = refuse('lookup');",
    "dns.promises.lookup = refuse('lookup');",
  ].join('\n'),
);

function script(name: string, text: string): string {
  const file = join(folder.path, name);
  writeFileSync(file, text);
  return file;
}

function confined(file: string, ...argv: string[]): { status: number | null; stdout: string; stderr: string } {
  // No write, no child process, no worker: Node.js refuses them. No credentials, no home.
  const permissions = [
    '--no-warnings',
    '--experimental-permission',
    '--allow-fs-read=*',
    '--allow-addons',
    '--require',
    NO_NETWORK,
  ];
  return spawnSync(process.execPath, [...permissions, file, ...argv], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
    maxBuffer: 1 << 26,
  });
}

describe('the command without network, write access and credentials', () => {
  test('gatehouse audit', () => {
    const { status, stderr, stdout } = confined(COMMAND, 'audit', fixture('route-without-rule'));

    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toContain('orders');
  });

  test('the library, in every format', () => {
    const file = script(
      'library.cjs',
      `const { auditPath, FORMATS, render } = require(${JSON.stringify(LIBRARY)});
      const report = auditPath(${JSON.stringify(fixture('route-without-rule'))});
      process.stdout.write(FORMATS.filter((format) => render(report, format).includes('orders')).join());`,
    );

    expect(confined(file)).toMatchObject({ status: 0, stderr: '', stdout: FORMATS.join() });
  });

  test('gatehouse audit diff', () => {
    const { status, stderr } = confined(COMMAND, 'audit', 'diff', fixture('good'), fixture('good'));

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('the confinement works', () => {
    const write = script('write.cjs', "require('node:fs').writeFileSync('x.txt', 'x');");
    const connect = script('connect.cjs', "require('node:net').connect(1, '127.0.0.1');");

    expect(confined(write).stderr).toContain('ERR_ACCESS_DENIED');
    expect(confined(connect)).toMatchObject({ status: 99, stderr: 'network: connect\n' });
  });
});
