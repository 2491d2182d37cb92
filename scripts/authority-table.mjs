// Writes the table of rights into docs/authority.md, from the table that the token service goes by.
import { readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const FILE = 'docs/authority.md';
const [BEGIN, END] = ['<!-- table of rights: begin -->', '<!-- table of rights: end -->'];

const { outputFiles } = await build({
  entryPoints: ['lambdas/token-service/domain/authority/render.ts'],
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
});
const { renderRights } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`
);

const text = readFileSync(FILE, 'utf8');
const [before, after] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
writeFileSync(FILE, `${text.slice(0, before)}\n${renderRights()}\n${text.slice(after)}`);
