import { RULES } from '../../../audit/rules';
import { FAMILY_CONTROLS, FSBP_CONTROLS, SPECIAL_CONTROLS } from '../../../audit/rules/framework-controls';
import { FRAMEWORK_SOURCES, FRAMEWORK_TABLE_VERSION, supports } from '../../../audit/rules/frameworks';

const IDS = RULES.map(({ id }) => id);

/** Form of the ids of each framework, and the numbers that it has. */
const KNOWN: Readonly<Record<string, (control: string) => boolean>> = {
  'AWS FSBP': (control) =>
    /^(APIGateway\.(1|3|4|5|8|9|10|11)|CloudFront\.10|DynamoDB\.[26]|IAM\.(1|21)|KMS\.[12345]|Lambda\.[1237]|S3\.8|SNS\.1|SQS\.1|SecretsManager\.[124]|WAF\.1[01])$/.test(
      control,
    ),
  'PCI DSS 4.0.1': (control) => /^(1[0-2]|[1-9])(\.\d{1,2}){2,3}$/.test(control),
  HIPAA: (control) => /^164\.3(08|10|12|14|16)\([a-e]\)(\(\d\))?(\([ivx]+\))?(\([A-D]\))?$/.test(control),
  GDPR: (control) => /^(25|30|32|33)(\(1\)\([a-d]\))?$/.test(control),
  'SOC 2': (control) => /^(CC[1-9]\.\d|A1\.[1-3]|PI1\.[1-5]|C1\.[12])$/.test(control),
  'OWASP API 2023': (control) => /^API([1-9]|10)$/.test(control),
};

test('every rule supports evidence for a control of five frameworks at least', () => {
  const few = IDS.filter((id) => new Set(supports(id).map(({ framework }) => framework)).size < 5);

  expect(few).toEqual([]);
});

test('every row has a source, and a control of a form that its framework has', () => {
  const rows = IDS.flatMap((id) => supports(id).map((row) => ({ id, ...row })));

  expect(rows.filter(({ framework, source }) => source !== FRAMEWORK_SOURCES[framework])).toEqual([]);
  expect(rows.filter(({ framework, control }) => KNOWN[framework]?.(control) !== true)).toEqual([]);
});

test('the table names no rule and no family that there is not', () => {
  const families = new Set(IDS.map((id) => id.split('-')[0]));

  expect([...Object.keys(FSBP_CONTROLS), ...Object.keys(SPECIAL_CONTROLS)].filter((id) => !IDS.includes(id))).toEqual(
    [],
  );
  expect(Object.keys(FAMILY_CONTROLS).filter((family) => !families.has(family))).toEqual([]);
});

test('only controls that AWS publishes are called so', () => {
  const wrong = IDS.flatMap((id) => supports(id)).filter(
    ({ framework, basis }) => (framework === 'AWS FSBP') !== (basis === 'published'),
  );

  expect(wrong).toEqual([]);
  expect(FRAMEWORK_TABLE_VERSION).toMatch(/^\d+\.\d+$/);
});

test('a rule of somebody else has no controls', () => {
  expect(supports('MINE-001')).toEqual([]);
});
