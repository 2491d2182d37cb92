import { TerraformElement, TerraformStack, Testing } from 'cdktf';
import fc from 'fast-check';
import { modelName, pathId, routeId } from '../../../constructs/gateway/route-ids';

/** What cdktf does to an id on its way to a logical id. */
const stripped = (id: string): string => id.replace(/[^A-Za-z0-9_-]/g, '');

const segment = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9._:-]{1,6}$/),
  fc.stringMatching(/^\{[A-Za-z0-9._:-]{1,6}\}$/),
  fc.constantFrom('a.b', 'ab', 'a_b', 'a-b', 'a', '_', '__', '_p', 'x', '{x}', '_5f', '-'),
);
const path = fc
  .uniqueArray(segment, { minLength: 0, maxLength: 4, selector: (part) => part.replace(/[{}]/g, '') })
  .map((parts) => `/${parts.join('/')}`);

describe('pathId', () => {
  test.each([
    ['/', '__'],
    ['/v1/sales/{region}', '__v1__sales___pregion'],
    ['/a.b', '__a_2eb'],
    ['/a_b', '__a_5fb'],
    ['/{proxy+}', '___gproxy'],
  ])('writes %s', (from, to) => {
    expect(pathId(from)).toBe(to);
  });

  test('different paths stay different when cdktf has stripped the id', () => {
    fc.assert(
      fc.property(path, path, (one, other) => {
        fc.pre(one !== other);
        expect(stripped(pathId(one))).not.toBe(stripped(pathId(other)));
      }),
    );
  });

  test('holds nothing that cdktf would strip', () => {
    fc.assert(fc.property(path, (one) => expect(stripped(pathId(one))).toBe(pathId(one))));
  });

  test('gives different logical ids to paths that cdktf alone would confuse', () => {
    const stack = new TerraformStack(Testing.app(), 'test');
    const paths = [
      '/a.b',
      '/ab',
      '/a-b',
      '/a_b',
      '/a/b',
      '/{ab}',
      '/a:b',
      '/a--b',
      '/{a}/b',
      '/a/{b}',
      '/Resource',
      '/Default',
    ];
    const ids = paths.map((one) => new TerraformElement(stack, pathId(one)).friendlyUniqueId);
    expect(new Set(ids).size).toBe(paths.length);
  });
});

describe('routeId and modelName', () => {
  test('a route id begins with the method', () => {
    expect(routeId({ method: 'GET', path: '/v1/x' })).toBe('GET__v1__x');
  });

  test('a model name has letters and digits only, and the route decides it', () => {
    const name = modelName({ method: 'PUT', path: '/v1/my-profile/{id}' });
    expect(name).toMatch(/^PutV1MyProfileId[0-9a-f]{8}$/);
    expect(name).not.toBe(modelName({ method: 'PUT', path: '/v1/my.profile/{id}' }));
  });
});
