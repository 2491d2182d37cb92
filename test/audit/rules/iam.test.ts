import { auditPath, type Finding } from '../../../audit';
import type { Json, JsonObject } from '../../../audit/json';
import { type Verdict, worst } from '../../../audit/three-valued';
import { fixture, type PlannedResource, planOf, refer, reportOf } from '../support';

interface Answer {
  readonly verdict: string;
  readonly attribute: string | null;
  readonly message: string;
}

/** What the rules of the family say together: all that is no pass, once, else the first pass. */
function ofFamily(findings: readonly Finding[]): Answer[] {
  const all = findings
    .filter(({ rule }) => rule.startsWith('IAM-'))
    .map(({ verdict, attribute, message }) => ({ verdict, attribute, message }));
  const wrong = all.filter(({ verdict }) => verdict !== 'pass');
  const distinct = new Map(wrong.map((answer) => [`${answer.verdict} ${answer.attribute}`, answer]));
  return wrong.length > 0 ? [...distinct.values()] : all.slice(0, 1);
}

function answers(resource: PlannedResource): Answer[] {
  return ofFamily(reportOf(planOf([resource])).findings);
}

function identity(...statements: Json[]): Answer[] {
  return answers({
    type: 'aws_iam_role_policy',
    name: 'p',
    after: { policy: JSON.stringify({ Statement: statements }) },
  });
}

function queuePolicy(statement: JsonObject, type = 'aws_sqs_queue_policy'): Answer[] {
  return answers({
    type,
    name: 'p',
    after: { policy: JSON.stringify({ Statement: [{ Effect: 'Allow', ...statement }] }) },
  });
}

/** A policy that is unknown at plan, whose template the configuration keeps. */
function template(text: string): Answer[] {
  return answers({
    type: 'aws_iam_role_policy',
    name: 'p',
    unknown: { policy: true },
    expressions: { policy: { references: ['aws_sqs_queue.q.arn', 'aws_sqs_queue.q'], constant_value: text } },
  });
}

const verdicts = (list: readonly Answer[]) => list.map(({ verdict }) => verdict);
const allow = (Action: Json, Resource: Json = 'arn:aws:s3:::x/*') => ({ Effect: 'Allow', Action, Resource });

describe('actions of identity policies', () => {
  test.each(['*', 's3:*', 'S3:*', 's3:**', 's3:?*', '*:*', 'execute-api:*'])('%s is a wildcard', (action) => {
    expect(identity(allow(['s3:GetObject', action]))).toEqual([
      {
        verdict: 'fail',
        attribute: 'policy statement[0] Action',
        message: `the identity policy allows ${JSON.stringify(action)}`,
      },
    ]);
  });

  test.each(['s3:GetObject', 's3:Get*', 'xray:Put*', 'logs:?utLogEvents'])('%s is none', (action) => {
    expect(verdicts(identity(allow(action)))).toEqual(['pass']);
  });

  test('NotAction allows nearly everything', () => {
    expect(verdicts(identity({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }))).toEqual(['fail']);
  });

  test('Deny grants nothing', () => {
    expect(verdicts(identity({ Effect: 'Deny', Action: '*', Resource: '*' }))).toEqual(['pass']);
  });

  test('each failing statement has a finding, named by its Sid', () => {
    const list = identity(allow('s3:*'), allow('s3:GetObject'), { Sid: 'All', ...allow('*') });

    expect(list.map(({ attribute }) => attribute)).toEqual([
      'policy statement[0] Action',
      'policy statement[2] "All" Action',
    ]);
  });
});

describe('execute-api', () => {
  test.each([
    '*',
    'arn:aws:execute-api:*',
    'arn:aws:execute-api:*:*:*',
    'arn:aws:execute-api:eu-west-1:123456789012:*/dev/GET/x',
  ])('%s is every API', (resource) => {
    expect(identity(allow('execute-api:Invoke', resource))).toMatchObject([
      { verdict: 'fail', attribute: 'policy statement[0] Resource' },
    ]);
  });

  test.each(['arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/*', 'arn:aws:execute-api:*:*:a1b2c3/*/GET/*'])(
    '%s is one API',
    (resource) => {
      expect(verdicts(identity(allow('execute-api:Invoke', resource)))).toEqual(['pass']);
    },
  );

  test('NotResource is every other API', () => {
    const statement = {
      Effect: 'Allow',
      Action: 'execute-api:Invoke',
      NotResource: 'arn:aws:execute-api:eu-west-1:1:a/*',
    };

    expect(verdicts(identity(statement))).toEqual(['fail']);
  });
});

