import { join } from 'node:path';
import { EXAMPLE } from '../../e2e/support';
import { folderBytes } from '../../stacks/synthesized';
import { temporaryFolder } from '../../support/temporary-folder';
import { run } from '../run';

test.each(['synth', 'start'])(
  "gatehouse %s refuses a folder of somebody else's with 73 and writes nothing",
  async (command) => {
    const out = temporaryFolder({ 'stacks/network/main.tf': 'x', 'thesis.txt': 'x' });
    const state = join(temporaryFolder(), 'state');
    const before = folderBytes(out);
    const options = command === 'start' ? ['--state', state, '--port', '0'] : [];
    const { code, stderr } = await run(
      command,
      '--config',
      join(EXAMPLE, 'gatehouse.config.json'),
      '--out',
      out,
      ...options,
    );
    expect(code).toBe(73);
    expect(stderr).toMatch(
      /^gatehouse: the output folder \S+ was not written by gatehouse: [^\n]*"thesis\.txt"[^\n]*\n$/,
    );
    expect(folderBytes(out)).toEqual(before);
  },
);
