import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { handler as activity } from '../../examples/homepage-dashboard/backends/activity';
import { handler as sales } from '../../examples/homepage-dashboard/backends/sales';
import { EXAMPLE, operations, proxyEvent } from './example';

const readme = readFileSync(join(EXAMPLE, 'README.md'), 'utf8');

/** Each `curl` that an answer follows: method, path with query, body, answer. */
const calls = [...readme.matchAll(/```sh\n(curl [^`]*"\$BASE(\/v1\/[^"]+)")\n```\n\n```json\n([^`]+)```/g)].map(
  ([, command = '', target = '', answer = '']) => ({
    method: /-X (\w+)/.exec(command)?.[1] ?? 'GET',
    target,
    body: /-d '([^']+)'/.exec(command)?.[1],
    answer,
  }),
);

describe('README of the home-page dashboard', () => {
  test('lists every operation with its scopes and its backend', () => {
    const rows = operations.map(({ method, path, operation, backend }) => {
      const alternatives = operation.security.map(({ token = [] }) =>
        token.map((scope) => `\`${scope}\``).join(' and '),
      );
      return `| \`${method} ${path}\` | ${alternatives.join(' or ') || 'public'} | ${backend} |`;
    });
    const lines = readme.split('\n').map((line) => line.replaceAll(/ +/g, ' '));
    expect(lines.filter((line) => /^\| `[A-Z]+ \/v1/.test(line))).toEqual(rows);
  });

  test('counts the operations', () => {
    expect(readme).toContain(`\n${operations.length} operations`);
  });

  test('shows four calls with their answers', () => {
    expect(calls.map(({ target }) => target.split('?')[0])).toEqual([
      '/v1/sales/europe',
      '/v1/sales/europe/timeseries',
      '/v1/activity',
      '/v1/sales/atlantis',
    ]);
  });

  test.each(calls)('shows the answer of $method $target', async ({ method, target, body, answer }) => {
    const url = new URL(target, 'https://api.example.com');
    const region = /^\/v1\/sales\/(\w+)/.exec(url.pathname)?.[1];
    const event = proxyEvent(method, region === undefined ? url.pathname : url.pathname.replace(region, '{region}'), {
      query: Object.fromEntries(url.searchParams),
      ...(region === undefined ? {} : { path: { region } }),
      ...(body === undefined ? {} : { body: JSON.parse(body) }),
    });
    const result = await (target.startsWith('/v1/sales') ? sales : activity)(event);
    expect(JSON.parse(answer)).toEqual(JSON.parse(result.body));
  });
});
