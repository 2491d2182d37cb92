// Runs every benchmark and prints its ratios. A benchmark is a folder here whose index.mjs exports `run(print)`.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'index.mjs')));
const unknown = wanted.find((name) => !names.includes(name));
if (unknown !== undefined) {
  console.error(`no benchmark ${unknown}, there are ${names.join(', ')}`);
  process.exit(64);
}
console.log(`node ${process.version}, ${process.platform} ${process.arch}`);
for (const name of wanted.length === 0 ? names : wanted) {
  console.log(`\n## ${name}`);
  const { run } = await import(pathToFileURL(join(folder, name, 'index.mjs')).href);
  await run((line) => console.log(line));
}
