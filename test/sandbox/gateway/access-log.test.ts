import { renderAccessLog, unknownVariables } from '../../../sandbox/gateway/access-log';
import { RequestVariables } from '../../../sandbox/gateway/context';

function render(format: string, values: Record<string, string | number>): string {
  const variables = new RequestVariables();
  variables.set(values);
  return renderAccessLog(format, variables, { colour: 'blue' });
}

describe('access log', () => {
  test('variables are filled in and absent ones are "-"', () => {
    expect(render('$context.httpMethod $context.status $context.waf.status', { httpMethod: 'GET', status: 200 })).toBe(
      'GET 200 -',
    );
  });

  test('the longest name counts, and punctuation ends it', () => {
    const values = { 'authorizer.tier': 'free', 'authorizer.tierName': 'Free', requestId: 'r' };
    expect(render('$context.authorizer.tierName,$context.authorizer.tier-$context.requestId.', values)).toBe(
      'Free,free-r.',
    );
  });

  test('what a client sends cannot break out of a JSON string', () => {
    const line = render('{"ua":"$context.identity.userAgent","tokenId":"$context.authorizer.tokenId"}', {
      'identity.userAgent': 'x","tokenId":"forged\\',
    });
    expect(JSON.parse(line)).toEqual({ ua: 'x","tokenId":"forged\\', tokenId: '-' });
  });

  test('a value that looks like a variable stays as it is', () => {
    expect(render('$context.identity.userAgent', { 'identity.userAgent': '$context.apiId', apiId: 'secret' })).toBe(
      '$context.apiId',
    );
  });

  test('variables that API Gateway does not have are named', () => {
    const format = '$context.requestId $context.identity.sourceIP $context.authorizer.anything $context.status';
    expect(unknownVariables(format)).toEqual(['identity.sourceIP']);
  });
});
