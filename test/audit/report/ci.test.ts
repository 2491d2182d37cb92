import { renderGithub, renderGitlab } from '../../../audit/report/ci';
import { findingOf, HOSTILE, reportFullOf, reportWith, waiverInfoOf } from './sample';

const SOURCE = { file: 'stacks/api.ts', line: 12, column: 5 };

describe('annotations of GitHub', () => {
  test('a failure is an error at its line, an unknown answer a warning, and the counts come last', () => {
    const report = reportWith([
      findingOf({ verdict: 'unknown', message: 'the path is not known' }),
      findingOf({ source: SOURCE }),
    ]);

    expect(renderGithub(report).split('\n')).toEqual([
      '::error file=stacks/api.ts,line=12,col=5,title=AUTHZ-001 Route without an access rule::' +
        'stack: aws_api_gateway_method.list: GET /: it has no access rule',
      '::warning title=AUTHZ-001 Route without an access rule::stack: aws_api_gateway_method.list: the path is not known',
      '::notice title=plan audit::0 pass, 1 fail, 1 unknown',
      '',
    ]);
  });

  test('what is accepted is no annotation, a waiver in trouble is one', () => {
    const waivers = [waiverInfoOf({ status: 'expired', problem: 'expired on 2026-01-01' })];
    const text = renderGithub(reportWith([findingOf({ inBaseline: true })], { waivers }));

    expect(text).not.toContain('::error');
    expect(text).toContain('::warning title=waiver W-1::waiver W-1 expired on 2026-01-01\n');
  });

  test.each(HOSTILE)('%j gives no command of its own', (hostile) => {
    const lines = renderGithub(reportFullOf(hostile)).trimEnd().split('\n');

    expect(lines).toHaveLength(5);
    for (const line of lines) {
      // The runner reads the command up to the second "::".
      expect(line).toMatch(/^::(error|warning|notice) [^:\r\n]+::[^\r\n]*$/);
    }
  });
});

describe('Code Quality of GitLab', () => {
  test('has the place, the severity and the fingerprint of each open finding', () => {
    const known = findingOf({ inBaseline: true });

    expect(JSON.parse(renderGitlab(reportWith([findingOf({ source: SOURCE }), known])))).toEqual([
      {
        description: 'aws_api_gateway_method.list: GET /: it has no access rule',
        check_name: 'AUTHZ-001',
        fingerprint: '0123456789abcdef0123456789abcdef',
        severity: 'blocker',
        location: { path: 'stacks/api.ts', lines: { begin: 12 } },
      },
    ]);
  });

  test('an unknown answer says so', () => {
    const [issue] = JSON.parse(renderGitlab(reportWith([findingOf({ verdict: 'unknown' })]))) as Record<
      string,
      unknown
    >[];

    expect(issue).toMatchObject({ severity: 'info', location: { path: 'plan.json', lines: { begin: 1 } } });
    expect(issue?.description).toMatch(/^unknown: /);
  });
});
