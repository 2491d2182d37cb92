import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderRights } from '../../lambdas/token-service/domain/authority/render';

test('the table of rights in the documentation is the one that the token service goes by', () => {
  const text = readFileSync(join(__dirname, '../../docs/authority.md'), 'utf8');
  const [, table] = /<!-- table of rights: begin -->\n([\s\S]*)\n<!-- table of rights: end -->/.exec(text) ?? [];
  // `node scripts/authority-table.mjs` writes it.
  expect(table).toBe(renderRights());
});
