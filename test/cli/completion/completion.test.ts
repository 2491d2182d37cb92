import { execFileSync, spawnSync } from 'node:child_process';
import { completionNodes } from '../../../cli/completion/words';
import { commandTree } from '../../../cli/main';
import { temporaryFolder } from '../../support/temporary-folder';
import { run } from '../run';

/** What a real bash offers for a command line, whose last word is completed. */
async function offered(words: readonly string[], folder = temporaryFolder()): Promise<string[]> {
  const script = (await run('completion', 'bash')).stdout;
  const quoted = words.map((word) => `'${word}'`).join(' ');
  const asked = `${script}
COMP_WORDS=(gatehouse ${quoted}); COMP_CWORD=${words.length}
_gatehouse
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['--noprofile', '--norc', '-c', asked], { cwd: folder, encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '');
}

describe('in a real bash', () => {
  test('the commands are offered, as far as they begin with what was written', async () => {
    expect(await offered(['to'])).toEqual(['token']);
    expect(await offered([''])).toEqual(expect.arrayContaining(['synth', 'token', 'team', 'usage', 'completion']));
  });

  test('the commands of a command are offered, also two levels deep and behind options', async () => {
    expect(await offered(['token', 're'])).toEqual(expect.arrayContaining(['revoke']));
    expect(await offered(['team', 'member', ''])).toEqual(expect.arrayContaining(['add', 'set', 'remove']));
  });

  test('the options of the command are offered, and no others', async () => {
    const options = await offered(['token', 'create', '--']);
    expect(options).toEqual(expect.arrayContaining(['--name', '--scope', '--into-secret', '--token-file']));
    expect(options).not.toContain('--overlap');
  });

  test('the choices of an option are offered behind it', async () => {
    expect(await offered(['team', 'member', 'add', 'payments', '--role', ''])).toEqual([
      'viewer',
      'developer',
      'admin',
      'owner',
    ]);
  });

  test('files are offered where an option takes one, folders where it takes one, and nothing for a text', async () => {
    const folder = temporaryFolder({ 'token.yaml': '', 'tokens/x': '' });
    expect((await offered(['token', 'create', '--from-file', 'to'], folder)).sort()).toEqual(['token.yaml', 'tokens']);
    expect(await offered(['token', 'list', '--state', 'to'], folder)).toEqual(['tokens']);
    expect(await offered(['token', 'create', '--name', ''], folder)).toEqual([]);
  });

  test('a value that is named like a command is none', async () => {
    expect(await offered(['token', 'list', '--application', 'team', '--li'])).toEqual(['--limit']);
  });
});

describe.each(['zsh', 'fish'] as const)('%s', (shell) => {
  const isInstalled = spawnSync(shell, ['--version']).error === undefined;
  const whereInstalled = isInstalled ? test : test.skip;
  const reason = isInstalled ? '' : ` (skipped: ${shell} is not installed)`;

  whereInstalled(`takes its completion for good syntax${reason}`, async () => {
    const { stdout } = await run('completion', shell);
    const folder = temporaryFolder({ completion: stdout });
    const { status, stderr } = spawnSync(shell, ['-n', `${folder}/completion`], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });
});

test.each(['bash', 'zsh', 'fish'] as const)(
  'the completion of %s has every command and option of the tree',
  async (shell) => {
    const { stdout } = await run('completion', shell);
    for (const { commands, options } of completionNodes(commandTree())) {
      for (const { name } of commands) expect(stdout).toContain(name);
      for (const flag of options.flatMap(({ flags }) => flags)) {
        const word = shell === 'fish' ? flag.replace(/^--/, '-l ').replace(/^-(?=\w$)/, '-s ') : flag;
        expect(stdout).toContain(word);
      }
    }
  },
);

test('another shell is a usage error', async () => {
  expect((await run('completion', 'csh')).code).toBe(64);
});
