import {
  createPepperDocument,
  type PepperDocument,
  parsePepperDocument,
  pepperKeys,
} from '../../../lambdas/lib/pepper';

const NOW = new Date('2026-01-02T03:04:05Z');
const entry = (id: string, byte: number) => ({ id, key: Buffer.alloc(32, byte).toString('base64url') });
const document: PepperDocument = {
  schema: 1,
  kind: 'pepper',
  generation: 3,
  basedOnVersionId: 'v2',
  createdAt: NOW.toISOString(),
  payload: { next: entry('p4', 4), current: entry('p3', 3), retired: [entry('p2', 2), entry('p1', 1)] },
};

test('a new document can be read and has a key of 32 random bytes', () => {
  const made = parsePepperDocument(createPepperDocument(NOW));
  expect(made).toMatchObject({
    generation: 1,
    createdAt: '2026-01-02T03:04:05.000Z',
    payload: { current: { id: 'p1' } },
  });
  expect(pepperKeys(made).get('p1')).toHaveLength(32);
  expect(createPepperDocument(NOW)).not.toBe(createPepperDocument(NOW));
});

test.each([
  ['next', 'p4', 4],
  ['current', 'p3', 3],
  ['a retired one', 'p1', 1],
])('finds %s by its id', (_, id, byte) => {
  expect(pepperKeys(parsePepperDocument(JSON.stringify(document))).get(id)).toEqual(Buffer.alloc(32, byte));
});

test('finds none by another id', () => {
  expect(pepperKeys(document).get('p9')).toBeUndefined();
});

describe('refuses', () => {
  const { payload } = document;
  test.each<[string, unknown]>([
    ['no JSON', undefined],
    ['null', null],
    ['another schema', { ...document, schema: 2 }],
    ['another kind', { ...document, kind: 'other' }],
    ['no payload', { ...document, payload: undefined }],
    ['no list of retired keys', { ...document, payload: { ...payload, retired: undefined } }],
    ['no current key', { ...document, payload: { ...payload, current: undefined } }],
    ['a retired null', { ...document, payload: { ...payload, retired: [null] } }],
    ['no next member', { ...document, payload: { current: payload.current, retired: [] } }],
    ['an empty id', { ...document, payload: { ...payload, current: { ...payload.current, id: '' } } }],
    ['a short key', { ...document, payload: { ...payload, current: { id: 'p3', key: 'c2hvcnQ' } } }],
    ['a key in base64', { ...document, payload: { ...payload, current: { id: 'p3', key: `${'+'.repeat(43)}=` } } }],
  ])('%s', (_, value) => {
    expect(() => parsePepperDocument(JSON.stringify(value) ?? 'canary')).toThrow(
      'pepper secret is not a pepper document of schema 1',
    );
  });

  test('without quoting the text', () => {
    for (const text of ['{"canary": ', '{"canary":"canary"}', '"canary"']) {
      expect(() => parsePepperDocument(text)).not.toThrow('canary');
    }
  });
});
