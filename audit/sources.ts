import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { isObject, type Json, member, objectOf } from './json';
import { hclPlaces } from './reader/hcl-places';
import { keyPlaces } from './reader/json-places';
import type { Stack } from './reader/stack';
import { parseTraversal } from './reader/traversal';
import type { AuditReport, Finding, SourcePlace } from './report/report';

/**
 * File beside a stack's `cdk.tf.json` that tells of each construct where it was made:
 * `{ "version": 1, "of": "<SHA-256 of cdk.tf.json>", "sources": { "<construct path>": { "file", "line", "column" } } }`.
 */
export const SOURCES_FILE = 'sources.json';

const SYNTH_FILE = 'cdk.tf.json';

/**
 * Tells of each finding the line that made its resource: of the recorded sources where a synthesis wrote them, else of the
 * synthesized file, else of the Terraform configuration where one is named. Findings of a plan alone keep none.
 *
 * @param path what the audit was asked to read
 * @param configuration folder of the root module, in which findings of a plan are looked up
 */
export function withSources(
  report: AuditReport,
  stacks: readonly Stack[],
  path: string,
  configuration?: string,
): AuditReport {
  const lookups = new Map(stacks.map((stack) => [stack.name, lookupOf(stack, path)]));
  const declared = configuration === undefined ? undefined : declaredIn(configuration);
  const findings = report.findings.map((finding) => {
    const source = lookups.get(finding.stack)?.(finding) ?? declared?.(finding) ?? null;
    return source === null ? finding : { ...finding, source };
  });
  return { ...report, findings };
}

type Lookup = (finding: Finding) => SourcePlace | undefined;

function lookupOf(stack: Stack, path: string): Lookup | undefined {
  const file = stack.source.includes('synth') ? synthFile(stack, path) : undefined;
  if (file === undefined) {
    return undefined;
  }
  const bytes = readFileSync(file.path);
  const recorded = readRecorded(join(dirname(file.path), SOURCES_FILE), bytes);
  const places = keyPlaces(bytes.toString('utf8'), 3);
  return ({ construct, address }) => {
    const source = construct === null ? undefined : recorded.get(construct);
    const place = source === undefined ? places.get(JSON.stringify(blockOf(address))) : undefined;
    return source ?? (place === undefined ? undefined : { file: file.label, ...place });
  };
}

/** Looks resources up in a Terraform configuration; files are named as the caller named the folder, but never by an absolute path. */
function declaredIn(folder: string): Lookup {
  const places = hclPlaces(folder);
  return ({ address }) => {
    const found = places(address);
    return found && { ...found, file: isAbsolute(folder) ? found.file : unified(join(folder, found.file)) };
  };
}

/** The synthesized file of a stack, and its name in reports: as the caller named it, but never an absolute path. */
function synthFile(stack: Stack, path: string): { path: string; label: string } | undefined {
  if (!statSync(path).isDirectory()) {
    return { path, label: isAbsolute(path) ? stack.file : unified(path) };
  }
  const candidates = [join('stacks', stack.name, SYNTH_FILE), join(dirname(stack.file), SYNTH_FILE)];
  const found = candidates.find((candidate) => existsSync(join(path, candidate)));
  return found === undefined
    ? undefined
    : { path: join(path, found), label: unified(isAbsolute(path) ? found : join(path, found)) };
}

function unified(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(\.\/)+/, '');
}

/** Sources that a synthesis recorded; those of another `cdk.tf.json` than this one are out of date and not used. */
function readRecorded(file: string, synth: Buffer): ReadonlyMap<string, SourcePlace> {
  const found = new Map<string, SourcePlace>();
  if (!existsSync(file)) {
    return found;
  }
  const document = parse(readFileSync(file, 'utf8'));
  if (member(document, 'of') !== createHash('sha256').update(synth).digest('hex')) {
    return found;
  }
  for (const [construct, place] of Object.entries(objectOf(member(document, 'sources')))) {
    const { file: source, line, column } = objectOf(place);
    if (typeof source === 'string' && typeof line === 'number' && typeof column === 'number' && !isAbsolute(source)) {
      found.set(construct, { file: source, line, column });
    }
  }
  return found;
}

function parse(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    // Recorded sources are a help for readers: without them the synthesized file is pointed at.
    return undefined;
  }
}

/** Keys under which a configuration in JSON syntax declares a resource, an output or a provider of the root module. */
function blockOf(address: string): readonly string[] {
  const steps = parseTraversal(address) ?? [];
  const names = steps.flatMap((step) => ('name' in step ? [step.name] : []));
  const [first, ...rest] = names;
  if (first === 'module' || first === 'output' || first === 'provider') {
    return [first, rest[0] ?? ''];
  }
  return first === 'data' ? ['data', ...rest.slice(0, 2)] : ['resource', ...names.slice(0, 2)];
}
