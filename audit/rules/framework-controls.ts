/** Standards and frameworks to whose controls rules are related. */
export type Framework = 'AWS FSBP' | 'PCI DSS 4.0.1' | 'HIPAA' | 'GDPR' | 'SOC 2' | 'OWASP API 2023';

/** Controls by framework. */
type Controls = Readonly<Partial<Record<Framework, readonly string[]>>>;

/**
 * Controls of AWS Foundational Security Best Practices that check the same thing, by rule; a rule that none of them comes near has
 * no entry. Source: the pages "Security Hub controls for …" of each service.
 */
export const FSBP_CONTROLS: Readonly<Record<string, readonly string[]>> = {
  'AUTHZ-001': ['APIGateway.8'],
  'AUTHZ-003': ['APIGateway.8'],
  'AUTHZ-012': ['APIGateway.8'],
  'AUTHZ-014': ['Lambda.1'],
  'DATA-001': ['APIGateway.5', 'SNS.1', 'SQS.1'],
  'DATA-003': ['KMS.4'],
  'DATA-004': ['DynamoDB.2'],
  'DATA-006': ['S3.8'],
  'EDGE-001': ['APIGateway.4'],
  'EDGE-002': ['WAF.10', 'WAF.11'],
  'EDGE-003': ['APIGateway.11', 'CloudFront.10'],
  'EDGE-006': ['APIGateway.10'],
  'IAM-001': ['IAM.1', 'IAM.21'],
  'IAM-006': ['KMS.5'],
  'IAM-007': ['Lambda.1'],
  'IAM-009': ['KMS.1', 'KMS.2'],
  'LAM-001': ['Lambda.2'],
  'LAM-006': ['Lambda.3'],
  'LOG-001': ['APIGateway.9'],
  'LOG-008': ['APIGateway.1'],
  'LOG-009': ['APIGateway.3', 'Lambda.7'],
  'ROT-001': ['SecretsManager.1'],
  'ROT-002': ['SecretsManager.4'],
  'ROT-005': ['SecretsManager.2'],
  'STATE-001': ['KMS.3'],
  'STATE-004': ['DynamoDB.6', 'KMS.3'],
  'STATE-005': ['DynamoDB.6'],
};

const BYPASS: Controls = {
  'PCI DSS 4.0.1': ['7.2.1'],
  HIPAA: ['164.312(a)(1)'],
  GDPR: ['32'],
  'SOC 2': ['CC6.1', 'CC6.6'],
  'OWASP API 2023': ['API5', 'API8'],
};

const FIREWALL: Controls = {
  'PCI DSS 4.0.1': ['6.4.1', '6.4.2'],
  HIPAA: ['164.312(e)(1)'],
  GDPR: ['32'],
  'SOC 2': ['CC6.6', 'A1.1'],
  'OWASP API 2023': ['API8', 'API4'],
};

/** Rules whose controls are not those of their family. */
export const SPECIAL_CONTROLS: Readonly<Record<string, Controls>> = {
  'AUTHZ-014': BYPASS,
  'AUTHZ-015': BYPASS,
  'IAM-007': BYPASS,
  'EDGE-001': FIREWALL,
  'EDGE-002': FIREWALL,
};

const INVENTORY: Controls = {
  'PCI DSS 4.0.1': ['2.2.1', '12.5.1'],
  HIPAA: ['164.308(a)(8)'],
  GDPR: ['30'],
  'SOC 2': ['CC8.1'],
  'OWASP API 2023': ['API9'],
};

