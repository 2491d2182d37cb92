import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { RuntimeLab } from './support';

/** A function runs where the deployed one would: what it requires is in its package, built in, or part of the runtime. */
let lab: RuntimeLab;
beforeEach(() => {
  lab = new RuntimeLab();
  // What lies above a state folder in a project: modules that the function's package does not have.
  for (const folder of [lab.stateDir, path.join(lab.stateDir, 'functions')]) install(folder, 'left-pad');
});
afterEach(() => lab.dispose());

function install(folder: string, name: string): void {
  const target = path.join(folder, 'node_modules', name);
  mkdirSync(target, { recursive: true });
  writeFileSync(path.join(target, 'package.json'), JSON.stringify({ name, main: 'index.js' }));
  writeFileSync(path.join(target, 'index.js'), `module.exports = 'from outside';`);
}

const handler = (expression: string) => `exports.handler = async () => ${expression};`;

test.each(['left-pad', 'left-pad/index.js', '../../node_modules/left-pad', 'fflate'])(
  'a module that is not in the package is Runtime.ImportModuleError: %s',
  async (name) => {
    const result = await lab.run(`const found = require('${name}');\n${handler('found')}`);
    expect(result).toMatchObject({
      ok: false,
      errorType: 'Runtime.ImportModuleError',
      errorMessage: expect.stringContaining(`Cannot find module '${name}'`),
    });
  },
);

test('one that is asked for by a request is an error of that request', async () => {
  expect(await lab.run(handler(`require('left-pad')`))).toMatchObject({
    ok: false,
    errorMessage: expect.stringContaining("Cannot find module 'left-pad'"),
  });
});

test('a module of a module of the package is looked for in the package only', async () => {
  const spec = lab.spec({
    'index.js': handler(`require('inner')`),
    'node_modules/inner/package.json': '{"name":"inner","main":"index.js"}',
    'node_modules/inner/index.js': `module.exports = require('left-pad');`,
  });
  const runtime = lab.runtime(spec);
  expect(await runtime.invoke(spec.name, {})).toMatchObject({ ok: false });
});

test('modules of the package, relative ones and built-in ones are found', async () => {
  const spec = lab.spec({
    'index.js': handler(`[require('inner'), require('./lib/x'), require('path').sep, require('node:os').EOL]`),
    'lib/x.js': `module.exports = 'x';`,
    'node_modules/inner/package.json': '{"name":"inner","main":"main.js"}',
    'node_modules/inner/main.js': `module.exports = 'inner';`,
  });
  const runtime = lab.runtime(spec);
  expect(await runtime.invoke(spec.name, {})).toEqual({ ok: true, payload: ['inner', 'x', path.sep, '\n'] });
});

test('the SDK is part of the runtime', async () => {
  const result = await lab.run(handler(`typeof require('@aws-sdk/client-secrets-manager').SecretsManagerClient`));
  expect(result).toEqual({ ok: true, payload: 'function' });
});

test('the log names the module', async () => {
  await lab.run(`require('left-pad');\n${handler('1')}`);
  expect(lab.log()).toContain("Cannot find module 'left-pad'");
});
