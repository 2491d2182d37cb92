import type { AuditReport, Finding, MatrixRow, WaiverInfo } from '../../../audit';
import { countFindings } from '../../../audit/report/report';
import { RULES } from '../../../audit/rules';
import { apiWithMethod, planOf, reportOf } from '../support';

/** A failure of a real rule; members may be given otherwise. */
export function findingOf(members: Partial<Finding> = {}): Finding {
  return {
    rule: 'AUTHZ-001',
    severity: 'critical',
    verdict: 'fail',
    stack: 'stack',
    address: 'aws_api_gateway_method.list',
    attribute: null,
    construct: null,
    source: null,
    message: 'GET /: it has no access rule',
    action: null,
    fingerprint: '0123456789abcdef0123456789abcdef',
    waiver: null,
    inBaseline: false,
    ...members,
  };
}

/** A report of a stack without resources. */
const EMPTY = reportOf(planOf([]));

/** A report of one stack with these findings. */
export function reportWith(findings: readonly Finding[], members: Partial<AuditReport> = {}): AuditReport {
  return {
    ...EMPTY,
    findings,
    counts: countFindings(findings),
    rules: RULES.map(({ id, title, severity, why, fix, references }) => ({
      id,
      title,
      severity,
      why,
      fix,
      references,
      supports: [{ framework: 'OWASP API 2023', control: 'API2' }],
    })),
    ...members,
  };
}

/** A waiver that is used; members may be given otherwise. */
export function waiverInfoOf(members: Partial<WaiverInfo> = {}): WaiverInfo {
  return {
    id: 'W-1',
    rule: 'AUTHZ-001',
    target: 'aws_api_gateway_method.list',
    reason: 'the load balancer has no credentials',
    owner: 'ana',
    approver: 'bo',
    ticket: null,
    expires: '2026-12-01',
    status: 'used',
    problem: null,
    findings: 1,
    ...members,
  };
}

/** Texts that mean something in one of the formats, each around a word by which it is found again. */
export const HOSTILE: readonly string[] = [
  '<img src=x onerror=alert(1)>hostile',
  '"><script>alert(1)</script>hostile',
  "' onfocus='alert(1)' hostile",
  '&lt;hostile&#0;',
  '| hostile | `code` **bold** [link](https://example.org) @team #12 <!-- --> ~~x~~',
  '=HYPERLINK("https://example.org","hostile")',
  '+hostile',
  '@hostile',
  '-hostile',
  '::error file=x::hostile',
  '\n::add-mask::hostile%0A::error::x',
  '##[command]hostile ##vso[task.setvariable]x',
  '\u001b[2K\u001b]8;;https://example.org\u0007hostile',
  '\u009b31mhostile',
  'hostile\u202egnp.exe',
  '\u0000\u0001\u000b\u007fhostile\ufffe\uffff',
  'hostile\ud800',
  ']]>hostile<![CDATA[',
  '</textarea></title></style>hostile',
  '\r\nhostile\t,"quoted"',
];

/** A row as the audit makes it. */
const ROW = reportOf(apiWithMethod({ authorization: 'NONE' })).matrix[0] as MatrixRow;

/** A row of a matrix all of whose texts from the plan are this one. */
export function rowWith(text: string): MatrixRow {
  return {
    ...ROW,
    stack: 'stack',
    api: text,
    stages: [text],
    method: text,
    path: text,
    accessRule: `public (${text})`,
    scopes: text,
    authorizer: { name: text, kind: text, ttlSeconds: '?', identitySource: text, results: text },
    usagePlans: [text],
    throttle: text,
    endpoint: text,
    guards: [text],
    answers: text,
    address: text,
    change: 'weakened',
    changes: [text],
  };
}

/** A report in which a text from the plan stands wherever one can stand. */
export function reportFullOf(text: string): AuditReport {
  const members = { stack: text, address: text, attribute: text, construct: text, message: text };
  const source = { file: `${text}.ts`, line: 3, column: 5 };
  const findings = [
    findingOf({ ...members, source }),
    findingOf({ ...members, source, verdict: 'unknown', fingerprint: '1'.repeat(32) }),
    findingOf({ ...members, waiver: text, fingerprint: '2'.repeat(32) }),
    findingOf({ ...members, action: 'delete', fingerprint: '3'.repeat(32) }),
  ];
  const stack = { name: text, source: 'plan', file: text, terraformVersion: text, planHash: null } as const;
  const entry = { rule: text, stack: text, address: text, attribute: text, fingerprint: '4'.repeat(32) };
  return reportWith(findings, {
    stacks: [stack],
    matrix: [rowWith(text)],
    changes: [
      {
        stack: text,
        address: text,
        attribute: text,
        change: 'weakened',
        area: 'request',
        what: text,
        values: text,
        routes: [text],
      },
      {
        stack: text,
        address: text,
        attribute: null,
        change: 'added',
        area: 'watch',
        what: text,
        values: null,
        routes: [],
      },
    ],
    notJudged: [{ stack: text, subject: text, reason: text }],
    waivers: [
      waiverInfoOf({ id: text, rule: text, target: text, reason: text, owner: text, approver: text, ticket: text }),
      waiverInfoOf({ id: `${text} 2`, status: 'expired', problem: text }),
    ],
    baseline: { known: 0, resolved: [entry] },
  });
}
