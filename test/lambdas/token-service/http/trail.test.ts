import { isProven, verifyExport } from '../../../../lambdas/lib/trail/export';
import { leafHash } from '../../../../lambdas/lib/trail/merkle';
import { isSealedBy } from '../../../../lambdas/lib/trail/seal';
import { entryHash } from '../../../../lambdas/lib/trail/trail-entry';
import { entryText } from '../../../../lambdas/lib/trail/trail-table';
import { event, writer } from '../../lib/trail/support';
import { TrailLab } from '../../trail-sealer/support';
import { contextOfAccessToken } from '../support/callers';
import { Harness } from '../support/harness';

const lab = new TrailLab();
let service: Harness;

/** Five sealed entries of two teams, one of them refused, and one without a seal. */
beforeAll(async () => {
  await lab.start();
  service = await Harness.start();
  service.now = lab.now;
  service.overrides = { trailReader: lab.reader };
  service.config = { ...service.config, auditors: [{ issuer: 'https://issuer.example.com/', subject: 'auditor' }] };
  await service.addTeam('search', { viewer: 'viewer', admin: 'admin' });
  await lab.append(
    writer(1),
    [0, 1, 2].map((number) => event(number)),
  );
  await lab.append(writer(2), [
    event(3, { actor: 'somebody else' }),
    event(4, { action: 'token.revoke', outcome: 'refused' }),
  ]);
  await lab.sealer().run();
  // What is not sealed yet is young.
  await lab.append(writer(3), [event(6, { at: lab.now })]);
});
afterAll(async () => {
  await service.close();
  await lab.lab.dispose();
});

const as = (subject: string) => {
  const { application: _, ...context } = contextOfAccessToken({ subject, tokenId: 'jti', scopes: 'trail:read' });
  return { authorizer: context };
};

const list = (query: Record<string, string> = {}, caller = as('auditor')) =>
  service.request('GET', '/v1/trail', { query, ...caller });

const ids = ({ body }: Awaited<ReturnType<typeof list>>): string[] =>
  (body.entries as { entryId: string }[]).map(({ entryId }) => entryId);

describe('GET /trail', () => {
  test('has every entry for an auditor, newest first, and says which are sealed', async () => {
    const reply = await list();
    expect(reply.status).toBe(200);
    expect(ids(reply)).toEqual(
      [3, 2, 2, 1, 1, 1].map((chain, index) => `${writer(chain)}-${[1, 2, 1, 3, 2, 1][index]}`),
    );
    expect(reply.body.entries.map((one: { isSealed: boolean }) => one.isSealed)).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(reply.body.entries[5].entry).toMatchObject({ action: 'token.update', previous: '0'.repeat(64) });
  });

  test.each([
    [{ actor: 'somebody else' }, [`${writer(2)}-1`]],
    [{ action: 'token.revoke' }, [`${writer(2)}-2`]],
    [{ object: 'token#token1' }, [`${writer(2)}-2`, `${writer(1)}-2`]],
    [{ object: 'token#token1', team: 'search' }, [`${writer(2)}-2`]],
    [{ team: 'sales' }, [`${writer(2)}-1`, `${writer(1)}-2`]],
    [{ from: '2026-03-04T05:06:10Z', to: '2026-03-04T05:06:11Z' }, [`${writer(2)}-2`, `${writer(2)}-1`]],
    [{ object: 'team#none' }, []],
  ])('%j finds exactly those', async (query, expected) => {
    expect(ids(await list(query as unknown as Record<string, string>))).toEqual(expected);
  });

  test('goes on page by page, and a cursor is good for its own list only', async () => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const reply = await list({ limit: '1', ...(cursor === undefined ? {} : { cursor }) });
      found.push(...ids(reply));
      cursor = reply.body.nextCursor;
    } while (cursor !== undefined && found.length < 20);
    expect(found).toHaveLength(6);
    const { body } = await list({ limit: '1' });
    expect((await list({ limit: '1', cursor: body.nextCursor, action: 'token.revoke' })).status).toBe(400);
    expect((await list({ limit: '1', cursor: body.nextCursor, team: 'search' })).status).toBe(400);
  });

  test('has what concerns the own team for a member, whatever is asked for', async () => {
    expect(ids(await list({}, as('viewer')))).toEqual([
      `${writer(3)}-1`,
      `${writer(2)}-2`,
      `${writer(1)}-3`,
      `${writer(1)}-1`,
    ]);
    expect(ids(await list({ object: 'token#token1' }, as('viewer')))).toEqual([`${writer(2)}-2`]);
    expect((await list({ team: 'sales' }, as('viewer'))).status).toBe(404);
    expect((await list({}, as('stranger'))).status).toBe(403);
  });

  test.each([
    [{ object: 'x' }, 'object'],
    [{ action: 'x' }, 'action'],
    [{ from: 'yesterday' }, 'from'],
    [{ limit: '101' }, 'limit'],
    [{ colour: 'red' }, 'colour'],
  ])('%j is refused, and the member is named', async (query, parameter) => {
    const { status, text } = await list(query as unknown as Record<string, string>);
    expect(status).toBe(400);
    expect(text).toContain(parameter);
  });
});

