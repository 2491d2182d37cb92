// Writes docs/audit-rules.md from the rules of the build: npm run build && node scripts/audit-rules.mjs
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { RULES } = require('../dist/audit/rules/index.js');
const { renderCatalogue } = require('../dist/audit/rules/catalogue.js');

writeFileSync(new URL('../docs/audit-rules.md', import.meta.url), renderCatalogue(RULES));
