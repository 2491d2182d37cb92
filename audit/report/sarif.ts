import type { Severity } from '../rules/rule';
import { json, printable } from './escape';
import { acceptance, acceptedFindings, openFindings } from './parts';
import type { AuditReport, Finding, RuleInfo } from './report';

/** GitHub refuses a run with more results. */
const MOST_RESULTS = 25_000;

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** GitHub's scale: over 9.0 critical, over 7.0 high, over 4.0 medium. */
const SCORES: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '0.1',
};

const LEVELS: Readonly<Record<Severity, string>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/**
 * The report as SARIF 2.1.0 (OASIS): failures, and unknown answers as `open` results. Waived findings and those of the baseline
 * are suppressed results. A result points at the line that made the resource where that is known, else at the stack's file.
 */
export function renderSarif(report: AuditReport, version?: string): string {
  const all = [...openFindings(report), ...acceptedFindings(report)];
  const told = all.slice(0, MOST_RESULTS);
  const left = all.length - told.length;
  const notes = report.notJudged.map(({ stack, subject, reason }) => `${stack}: ${subject}: ${reason}`);
  if (left > 0) {
    notes.unshift(`${left} results of lower severity are left out: the limit is ${MOST_RESULTS}`);
  }
  const ruleIndex = new Map(report.rules.map(({ id }, index) => [id, index]));
  return json({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'gatehouse plan audit',
            ...(version === undefined ? {} : { version }),
            rules: report.rules.map(descriptor),
          },
        },
        automationDetails: { id: 'gatehouse-plan-audit/' },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'folder of the project' } } },
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: notes.map((text) => ({ level: 'warning', message: { text: printable(text) } })),
          },
        ],
        results: told.map((finding) => result(report, finding, ruleIndex.get(finding.rule) ?? -1)),
      },
    ],
  });
}

function descriptor(rule: RuleInfo): object {
  const [page] = rule.references;
  return {
    id: rule.id,
    name: rule.title,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    help: { text: `${rule.why} ${rule.fix}` },
    ...(page === undefined ? {} : { helpUri: page }),
    defaultConfiguration: { level: LEVELS[rule.severity] },
    properties: {
      'security-severity': SCORES[rule.severity],
      tags: ['security', 'terraform'],
      supportsEvidenceFor: rule.supports.map(({ framework, control }) => `${framework} ${control}`),
    },
  };
}

function result(report: AuditReport, finding: Finding, ruleIndex: number): object {
  const failed = finding.verdict === 'fail';
  const accepted = finding.waiver !== null || finding.inBaseline;
  return {
    ruleId: finding.rule,
    ...(ruleIndex === -1 ? {} : { ruleIndex }),
    kind: failed ? 'fail' : 'open',
    level: failed ? LEVELS[finding.severity] : 'none',
    message: { text: printable(`${finding.address}: ${finding.message}`) },
    locations: [location(report, finding)],
    partialFingerprints: { 'gatehouseFinding/v1': finding.fingerprint },
    ...(report.baseline === null ? {} : { baselineState: finding.inBaseline ? 'unchanged' : 'new' }),
    ...(accepted ? { suppressions: [suppression(report, finding)] } : {}),
  };
}

function suppression(report: AuditReport, finding: Finding): object {
  const waiver = report.waivers.find(({ id }) => id === finding.waiver);
  const justification =
    waiver === undefined
      ? acceptance(finding)
      : `${waiver.id}: ${waiver.reason} (owner ${waiver.owner}, approver ${waiver.approver}, until ${waiver.expires})`;
  return { kind: 'external', status: 'accepted', justification: printable(justification) };
}

function location(report: AuditReport, finding: Finding): object {
  const { source, construct, address } = finding;
  const stack = report.stacks.find(({ name }) => name === finding.stack);
  const physical =
    source === null
      ? { artifactLocation: { uri: uri(stack?.file ?? finding.stack) } }
      : {
          artifactLocation: { uri: uri(source.file), uriBaseId: 'SRCROOT' },
          region: { startLine: source.line, startColumn: source.column },
        };
  return {
    physicalLocation: physical,
    logicalLocations: [
      { fullyQualifiedName: printable(address), kind: 'resource' },
      ...(construct === null ? [] : [{ fullyQualifiedName: printable(construct), kind: 'construct' }]),
    ],
  };
}

/** A relative URI reference (RFC 3986) of a path. */
function uri(path: string): string {
  const text = path.split('/').map(encodeSegment).join('/');
  return text === '' ? '.' : text;
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(printable(segment));
}