describe('GET /trail/{entryId}/proof', () => {
  const prove = (id: string, caller = as('auditor')) => service.request('GET', `/v1/trail/${id}/proof`, caller);

  test('proves an entry with the public key alone', async () => {
    const { status, body } = await prove(`${writer(1)}-2`);
    expect(status).toBe(200);
    expect(leafHash(entryText(body.entry)).toString('hex')).toBe(body.leafHash);
    expect(isProven(body.leafHash, body.proof, body.seal)).toBe(true);
    expect(isProven(body.leafHash, { ...body.proof, leaf: body.proof.leaf + 1 }, body.seal)).toBe(false);
    expect(isSealedBy(await lab.key.publicKey(), { ...body, leaves: [] })).toBe(true);
  });

  test('of an entry without a seal is a conflict that passes', async () => {
    expect(await prove(`${writer(3)}-1`)).toMatchObject({
      status: 409,
      body: { detail: 'the entry has no seal yet; the trail is sealed every minute' },
    });
  });

  test('of another team, or of none, is not there', async () => {
    const foreign = await prove(`${writer(1)}-2`, as('viewer'));
    const missing = await prove(`${writer(9)}-1`, as('viewer'));
    expect([foreign.status, missing.status]).toEqual([404, 404]);
    expect(foreign.body.detail).toBe(missing.body.detail);
  });
});

describe('POST /trail/export', () => {
  const ask = (body: object, caller = as('auditor')) =>
    service.request('POST', '/v1/trail/export', { body, ...caller });

  test('is NDJSON that verifies offline, with a proof for each sealed entry', async () => {
    const { status, text, headers } = await ask({});
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/x-ndjson');
    expect(verifyExport(text, { publicKey: await lab.key.publicKey() })).toMatchObject({
      findings: [],
      scope: 'selection',
      entries: 6,
      unsealed: 1,
    });
  });

  test('an entry that is changed in it is found at the record', async () => {
    const { text } = await ask({ team: 'search' }, as('admin'));
    const tampered = text.replace('"actor":"api_token', '"actor":"other_token');
    const { findings } = verifyExport(tampered, { publicKey: await lab.key.publicKey() });
    expect(findings).toMatchObject([{ fault: 'edit', where: 'export' }]);
  });

  test('a changed entry whose hash was computed anew does not lead to the sealed tree', async () => {
    const { text } = await ask({ action: 'token.revoke' });
    const lines = text.split('\n').map((line) => (line === '' ? undefined : JSON.parse(line)));
    const other = lines.find((line) => line?.kind === 'entry');
    other.entry.outcome = 'done';
    other.entry.hash = entryHash(other.entry);
    const forged = lines.map((line) => (line === undefined ? '' : JSON.stringify(line))).join('\n');
    expect(verifyExport(forged, { publicKey: await lab.key.publicKey() }).findings).toMatchObject([
      { record: `${writer(2)}-2`, text: 'its proof does not lead to the tree that was sealed' },
    ]);
  });

  test.each<[string, (lines: string[]) => string[], string]>([
    ['whose proof was taken away', (lines) => lines.map((line) => line.replace(/,"proof":\{[^}]*\}/, '')), 'unsealed'],
    ['that are fewer than its last line says', (lines) => lines.filter((_, index) => index !== 1), 'truncation'],
    ['with another beginning among them', ([first = '', ...lines]) => [first, first, ...lines], 'insert'],
    [
      'of a trail that it does not name',
      ([first = '', ...lines]) => [first.replace(/"trail":"[^"]*"/, '"trail":"other"'), ...lines],
      'edit',
    ],
    ['whose seal has no signature', (lines) => lines.map((line) => line.replace(/,"signature":"[^"]*"/, '')), 'edit'],
    ['behind its last line', (lines) => [...lines, lines[1] ?? ''], 'truncation'],
  ])('entries %s are found', async (_, tamper, fault) => {
    const { text } = await ask({});
    const lines = text.trim().split('\n');
    const { findings } = verifyExport(tamper(lines).join('\n'), { publicKey: await lab.key.publicKey() });
    expect(findings.map((finding) => finding.fault)).toContain(fault);
  });

  test('a whole trail has no entry behind its last seal that says something else than its hash', async () => {
    const { text } = await ask({});
    const lines = text.trim().split('\n');
    const last = JSON.parse(lines.find((line) => line.includes(`"writer":"${writer(3)}"`)) ?? '');
    const [header] = lines;
    const seal = lines.find((line) => line.includes('"kind":"seal"'));
    const whole = (entry: object) =>
      [
        header?.replace('selection', 'whole'),
        seal,
        JSON.stringify({ ...last, entry }),
        '{"kind":"end","entries":1}',
      ].join('\n');
    const unproven = (entry: object) =>
      verifyExport(whole(entry), { publicKey }).findings.filter(({ record }) => record.startsWith(writer(3)));
    const publicKey = await lab.key.publicKey();
    expect(unproven(last.entry)).toEqual([]);
    expect(unproven({ ...last.entry, actor: 'somebody else' })).toMatchObject([{ fault: 'edit' }]);
  });

  test('goes on where its last line says', async () => {
    const first = await ask({ limit: 4 });
    const { nextCursor } = JSON.parse(first.text.trim().split('\n').at(-1) ?? '');
    const second = await ask({ limit: 4, cursor: nextCursor });
    expect(second.text.match(/"kind":"entry"/g)).toHaveLength(2);
  });

  test('is for administrators of a team, operators and auditors', async () => {
    expect((await ask({ team: 'search' }, as('viewer'))).status).toBe(403);
    expect((await ask({ team: 'search' }, as('admin'))).status).toBe(200);
  });
});

test('a platform without a trail says so', async () => {
  service.overrides = {};
  try {
    expect(await list()).toMatchObject({ status: 404, body: { detail: 'this platform has no audit trail' } });
  } finally {
    service.overrides = { trailReader: lab.reader };
  }
});
