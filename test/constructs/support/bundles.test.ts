import { join } from 'node:path';
import { kitBundle, tokenServiceDocumentFile } from '../../../constructs/support/bundles';

const mockPresent = new Set<string>();
jest.mock('node:fs', () => ({ existsSync: (path: string) => mockPresent.has(path) }));

const repository = join(__dirname, '..', '..', '..');

beforeEach(() => mockPresent.clear());

test('from the sources, bundles are those of the build', () => {
  mockPresent.add(join(repository, 'dist/lambdas/authorizer/bundle/index.js'));
  expect(kitBundle('authorizer')).toBe(join(repository, 'dist/lambdas/authorizer/bundle'));
});

test('from the compiled constructs, bundles are beside them', () => {
  // As seen from dist/constructs/support, ../../lambdas is dist/lambdas; here it is the folder of the sources.
  mockPresent.add(join(repository, 'lambdas/authorizer/bundle/index.js'));
  expect(kitBundle('authorizer')).toBe(join(repository, 'lambdas/authorizer/bundle'));
});

test('the OpenAPI document of the token service is beside its bundle', () => {
  mockPresent.add(join(repository, 'dist/lambdas/token-service/openapi.json'));
  expect(tokenServiceDocumentFile()).toBe(join(repository, 'dist/lambdas/token-service/openapi.json'));
});

test('a kit that is not built is named, with what to do', () => {
  expect(() => kitBundle('token-service')).toThrow(
    'token-service/bundle/index.js of the kit is not built, run "npm run build"',
  );
});