/** Controls of the families. */
export const FAMILY_CONTROLS: Readonly<Record<string, Controls>> = {
  AUTHZ: {
    'PCI DSS 4.0.1': ['7.2.1', '8.3.1'],
    HIPAA: ['164.312(a)(1)', '164.312(d)'],
    GDPR: ['25', '32'],
    'SOC 2': ['CC6.1', 'CC6.3'],
    'OWASP API 2023': ['API2', 'API5', 'API1'],
  },
  CHANGE: {
    'PCI DSS 4.0.1': ['6.5.1', '7.2.1'],
    HIPAA: ['164.308(a)(1)(ii)(D)', '164.312(a)(1)'],
    GDPR: ['25', '32'],
    'SOC 2': ['CC8.1', 'CC6.1'],
    'OWASP API 2023': ['API5', 'API8'],
  },
  RATE: {
    'PCI DSS 4.0.1': ['6.4.1'],
    HIPAA: ['164.308(a)(7)'],
    GDPR: ['32'],
    'SOC 2': ['A1.1'],
    'OWASP API 2023': ['API4', 'API6'],
  },
  EDGE: {
    'PCI DSS 4.0.1': ['4.2.1'],
    HIPAA: ['164.312(e)(1)'],
    GDPR: ['32'],
    'SOC 2': ['CC6.7'],
    'OWASP API 2023': ['API8'],
  },
  VALID: {
    'PCI DSS 4.0.1': ['6.2.4'],
    HIPAA: ['164.312(c)(1)'],
    GDPR: ['25'],
    'SOC 2': ['PI1.2'],
    'OWASP API 2023': ['API3', 'API8', 'API10'],
  },
  IAM: {
    'PCI DSS 4.0.1': ['7.2.1', '7.2.5'],
    HIPAA: ['164.308(a)(4)', '164.312(a)(1)'],
    GDPR: ['25', '32'],
    'SOC 2': ['CC6.1', 'CC6.3'],
    'OWASP API 2023': ['API5'],
  },
  SECRET: {
    'PCI DSS 4.0.1': ['8.6.2', '3.5.1'],
    HIPAA: ['164.312(a)(2)(iv)'],
    GDPR: ['32'],
    'SOC 2': ['CC6.1'],
    'OWASP API 2023': ['API2', 'API8'],
  },
  ROT: {
    'PCI DSS 4.0.1': ['8.6.3', '8.3.9'],
    HIPAA: ['164.308(a)(4)(ii)(C)'],
    GDPR: ['32'],
    'SOC 2': ['CC6.1'],
    'OWASP API 2023': ['API2'],
  },
  STATE: {
    'PCI DSS 4.0.1': ['10.3.3', '12.10.1'],
    HIPAA: ['164.308(a)(7)'],
    GDPR: ['32(1)(b)', '32(1)(c)'],
    'SOC 2': ['A1.2', 'CC8.1'],
    'OWASP API 2023': ['API9'],
  },
  DATA: {
    'PCI DSS 4.0.1': ['3.5.1', '3.7.4', '3.7.5', '10.3.3'],
    HIPAA: ['164.312(a)(2)(iv)', '164.312(e)(2)(ii)'],
    GDPR: ['25', '32'],
    'SOC 2': ['CC6.7', 'PI1.5', 'A1.1'],
    'OWASP API 2023': ['API8'],
  },
  LOG: {
    'PCI DSS 4.0.1': ['10.2.1', '10.2.2', '10.5.1'],
    HIPAA: ['164.312(b)', '164.308(a)(1)(ii)(D)'],
    GDPR: ['30', '32', '33'],
    'SOC 2': ['CC7.2', 'CC7.3'],
    'OWASP API 2023': ['API8', 'API9'],
  },
  OBS: {
    'PCI DSS 4.0.1': ['10.4.1.1', '10.7.2'],
    HIPAA: ['164.308(a)(6)(ii)'],
    GDPR: ['33'],
    'SOC 2': ['CC7.2', 'A1.1'],
    'OWASP API 2023': ['API4'],
  },
  LAM: {
    'PCI DSS 4.0.1': ['6.3.3'],
    HIPAA: ['164.308(a)(5)(ii)(B)'],
    GDPR: ['32'],
    'SOC 2': ['CC7.1'],
    'OWASP API 2023': ['API8'],
  },
  PLAN: INVENTORY,
  TAG: INVENTORY,
};
