import { readFileSync } from 'node:fs';
import { PROFILES } from '../../constructs/authorizer/identity-providers';
import { checkConfig } from '../../stacks/config/load';
import { fixtureConfig } from '../stacks/fixture';

const page = readFileSync('docs/identity-providers.md', 'utf8');
const [, first = ''] = page.split('| profile | client |');
const rows = [...(first.split('\n\n')[0] ?? '').matchAll(/^\| `([\w-]+)` \|(.+)\|$/gm)].map(
  ([, name = '', rest = '']) => [name, rest.split('|')] as const,
);
const examples = [...page.matchAll(/```json\n(\{[\s\S]*?\})\n```/g)].map(([, text = '']) => JSON.parse(text));

test('lists every profile, with its client claim, its id and what it demands', () => {
  expect(rows.map(([name]) => name)).toEqual(['rfc9068', ...Object.keys(PROFILES)]);
  for (const [name, profile] of Object.entries(PROFILES)) {
    const [, cells = []] = rows.find(([one]) => one === name) ?? [];
    for (const { form } of profile.variants) {
      expect(cells[0]).toContain(`\`${form.client}\``);
    }
    expect([...(cells[4] ?? '').matchAll(/`(\w+)`/g)].map(([, one]) => one)).toEqual(profile.demands);
  }
});

test('has an example for each profile of a provider, which the configuration takes as it is', () => {
  expect(examples.map(({ profile }) => profile)).toEqual(Object.keys(PROFILES));
  for (const issuer of examples) {
    const scopes = { ...fixtureConfig.scopes, 'sales:read': 'Read sales' };
    expect(() => checkConfig({ ...fixtureConfig, scopes, issuers: [issuer] }, 'example')).not.toThrow();
  }
});

test('is linked to', () => {
  for (const file of ['README.md', 'docs/authorizer.md', 'docs/configuration.md']) {
    expect(readFileSync(file, 'utf8')).toContain('identity-providers.md');
  }
});
