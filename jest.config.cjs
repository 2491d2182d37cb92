// Types are checked by tsc; jest only strips them. ESM-only packages are compiled to CommonJS here, as esbuild does for the bundles.
const swc = [
  '@swc/jest',
  { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
];

module.exports = {
  rootDir: __dirname,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/before-run.mjs',
  globalTeardown: '<rootDir>/test/support/after-run.mjs',
  // The example's backends import the kit by its name, as they would in a project of their own.
  moduleNameMapper: { '^gatehouse/backend$': '<rootDir>/backend' },
  transform: { '^.+\\.[cm]?[jt]s$': swc },
  transformIgnorePatterns: ['/node_modules/(?!(jose|oauth4webapi|openid-client)/)', '<rootDir>/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdktf.out/', '<rootDir>/.gatehouse/'],
  testSequencer: '<rootDir>/test/support/sequencer.cjs',
  testTimeout: 30_000,
  // Of two processors jest would use one, and one process for everything.
  maxWorkers: '100%',
};
