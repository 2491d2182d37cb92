import { explainRule, listRules, RULES } from '../../audit';

describe('the explanation of a rule', () => {
  test.each(RULES.map((rule) => [rule.id, rule] as const))('%s has title, reason and remedy', (id, rule) => {
    const text = explainRule(id)?.replace(/\s+/g, ' ');

    for (const part of [rule.id, rule.title, rule.severity, rule.why, rule.fix]) {
      expect(text).toContain(part.replace(/\s+/g, ' '));
    }
  });

  test('is found in lower case too', () => {
    expect(explainRule('authz-001')).toBe(explainRule('AUTHZ-001'));
  });

  test('names the controls that it supports evidence for, and claims no compliance', () => {
    const text = explainRule('AUTHZ-001');

    expect(text).toMatch(/Supports evidence for \(no claim of compliance\)\n {2}AWS FSBP: APIGateway\.8\n/);
    expect(text).toContain('OWASP API 2023: API');
  });

  test('there is none of an unknown rule', () => {
    expect(explainRule('AUTHZ-999')).toBeUndefined();
  });

  test('fits the width', () => {
    const lines = RULES.flatMap(({ id }) => explainRule(id, 60)?.split('\n') ?? []);
    const long = lines.filter((line) => line.startsWith('  ') && line.length > 60 && !line.includes('https://'));

    expect(long).toEqual([]);
  });
});

test('the list has each rule in one line, in the order of the ids', () => {
  const ids = listRules()
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[0]);

  expect(ids).toEqual(RULES.map(({ id }) => id).sort());
});