describe('resource policies', () => {
  test.each(['*', { AWS: '*' }, { AWS: ['arn:aws:iam::123456789012:root', '*'] }])(
    'principal %j without a condition fails',
    (Principal) => {
      expect(queuePolicy({ Action: 'sqs:SendMessage', Principal })).toMatchObject([
        { verdict: 'fail', attribute: 'policy statement[0] Principal' },
      ]);
    },
  );

  test('an empty condition is none', () => {
    expect(verdicts(queuePolicy({ Action: 'sqs:SendMessage', Principal: '*', Condition: {} }))).toEqual(['fail']);
  });

  test('a condition restricts everybody', () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } };

    expect(verdicts(queuePolicy({ Action: 'sqs:SendMessage', Principal: '*', Condition }))).toEqual(['pass']);
  });

  test('NotPrincipal allows all others', () => {
    const NotPrincipal = { AWS: 'arn:aws:iam::123456789012:root' };

    expect(verdicts(queuePolicy({ Action: 'sqs:SendMessage', NotPrincipal }))).toEqual(['fail']);
  });

  test('a wildcard action for a named principal fails', () => {
    expect(queuePolicy({ Action: 'sqs:*', Principal: { AWS: 'arn:aws:iam::123456789012:role/x' } })).toMatchObject([
      { verdict: 'fail', attribute: 'policy statement[0] Action' },
    ]);
  });
});

describe('key policies', () => {
  const root = { AWS: 'arn:aws:iam::123456789012:root' };

  test.each([root, { AWS: '123456789012' }, { AWS: 'arn:aws-us-gov:iam::123456789012:root' }])(
    'kms:* for %j passes with a reason',
    (Principal) => {
      expect(queuePolicy({ Action: 'kms:*', Resource: '*', Principal }, 'aws_kms_key')).toMatchObject([
        { verdict: 'pass', message: expect.stringContaining('which AWS requires') },
      ]);
    },
  );

  test.each([{ AWS: 'arn:aws:iam::123456789012:role/x' }, { AWS: [root.AWS, '*'] }, '*'])(
    'kms:* for %j fails',
    (Principal) => {
      expect(verdicts(queuePolicy({ Action: 'kms:*', Resource: '*', Principal }, 'aws_kms_key'))).toContain('fail');
    },
  );

  test('the exception is for keys only', () => {
    expect(verdicts(queuePolicy({ Action: 'kms:*', Resource: '*', Principal: root }))).toEqual(['fail']);
  });

  test('a policy that nobody set is the default of AWS', () => {
    expect(answers({ type: 'aws_kms_key', name: 'k', unknown: { policy: true } })).toEqual([]);
  });
});

describe('function permissions', () => {
  const permission = (after: JsonObject, more: Partial<PlannedResource> = {}) =>
    verdicts(answers({ type: 'aws_lambda_permission', name: 'p', after, ...more }));

  test('a named principal passes', () => {
    expect(permission({ principal: '123456789012' })).toEqual(['pass']);
  });

  test('a service for every account fails', () => {
    expect(permission({ principal: 'apigateway.amazonaws.com' })).toEqual(['fail']);
  });

  test('everybody fails', () => {
    expect(permission({ principal: '*' })).toEqual(['fail']);
  });

  test.each(['source_arn', 'source_account', 'principal_org_id'])('everybody restricted by %s passes', (attribute) => {
    expect(permission({ principal: '*', [attribute]: 'x' })).toEqual(['pass']);
  });

  test('a restriction that is known after apply restricts', () => {
    const more = { unknown: { source_arn: true }, expressions: { source_arn: refer('aws_x.y.arn') } };

    expect(permission({ principal: '*' }, more)).toEqual(['pass']);
  });

  test('a principal that is not known is unknown', () => {
    expect(permission({}, { unknown: { principal: true } })).toEqual(['unknown']);
  });
});

describe('policies that are unknown at plan', () => {
  test('the template is judged: actions exactly', () => {
    expect(
      template('{"Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"${aws_sqs_queue.q.arn}"}]}'),
    ).toMatchObject([{ verdict: 'fail', message: 'the identity policy allows "sqs:*"' }]);
    expect(
      verdicts(
        template('{"Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"${aws_sqs_queue.q.arn}"}]}'),
      ),
    ).toEqual(['pass']);
  });

  test.each([
    ['an action', '{"Statement":[{"Effect":"Allow","Action":"${var.a}","Resource":"x"}]}'],
    [
      'an action that is a wildcard in one case',
      '{"Statement":[{"Effect":"Allow","Action":"${var.all ? "*" : "s3:x"}","Resource":"x"}]}',
    ],
    ['a part of an action', '{"Statement":[{"Effect":"Allow","Action":"sqs:${var.a}","Resource":"x"}]}'],
    ['the effect', '{"Statement":[{"Effect":"${var.e}","Action":"*","Resource":"x"}]}'],
    [
      'the resource of execute-api',
      '{"Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"${var.r}"}]}',
    ],
    ['the document', '${jsonencode({})}'],
    ['the statements', '{"Statement":${jsonencode(local.s)}}'],
  ])('%s that may be anything is unknown', (_, text) => {
    expect(verdicts(template(text))).toEqual(['unknown']);
  });

  test('an attribute of a resource is no wildcard', () => {
    const text =
      '{"Statement":[{"Effect":"Allow","Action":"execute-api:Invoke","Resource":"${aws_api_gateway_rest_api.a.execution_arn}/*"}]}';

    expect(verdicts(template(text))).toEqual(['pass']);
  });

  test('without a template it is unknown', () => {
    const resource = {
      type: 'aws_iam_role_policy',
      name: 'p',
      unknown: { policy: true },
      expressions: { policy: refer('aws_x.y.arn') },
    };

    expect(verdicts(answers(resource))).toEqual(['unknown']);
  });

  test('an attribute of a form that is not known is unknown', () => {
    const resource = {
      type: 'aws_iam_role_policy',
      name: 'p',
      unknown: { policy: true },
      expressions: { policy: [{ a: {} }] },
    };

    expect(verdicts(answers(resource))).toEqual(['unknown']);
  });

  test.each(['', 'no JSON', '{}', '{"Statement":[{"Effect":"Allow"}]}'])('known text %j is never a pass', (policy) => {
    expect(verdicts(answers({ type: 'aws_iam_role_policy', name: 'p', after: { policy } }))).not.toContain('pass');
  });
});

