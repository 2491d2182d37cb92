import { renderJunit } from '../../../audit/report/junit';
import { findingOf, HOSTILE, reportFullOf, reportWith } from './sample';

/** Tags of an XML text in their order; throws where the text is not well-formed (enough of XML 1.0 for this report). */
function tags(xml: string): { name: string; attributes: Record<string, string> }[] {
  const found: { name: string; attributes: Record<string, string> }[] = [];
  const open: string[] = [];
  const rest = xml
    .replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
    .replace(
      /<(\/?)([\w-]+)((?: [\w-]+="[^"<]*")*)(\/?)>/g,
      (_, end: string, name: string, list: string, empty: string) => {
        if (end === '/') {
          expect(open.pop()).toBe(name);
          return '';
        }
        found.push({
          name,
          attributes: Object.fromEntries(
            [...list.matchAll(/([\w-]+)="([^"]*)"/g)].map((match) => [match[1], match[2]]),
          ),
        });
        if (empty === '') {
          open.push(name);
        }
        return '';
      },
    );
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|#39);)/);
  // Characters of XML 1.0, production 2.
  expect(xml).toMatch(/^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u);
  return found;
}

describe('the JUnit report', () => {
  const report = reportWith([
    findingOf({ verdict: 'pass', address: 'a.pass' }),
    findingOf({ source: { file: 'stacks/api.ts', line: 12, column: 5 } }),
    findingOf({ verdict: 'unknown', address: 'a.unknown' }),
    findingOf({ waiver: 'W-1', address: 'a.waived' }),
    findingOf({ inBaseline: true, address: 'a.known' }),
  ]);

  test('counts a failure as failure, and what is unknown or accepted as skipped, never as passed', () => {
    const [all, suite] = tags(renderJunit(report));

    expect(all?.attributes).toMatchObject({ tests: '5', failures: '1', errors: '0', skipped: '3' });
    expect(suite?.attributes).toMatchObject({ name: 'stack', tests: '5', failures: '1', skipped: '3' });
  });

  test('names rule, address and source of a failure', () => {
    const cases = tags(renderJunit(report)).filter(({ name }) => name === 'testcase');

    expect(cases[1]?.attributes).toEqual({
      classname: 'AUTHZ-001',
      name: 'aws_api_gateway_method.list',
      file: 'stacks/api.ts',
      line: '12',
    });
  });

  test('tells why a test is skipped', () => {
    const reasons = tags(renderJunit(report))
      .filter(({ name }) => name === 'skipped')
      .map(({ attributes }) => attributes.message?.split(':')[0]);

    expect(reasons).toEqual(['unknown', 'waived by W-1', 'in the baseline']);
  });

  test.each(HOSTILE)('%j stays text', (hostile) => {
    const found = tags(renderJunit(reportFullOf(hostile)));

    expect(found.map(({ name }) => name).sort()).toEqual(
      [
        'testsuites',
        'testsuite',
        ...Array(4).fill('testcase'),
        'failure',
        'failure',
        'skipped',
        'skipped',
        'system-out',
      ].sort(),
    );
  });
});
