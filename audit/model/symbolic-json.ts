import { isObject, type Json } from '../json';
import { expressionReferences, splitTemplate } from '../reader/template';
import { parseTraversal } from '../reader/traversal';
import type { PolicyText } from './types';

/** Private-use characters that enclose the number of an expression in a text. */
const OPEN = '\uE000';
const CLOSE = '\uE001';
const MARKER = /\uE000(\d+)\uE001/g;

/** A JSON document with placeholders for what the plan does not tell. */
export interface SymbolicJson {
  readonly document: Json;
  /** Reads a string of the document. */
  text(value: string): PolicyText;
}

/** Reads a JSON document all of whose text is known; undefined when it is not JSON. */
export function parseKnownJson(text: string): SymbolicJson | undefined {
  const document = parse(text);
  return document === undefined ? undefined : { document, text: knownText };
}

/**
 * Reads a document all of whose text is known, as JSON or YAML 1.2; undefined when it is neither, or no object. Aliases are
 * expanded up to a bound, so that a small text cannot become a large document.
 */
export function parseKnownDocument(text: string): SymbolicJson | undefined {
  const json = parseKnownJson(text);
  if (json !== undefined) {
    return json;
  }
  try {
    // Loaded here: most documents are JSON, and a run that meets no other does not wait for it.
    const { parse: parseYaml } = require('yaml') as typeof import('yaml');
    const document: unknown = parseYaml(text, { maxAliasCount: 50, prettyErrors: false });
    return isObject(document as Json) ? { document: document as Json, text: knownText } : undefined;
  } catch {
    // Neither: the caller tells that it cannot be read, without quoting it.
    return undefined;
  }
}

/**
 * Reads the template of a JSON document, as a JSON-syntax configuration leaves it in the plan: `${…}` in a string, or in the
 * place of a value, become placeholders.
 *
 * @returns undefined when the template is not JSON: a single expression, or one with directives
 */
export function parseTemplateJson(template: string): SymbolicJson | undefined {
  const parts = splitTemplate(template);
  if (parts === undefined || template.includes(OPEN)) {
    return undefined;
  }
  const expressions: string[] = [];
  let text = '';
  let inString = false;
  for (const part of parts) {
    if ('literal' in part) {
      inString = endsInString(part.literal, inString);
      text += part.literal;
    } else {
      const marker = `${OPEN}${expressions.push(part.expression) - 1}${CLOSE}`;
      text += inString ? marker : JSON.stringify(marker);
    }
  }
  const document = parse(text);
  if (document === undefined || typeof document !== 'object') {
    return undefined;
  }
  return { document, text: (value) => symbolicText(value, expressions) };
}

function knownText(text: string): PolicyText {
  return { text, symbolic: 'no' };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // Not JSON: the caller answers unknown.
    return undefined;
  }
}

function endsInString(text: string, before: boolean): boolean {
  let inString = before;
  for (let at = 0; at < text.length; at += 1) {
    if (inString && text[at] === '\\') {
      at += 1;
    } else if (text[at] === '"') {
      inString = !inString;
    }
  }
  return inString;
}

function symbolicText(value: string, expressions: readonly string[]): PolicyText {
  let symbolic: PolicyText['symbolic'] = 'no';
  const text = value.replace(MARKER, (_, index: string) => {
    const expression = expressions[Number(index)] ?? '';
    if (parseTraversal(expression) === undefined || !areResourceAttributes(expressionReferences(expression))) {
      symbolic = 'anything';
    } else if (symbolic === 'no') {
      symbolic = 'attribute';
    }
    return `\${${expression}}`;
  });
  return { text, symbolic };
}

/** First words of references that may hold any text, a wildcard too. */
const FREE_WORDS = new Set(['var', 'local', 'module', 'each', 'data', 'count', 'path', 'self', 'terraform']);

/** True when all references are attributes of managed resources. */
export function areResourceAttributes(references: readonly string[]): boolean {
  return (
    references.length > 0 &&
    references.every((reference) => {
      const first = parseTraversal(reference)?.[0];
      return (
        first !== undefined && 'name' in first && !FREE_WORDS.has(first.name) && !first.name.startsWith('terraform_')
      );
    })
  );
}
