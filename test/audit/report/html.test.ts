import { createHash } from 'node:crypto';
import { auditPath, render } from '../../../audit';
import { fixture } from '../support';
import { findingOf, HOSTILE, reportFullOf, reportWith, rowWith, waiverInfoOf } from './sample';

function html(report = auditPath(fixture('good'))): string {
  return render(report, 'html');
}

describe('the HTML report', () => {
  test('names nothing outside itself, but the pages that it quotes as text', () => {
    expect(html()).not.toMatch(/<(?:link|img|iframe|object|embed|base|form)\b|\ssrc=|url\(|@import/);
    expect(html().match(/\shref="(?!#)[^"]*"/g)).toBeNull();
  });

  test('its content security policy names the hashes of its own style and script, and nothing more', () => {
    const text = html();
    const hash = (tag: string) => {
      const content = new RegExp(`<${tag}>([\\s\\S]*)</${tag}>`).exec(text)?.[1] ?? '';
      return createHash('sha256').update(content).digest('base64');
    };

    expect(/content="(default-src[^"]*)"/.exec(text)?.[1]).toBe(
      `default-src 'none'; style-src 'sha256-${hash('style')}'; script-src 'sha256-${hash('script')}'; base-uri 'none'; form-action 'none'`,
    );
  });

  test('the same report gives the same bytes', () => {
    expect(html()).toBe(html());
  });

  test('a weakened route stands out, and can be filtered', () => {
    const matrix = [{ ...rowWith('/v1'), changes: ['weakened: authorization CUSTOM → NONE'] }];
    const text = html(reportWith([], { matrix }));

    expect(text).toContain(
      '<td><span class="badge fail">weakened</span><br>weakened: authorization CUSTOM → NONE</td>',
    );
    expect(text).toContain('<select id="matrix-change" name="change">');
    expect(text).toContain('data-change="weakened"');
  });

  test('a clean report says so', () => {
    const text = html(reportWith([]));

    expect(text).toContain('<p class="result pass">no findings, 0 unknown</p>');
    expect(text).toContain('No findings, and nothing that is unknown.');
  });

  test('what is unknown is no pass', () => {
    expect(html(reportWith([findingOf({ verdict: 'unknown' })]))).toContain('<p class="result unknown">');
    expect(html(reportWith([], { waivers: [waiverInfoOf({ status: 'unused', problem: 'x' })] }))).toContain(
      '<p class="result unknown">',
    );
  });

  test('an accepted finding stands apart, with who accepted it', () => {
    const text = html(reportWith([findingOf({ waiver: 'W-1' })], { waivers: [waiverInfoOf()] }));

    expect(text).toContain('<h2 id="accepted-title">Accepted findings (1)</h2>');
    expect(text).toContain('<strong>waived by W-1</strong>');
    expect(text).toContain('<td>bo</td><td>2026-12-01</td>');
  });

  test.each(HOSTILE)('%j is text', (hostile) => {
    const text = html(reportFullOf(hostile));
    const tags = new Set([...text.matchAll(/<\/?([a-z0-9]+)/gi)].map((match) => match[1]));

    expect([...tags].filter((tag) => ['img', 'textarea', 'svg', 'iframe'].includes(tag ?? ''))).toEqual([]);
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text.match(/<style/g)).toHaveLength(1);
    expect(text.match(/<title/g)).toHaveLength(1);
  });
});
