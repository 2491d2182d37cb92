import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULES } from '../../../audit/rules';
import { renderCatalogue } from '../../../audit/rules/catalogue';

const ROOT = join(__dirname, '../../..');
const page = readFileSync(join(ROOT, 'docs/audit-rules.md'), 'utf8');

test('the page is what the rules say', () => {
  // Made again by: npm run build && node scripts/audit-rules.mjs
  expect(page).toBe(renderCatalogue(RULES));
});

test('files, rules and sections are as many', () => {
  const folder = join(ROOT, 'audit/rules');
  const sources = readdirSync(folder).flatMap((name) =>
    name.endsWith('.ts') ? [readFileSync(join(folder, name), 'utf8')] : [],
  );
  const ids = sources.flatMap((text) => {
    const found = [...text.matchAll(/^export const \w+: Rule = \{\n {2}id: '([A-Z]+-\d{3})'/gm)];
    expect(found.length).toBeLessThan(2);
    return found.map((match) => match[1]);
  });

  expect(ids.sort()).toEqual(RULES.map(({ id }) => id).sort());
  expect([...page.matchAll(/^### ([A-Z]+-\d{3}) /gm)].map((match) => match[1]).sort()).toEqual(
    RULES.map(({ id }) => id).sort(),
  );
});

test('ids are in order, once each', () => {
  const ids = RULES.map(({ id }) => id);

  expect([...new Set(ids)].sort()).toEqual(ids);
});

test.each(RULES.map((rule) => [rule.id, rule] as const))('%s says title, why, cause, remedy and source', (_, rule) => {
  expect(rule.title).toMatch(/^[A-Z].+[^.]$/);
  for (const text of [rule.why, rule.cause, rule.fix]) {
    expect(text).toMatch(/^\S.{15,}\.$/);
  }
  expect(rule.references.length).toBeGreaterThan(0);
  expect(rule.references.filter((url) => !url.startsWith('https://'))).toEqual([]);
});

test('nothing claims compliance', () => {
  expect(page.replace('no rule, and no report, shows compliance', '')).not.toMatch(/complian|certif(ied|ies) /i);
});
