import { FAMILY_CONTROLS, type Framework, FSBP_CONTROLS, SPECIAL_CONTROLS } from './framework-controls';

/**
 * Version of the table; a row that is added, taken away or changed raises it. The table says which controls the answers of a rule
 * support evidence for. It does not claim compliance: an assessor decides what an answer is worth.
 */
export const FRAMEWORK_TABLE_VERSION = '1.0';

/** Where the controls of a framework are published. */
export const FRAMEWORK_SOURCES: Readonly<Record<Framework, string>> = {
  'AWS FSBP': 'https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html',
  'PCI DSS 4.0.1': 'https://www.pcisecuritystandards.org/document_library/ (PCI DSS v4.0.1, June 2024)',
  HIPAA: 'https://www.ecfr.gov/current/title-45/subtitle-A/subchapter-C/part-164 (45 CFR 164)',
  GDPR: 'https://eur-lex.europa.eu/eli/reg/2016/679/oj (articles)',
  'SOC 2':
    'https://www.aicpa-cima.com/resources/download/2017-trust-services-criteria-with-revised-points-of-focus-2022',
  'OWASP API 2023': 'https://owasp.org/API-Security/editions/2023/en/0x11-t10/',
};

/** A control that the answers of a rule support evidence for. */
export interface FrameworkRow {
  readonly framework: Framework;
  readonly control: string;
  /** Where the control is published. */
  readonly source: string;
  /** `published`: AWS itself checks the same by this control. `proposed`: this project's reading, to be reviewed with an assessor. */
  readonly basis: 'published' | 'proposed';
}

/** The controls that the answers of a rule support evidence for; none for a rule that is not of the kit. */
export function supports(ruleId: string): readonly FrameworkRow[] {
  const proposed = SPECIAL_CONTROLS[ruleId] ?? FAMILY_CONTROLS[ruleId.split('-')[0] ?? ''] ?? {};
  return [
    ...(FSBP_CONTROLS[ruleId] ?? []).map((control) => row('AWS FSBP', control, 'published')),
    ...FRAMEWORKS.flatMap((framework) =>
      (proposed[framework] ?? []).map((control) => row(framework, control, 'proposed')),
    ),
  ];
}

const FRAMEWORKS = ['PCI DSS 4.0.1', 'HIPAA', 'GDPR', 'SOC 2', 'OWASP API 2023'] as const;

function row(framework: Framework, control: string, basis: FrameworkRow['basis']): FrameworkRow {
  return { framework, control, source: FRAMEWORK_SOURCES[framework], basis };
}
