import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as audit from '../../audit';
import { applyWaivers, auditPath, EXIT_CODES, FORMATS, readWaivers } from '../../audit';
import * as stacks from '../../stacks';
import { run } from '../cli/run';
import { fixture } from './support';

function page(name: string): string {
  return readFileSync(join(__dirname, '../../docs', name), 'utf8');
}

const PAGES = ['plan-audit.md', 'plan-audit-ci.md'];
const REPORTS = page('plan-audit.md');

/** Blocks of code of a language. */
function blocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].flatMap(([, name, code = '']) =>
    name === language ? [code] : [],
  );
}

describe.each(PAGES)('docs/%s', (name) => {
  const text = page(name).replaceAll('\n', ' ');
  const commands = [...text.matchAll(/gatehouse (audit(?: (?:explain|diff|baseline))?)\b((?:(?!gatehouse )[^`#|])*)/g)];

  test('names only options that the command has', async () => {
    expect(commands.length).toBeGreaterThan(3);
    for (const [, command = '', rest = ''] of commands) {
      const help = (await run(...command.split(' '), '--help')).stdout;
      for (const [option] of rest.matchAll(/--[a-z][a-z-]*/g)) {
        expect(help).toContain(option);
      }
    }
  });

  test('names only formats that there are', () => {
    const named = [...page(name).matchAll(/--(?:format|write) ([a-z]+)/g)].map((match) => match[1]);

    expect(named.filter((format) => !FORMATS.includes(format as audit.Format))).toEqual([]);
  });

  test('imports only what is exported', () => {
    const imports = [...page(name).matchAll(/import \{ ([^}]+) \} from 'gatehouse\/(audit|stacks)'/g)];
    for (const [, names = '', from] of imports) {
      expect(Object.keys(from === 'audit' ? audit : stacks)).toEqual(expect.arrayContaining(names.split(', ')));
    }
  });

  test('its YAML is YAML', () => {
    for (const block of blocks(page(name), 'yaml')) {
      expect(parse(block)).toEqual(expect.any(Object));
    }
  });
});

describe('docs/plan-audit.md', () => {
  test('describes every format and every exit code', () => {
    for (const format of FORMATS) {
      expect(REPORTS).toMatch(new RegExp(`^\\| \`${format}\``, 'm'));
    }
    for (const code of [...Object.values(EXIT_CODES), 64, 70]) {
      expect(REPORTS).toMatch(new RegExp(`^\\| ${code} +\\| `, 'm'));
    }
  });

  test('shows a waiver that is taken', () => {
    const [example = ''] = blocks(REPORTS, 'yaml');
    const file = readWaivers(parse(example), 'waivers.yaml');
    const { waivers } = applyWaivers(auditPath(fixture('good')), file, '2026-11-20');

    expect(file.faulty).toEqual([]);
    expect(waivers.map(({ status }) => status)).toEqual(['unused']);
  });
});

describe('docs/plan-audit-ci.md', () => {
  test('finds its comment by the first line of the Markdown report', () => {
    expect(page('plan-audit-ci.md')).toContain(`startswith("${audit.STICKY_MARKER}")`);
  });
});
