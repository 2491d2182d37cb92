// Writes the tables of keywords in docs/openapi.md from the list of the build: npm run build && node scripts/openapi-keywords.mjs
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { keywordTables } = require('../dist/constructs/api/openapi/keywords.js');

const page = new URL('../docs/openapi.md', import.meta.url);
const [text] = readFileSync(page, 'utf8').split(/^### Parameters$/m);
writeFileSync(page, `${text}${keywordTables()}\n`);
