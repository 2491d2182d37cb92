import { type AuditReport, auditPath } from '../../../audit';
import { arrayOf, type JsonObject } from '../../../audit/json';
import { buildModel } from '../../../audit/model/build';
import { REQUIRED_SCOPE } from '../../../audit/model/scope-grammar';
import { readPlan } from '../../../audit/reader/plan';
import { RULES } from '../../../audit/rules';
import { SCOPE } from '../../../lambdas/lib/grammar';
import { fixture, readFixture, temporaryFolder, writeJson } from '../support';

const RULE = 'AUTHZ-020';

function messages(report: AuditReport, address: string): string[] {
  return report.findings
    .filter((finding) => finding.rule === RULE && finding.address === address)
    .map(({ verdict, message }) => `${verdict}: ${message}`);
}

describe('plain HCL', () => {
  const report = auditPath(fixture('rules-composition'));
  const at = (name: string) => messages(report, `aws_api_gateway_authorizer.${name}`);

  test('strict revocation and DPoP with the default time of the gateway fail, and say why', () => {
    expect(at('authz_020_fail_default')).toEqual([
      'fail: answers are kept for 300 s, longer than the 0 s that the authorizer relies on for API strict (strict revocation, dpop)',
    ]);
  });

  test('an id with a typing error fails, and names those that the function knows', () => {
    expect(at('authz_020_fail_unheard')).toEqual([
      'fail: function guard does not know API "strcit", so that every request gets 500; it knows bounded, dpop, more_scopes, mtls, one_of, open, scopes, some, strict, strict_alone',
    ]);
  });

  test('a stage without an id fails', () => {
    expect(at('authz_020_fail_nameless')).toEqual([expect.stringContaining('no variable gatehouseApi')]);
  });

  test.each(['strict_alone', 'dpop', 'mtls'])(
    '%s allows nothing to be kept, whatever time is written beside it',
    (name) => {
      expect(at(`authz_020_fail_${name}`)).toEqual([expect.stringContaining('longer than the 0 s')]);
    },
  );

  test('a revocation mode or a constraint that is not known leaves the answer open', () => {
    expect(at('authz_020_unknown_revocation')).toEqual([expect.stringMatching(/^unknown:/)]);
    expect(at('authz_020_unknown_constraint')).toEqual([expect.stringMatching(/^unknown:/)]);
  });

  test('a scope that the authorizer cannot require fails at its route', () => {
    expect(messages(report, 'aws_api_gateway_method.authz_020_fail_scope')).toEqual([
      'fail: GET /: it declares the scope "orders.read", which the authorizer cannot require: it takes "<resource>:<action>" of A-Z a-z 0-9 . _ / -',
    ]);
    expect(report.matrix.find(({ api }) => api === 'authz_020_fail_scope')?.verdict).toBe('fail');
  });

  test('scopes are written as the functions of the kit take them', () => {
    expect(REQUIRED_SCOPE.source).toBe(SCOPE.pattern.source);
    expect(SCOPE.allowed).toContain('A-Z a-z 0-9 . _ / -');
  });

  test('what another function relies on for an API of the same id does not count', () => {
    expect(at('authz_020_pass_equal')).toEqual([expect.stringMatching(/^pass: answers are kept for 60 s/)]);
    expect(at('authz_020_fail_other')).toEqual([expect.stringContaining('the 0 s that the authorizer relies on')]);
  });

  test('a function whose stack was not read is unknown, with what to do', () => {
    expect(at('authz_020_unknown')).toEqual([
      'unknown: what function elsewhere relies on is not in what was read: audit its stack together with this one',
    ]);
  });

  test('an HTTP API is compared as well', () => {
    expect(messages(report, 'aws_apigatewayv2_authorizer.authz_020_fail_http')).toEqual([
      expect.stringContaining('longer than the 0 s'),
    ]);
  });
});

describe('gateway and authorizer in stacks of their own', () => {
  const plan = readFixture('rules-composition');
  const isDeclaration = (entry: unknown) => JSON.stringify(entry).includes('"resultCacheSeconds"');
  const split = (declares: boolean): JsonObject => ({
    ...plan,
    resource_changes: arrayOf(plan.resource_changes).filter((entry) => isDeclaration(entry) === declares),
  });
  const verdicts = (stacks: readonly [string, JsonObject][]) => {
    const rule = RULES.find(({ id }) => id === RULE);
    const model = buildModel(stacks.map(([name, json]) => readPlan(json, name, `${name}.plan.json`)));
    return rule?.check(model, {} as never).map(({ address, verdict }) => `${address} ${verdict}`);
  };

  test('are judged together as if they were one', () => {
    expect(
      verdicts([
        ['gateway', split(false)],
        ['platform', split(true)],
      ]),
    ).toEqual(verdicts([['both', plan]]));
  });

  test('a plan with the older name of the time is judged the same', () => {
    const older = JSON.parse(
      JSON.stringify(plan).replaceAll('"resultCacheSeconds"', '"maxResultTtlSeconds"'),
    ) as JsonObject;
    expect(JSON.stringify(older)).not.toBe(JSON.stringify(plan));
    expect(verdicts([['both', older]])).toEqual(verdicts([['both', plan]]));
  });

  test('without the stack of the authorizer nothing is taken for right', () => {
    expect(new Set(verdicts([['gateway', split(false)]])?.map((text) => text.split(' ')[1]))).toEqual(
      new Set(['unknown']),
    );
  });

  test('two platforms whose functions have one name and rely on different things are unknown', () => {
    const lenient = JSON.parse(
      JSON.stringify(split(true)).replaceAll('"resultCacheSeconds":60', '"resultCacheSeconds":300'),
    ) as JsonObject;
    const answers = verdicts([
      ['gateway', split(false)],
      ['platform', split(true)],
      ['platform-us', lenient],
    ]);

    expect(answers).toContain('aws_api_gateway_authorizer.authz_020_fail_longer unknown');
    expect(answers).toContain('aws_api_gateway_authorizer.authz_020_pass_equal pass');
  });

  test('the function of the stack itself is meant before one of another stack', () => {
    const strict = JSON.parse(
      JSON.stringify(split(true)).replaceAll('"resultCacheSeconds":60', '"resultCacheSeconds":0'),
    ) as JsonObject;

    expect(
      verdicts([
        ['both', plan],
        ['other', strict],
      ])?.slice(0, verdicts([['both', plan]])?.length),
    ).toEqual(verdicts([['both', plan]]));
  });

  const folder = temporaryFolder();

  test('a folder of plans is read as one', () => {
    writeJson(folder, 'gateway.plan.json', split(false));
    writeJson(folder, 'platform.plan.json', split(true));
    expect(messages(auditPath(folder), 'aws_api_gateway_authorizer.authz_020_fail')).toEqual([
      expect.stringMatching(/^fail: answers are kept for 60 s/),
    ]);
  });

  test('a gateway that is none of the kit is not asked', () => {
    expect(auditPath(fixture('later-plan')).findings.filter(({ rule }) => rule === RULE)).toEqual([]);
  });
});
