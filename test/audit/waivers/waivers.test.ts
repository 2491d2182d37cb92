import { readWaivers, type WaiverFile, WaiverFileError } from '../../../audit';

const GOOD = {
  id: 'W-1',
  rule: 'AUTHZ-003',
  address: 'aws_api_gateway_method.partners_*',
  reason: 'partners move to tokens until the end of November',
  owner: 'team-sales',
  approver: 'security',
  created: '2026-11-01',
  expires: '2026-11-30',
};

function read(...waivers: unknown[]): WaiverFile {
  return readWaivers({ version: 1, waivers }, 'waivers.yaml');
}

function faultOf(members: object): string | undefined {
  return read({ ...GOOD, ...members }).faulty[0]?.fault;
}

describe('a waiver', () => {
  test('with reason, owner, approver and expiry is taken', () => {
    expect(read(GOOD)).toEqual({ file: 'waivers.yaml', waivers: [GOOD], faulty: [] });
  });

  test.each(['id', 'rule', 'reason', 'owner', 'approver', 'created', 'expires'])('without %s is refused', (name) => {
    expect(faultOf({ [name]: undefined })).toBeDefined();
    const { [name]: _, ...rest } = GOOD as Record<string, string>;
    expect(read(rest).faulty[0]?.fault).toBe(`has no ${name}, which is required`);
  });

  test('with an empty member or one that is no text is refused', () => {
    expect(faultOf({ owner: ' ' })).toBe('owner is " ", expected a text');
    expect(faultOf({ ticket: 12 })).toBe('ticket is 12, expected a text');
  });

  test('with a member that means nothing is refused, since it may be misspelt', () => {
    expect(faultOf({ expire: '2026-11-30' })).toContain('has the unknown member "expire"');
  });

  test('whose reason says nothing is refused', () => {
    expect(faultOf({ reason: 'false positive' })).toBe('reason has 14 characters, at least 20 are required');
  });

  test('that its owner approved is refused, whatever the case of the letters', () => {
    expect(faultOf({ approver: 'Team-Sales' })).toContain('somebody else must approve');
  });

  test.each(['2026-11-31', '2026-1-1', 'tomorrow', '2026-11-30T00:00:00Z'])(
    'that expires on %s is refused',
    (expires) => {
      expect(faultOf({ expires })).toBe(`expires is ${JSON.stringify(expires)}, expected a day as YYYY-MM-DD`);
    },
  );

  test('that holds for more than 180 days, or ends before it begins, is refused', () => {
    expect(faultOf({ expires: '2027-05-01' })).toBe('holds for 181 days, at most 180 are allowed');
    expect(faultOf({ expires: '2027-04-30' })).toBeUndefined();
    expect(faultOf({ expires: '2026-10-31' })).toBe('expires on 2026-10-31, before it was created on 2026-11-01');
  });

  test.each(['*', '**', 'aws_api_gateway_method.*', '*.list', 'a*.b*', 'module.*'])(
    'for %s covers too much',
    (address) => {
      expect(faultOf({ address })).toContain('which covers too much');
    },
  );

  test('names one of address and construct', () => {
    expect(faultOf({ address: undefined })).toBe('needs one of address and construct');
    expect(faultOf({ construct: 'gateway-prod/Api' })).toBe('needs one of address and construct');
    expect(faultOf({ address: undefined, construct: 'gateway-*/Gateway/Routes/*' })).toBeUndefined();
  });

  test('of a stateful resource names plan, action and the exact address', () => {
    const bound = { plan: 'a'.repeat(64), action: 'delete', address: 'aws_dynamodb_table.tokens' };

    expect(faultOf(bound)).toBeUndefined();
    expect(faultOf({ ...bound, plan: undefined })).toContain('plan is not set');
    expect(faultOf({ ...bound, plan: 'A'.repeat(64) })).toContain('expected the SHA-256 of the plan');
    expect(faultOf({ ...bound, action: undefined })).toContain('action is not set');
    expect(faultOf({ ...bound, action: 'destroy' })).toBe(
      'action is "destroy", allowed are delete, replace, forget, update',
    );
    expect(faultOf({ ...bound, address: 'aws_dynamodb_table.tokens*' })).toContain('needs the exact address');
  });

  test('with the id of another is refused, and the other stays', () => {
    const { waivers, faulty } = read(GOOD, { ...GOOD, rule: 'IAM-001' });

    expect(waivers).toHaveLength(1);
    expect(faulty).toEqual([
      { waiver: { ...GOOD, rule: 'IAM-001' }, fault: 'has the id of another waiver, ids are unique' },
    ]);
  });

  test('that is no object is told by its position', () => {
    expect(read(GOOD, 'W-2').faulty).toEqual([{ waiver: { id: 'waivers[1]' }, fault: 'is not an object' }]);
  });
});

describe('a file of waivers', () => {
  test.each([
    undefined,
    null,
    [],
    'text',
    {},
    { version: 2, waivers: [] },
    { version: 1 },
    { version: 1, waivers: {} },
  ])('%j is none', (document) => {
    expect(() => readWaivers(document, 'w.json')).toThrow(WaiverFileError);
    expect(() => readWaivers(document, 'w.json')).toThrow(/^w\.json: holds no waivers/);
  });

  test('with another member is refused', () => {
    expect(() => readWaivers({ version: 1, waivers: [], waiver: [] }, 'w.json')).toThrow(
      'w.json: has the unknown member "waiver", allowed are version and waivers',
    );
  });
});
