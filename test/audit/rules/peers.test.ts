import { auditPath } from '../../../audit';
import { fixture } from '../support';

/**
 * Cases that other scanners miss or report wrongly, with our verdict. What they do is read from their source, their documentation
 * and their issues; neither Checkov nor Trivy was run for it.
 */
const CASES = [
  {
    what: 'an API key taken for authorization',
    theirs: 'CKV_AWS_59 and CKV2_AWS_70 pass a method that asks for a key; Trivy AWS-0004 is LOW',
    ours: ['rules-gateway', 'AUTHZ-003', 'authz_003_fail', 'fail'],
  },
  {
    what: 'a preflight without a validator',
    theirs: 'CKV2_AWS_53 asks every method for request_validator_id, OPTIONS too',
    ours: ['rules-gateway', 'VALID-001', 'authz_005_pass', undefined],
  },
  {
    what: 'a validator without a model',
    theirs: 'CKV2_AWS_53 passes: request_validator_id is there',
    ours: ['rules-gateway', 'VALID-002', 'valid_002_fail', 'fail'],
  },
  {
    what: 'a secret destroyed without replacement',
    theirs: 'a guard on planned_values sees replacements only, as pure deletes are not in them',
    ours: ['rules-changes', 'STATE-001', 'state_001_fail', 'fail'],
  },
  {
    what: 'a secret that Terraform forgets',
    theirs: 'no check of either for the action forget',
    ours: ['rules-changes', 'STATE-003', 'state_003_fail', 'fail'],
  },
  {
    what: 'an IAM wildcard on the first plan of cdktf',
    theirs: 'the policy is unknown in planned_values; what is unknown is not judged',
    ours: ['wildcard-template', 'IAM-001', 'wildcard', 'fail'],
  },
  {
    what: 'a template of cdktf that looks like a value',
    theirs: 'constant_value is the raw template even where there are references',
    ours: ['wildcard-template', 'IAM-001', 'symbolic_action', 'unknown'],
  },
  {
    what: 'a rotation that Secrets Manager may not run',
    theirs: 'CKV2_AWS_57 and CKV_AWS_304 ask whether a rotation is there, not whether it can run',
    ours: ['rules-data', 'ROT-003', 'rot_003_fail_none', 'fail'],
  },
  {
    what: 'a rotation function that deletes secrets',
    theirs: 'no check of either for the rights of rotation functions',
    ours: ['rules-data', 'ROT-004', 'rot_004_fail', 'fail'],
  },
  {
    what: 'a write-only value that is a literal',
    theirs: 'it is in no change of the plan, and they read the planned values',
    ours: ['rules-secrets', 'SECRET-001', 'secret_001_fail_write_only', 'fail'],
  },
  {
    what: 'an alarm whose topic the same plan makes',
    theirs: 'an action that is unknown at plan reads as none (checkov #2229, #5472, #6204)',
    ours: ['rules-operations', 'OBS-002', 'obs_002_pass_topic', 'pass'],
  },
  {
    what: 'an authorizer whose answers callers share',
    theirs: 'no check of either for identity sources or the time to live',
    ours: ['rules-gateway', 'AUTHZ-006', 'authz_006_fail', 'fail'],
  },
  {
    what: 'a usage plan without a quota',
    theirs: 'no check of either for usage plans',
    ours: ['rules-gateway', 'RATE-002', 'rate_002_fail', 'fail'],
  },
  {
    what: 'an access log whose lines are not JSON',
    theirs: 'CKV_AWS_76 and Trivy AWS-0001 ask whether there is a log',
    ours: ['rules-operations', 'LOG-002', 'log_002_fail', 'fail'],
  },
  {
    what: 'the key itself in the access log',
    theirs: 'no check of either for the content of the log format',
    ours: ['rules-operations', 'SECRET-006', 'secret_006_fail', 'fail'],
  },
  {
    what: 'a block that is dynamic and not known',
    theirs: 'the block is missing in the plan, and reads as left out',
    ours: ['rules-gateway', 'RATE-005', 'rate_005_unknown', 'unknown'],
  },
  {
    what: 'a protection taken off by an update',
    theirs: 'only the state after the plan is judged',
    ours: ['rules-changes', 'STATE-004', 'state_004_fail_window', 'fail'],
  },
] as const;

test.each(CASES)('$what', ({ ours: [name, rule, resource, verdict] }) => {
  const answers = auditPath(fixture(name)).findings.filter(
    (finding) => finding.rule === rule && finding.address.split('.').at(-1) === resource,
  );

  // Several answers about one resource: the worst is ours.
  const verdicts = new Set(answers.map((finding) => finding.verdict));
  expect(['fail', 'unknown', 'pass'].find((item) => [...verdicts].some((found) => found === item))).toBe(verdict);
});