describe('policy documents that are read during apply', () => {
  function deferred(statement: JsonObject, unknownPart: JsonObject, arguments_: JsonObject = {}) {
    return verdicts(
      ofFamily(
        reportOf(
          planOf([
            {
              type: 'aws_iam_policy',
              name: 'p',
              unknown: { policy: true },
              expressions: {
                policy: refer('data.aws_iam_policy_document.d.json', 'data.aws_iam_policy_document.d'),
              },
            },
            {
              mode: 'data',
              type: 'aws_iam_policy_document',
              name: 'd',
              after: { statement: [statement], ...arguments_ },
              unknown: { json: true, statement: [unknownPart] },
              expressions: { statement: [{ resources: refer('aws_sqs_queue.q.arn'), actions: refer('var.actions') }] },
            },
          ]),
        ).findings,
      ),
    );
  }

  test('an effect that is not set is Allow', () => {
    expect(deferred({ actions: ['sqs:*'], resources: [null] }, { resources: [true] })).toEqual(['fail']);
  });

  test('Deny grants nothing', () => {
    expect(deferred({ effect: 'Deny', actions: ['*'], resources: [null] }, { resources: [true] })).toEqual(['pass']);
  });

  test('an action that is not known is unknown', () => {
    expect(deferred({ actions: [null], resources: ['x'] }, { actions: [true] })).toEqual(['unknown']);
  });

  test('an ARN that is not known is no wildcard for execute-api', () => {
    expect(deferred({ actions: ['execute-api:Invoke'], resources: [null] }, { resources: [true] })).toEqual(['pass']);
  });

  test('not_actions allow nearly everything', () => {
    expect(deferred({ not_actions: ['iam:*'], resources: ['*'] }, {})).toEqual(['fail']);
  });

  test.each(['source_policy_documents', 'override_policy_documents'])('%s may add anything', (name) => {
    expect(deferred({ actions: ['sqs:SendMessage'] }, {}, { [name]: ['{}'] })).toEqual(['unknown']);
    expect(deferred({ actions: ['sqs:SendMessage'] }, {}, { [name]: [] })).toEqual(['pass']);
  });
});

describe('plans of real Terraform', () => {
  const byAddress = (name: string) => {
    const places = new Map<string, Verdict[]>();
    for (const { rule, address, attribute, verdict } of auditPath(fixture(name)).findings) {
      if (rule.startsWith('IAM-')) {
        const place = `${address} ${attribute?.split(' ')[0]}`;
        places.set(place, [...(places.get(place) ?? []), verdict]);
      }
    }
    return Object.fromEntries([...places].map(([place, verdicts]) => [place, worst(verdicts)]));
  };

  test('known, deferred and unknown policies of HCL', () => {
    expect(byAddress('wildcard-allow')).toEqual({
      'aws_iam_policy.deferred policy': 'fail',
      'aws_iam_role.anybody assume_role_policy': 'fail',
      'aws_iam_role.organisation assume_role_policy': 'pass',
      'aws_iam_role.worker assume_role_policy': 'pass',
      'aws_iam_role.worker inline_policy[0].policy': 'fail',
      'aws_iam_role_policy.known policy': 'fail',
      'aws_iam_role_policy.known_deny policy': 'pass',
      'aws_iam_role_policy.known_execute_api policy': 'fail',
      'aws_iam_role_policy.sensitive policy': 'fail',
      'aws_iam_role_policy.unknown policy': 'unknown',
      'aws_lambda_permission.anybody principal': 'fail',
      'aws_sqs_queue_policy.jobs policy': 'fail',
    });
  });

  test('templates of JSON syntax', () => {
    expect(byAddress('wildcard-template')).toEqual({
      'aws_iam_role.worker assume_role_policy': 'pass',
      'aws_iam_role_policy.function_call policy': 'unknown',
      'aws_iam_role_policy.narrow policy': 'pass',
      'aws_iam_role_policy.symbolic_action policy': 'unknown',
      'aws_iam_role_policy.wildcard policy': 'fail',
    });
  });
});
