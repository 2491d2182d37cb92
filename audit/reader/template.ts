import { type Json, objectOf } from '../json';
import { parseTraversal, readTraversal, type Step } from './traversal';

/** A part of a template: literal text, or the source of an interpolated expression. */
export type TemplatePart = { readonly literal: string } | { readonly expression: string };

/**
 * Splits the text of a Terraform template at its `${…}`; `$${` and `%%{` are unescaped. Braces and quotes inside an
 * expression are respected.
 *
 * @returns undefined when the text holds a `%{` directive or an expression without end
 */
export function splitTemplate(text: string): TemplatePart[] | undefined {
  const parts: TemplatePart[] = [];
  let literal = '';
  for (let at = 0; at < text.length; ) {
    if (text.startsWith('$${', at) || text.startsWith('%%{', at)) {
      literal += text.slice(at + 1, at + 3);
      at += 3;
    } else if (text.startsWith('%{', at)) {
      return undefined;
    } else if (text.startsWith('${', at)) {
      const end = expressionEnd(text, at + 2);
      if (end === undefined) {
        return undefined;
      }
      if (literal !== '') {
        parts.push({ literal });
        literal = '';
      }
      parts.push({ expression: text.slice(at + 2, end).trim() });
      at = end + 1;
    } else {
      literal += text[at];
      at += 1;
    }
  }
  if (literal !== '' || parts.length === 0) {
    parts.push({ literal });
  }
  return parts;
}

/** Position of the `}` that ends an expression. */
function expressionEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') {
      const end = stringEnd(text, at + 1);
      if (end === undefined) {
        return undefined;
      }
      at = end;
    } else if (character === '{') {
      depth += 1;
    } else if (character === '}') {
      if (depth === 0) {
        return at;
      }
      depth -= 1;
    }
  }
  return undefined;
}

/** Position of the quote that ends a string of an expression; strings may hold expressions again. */
function stringEnd(text: string, start: number): number | undefined {
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '\\') {
      at += 1;
    } else if (text[at] === '"') {
      return at;
    } else if (text.startsWith('$${', at)) {
      at += 2;
    } else if (text.startsWith('${', at)) {
      const end = expressionEnd(text, at + 2);
      if (end === undefined) {
        return undefined;
      }
      at = end;
    }
  }
  return undefined;
}

/** The traversal that an expression consists of; undefined when it is more than that, or a literal word. */
export function wholeReference(expression: string): Step[] | undefined {
  const steps = parseTraversal(expression);
  return steps !== undefined && steps.length > 1 ? steps : undefined;
}

/** References in an expression, in the form in which a plan lists them. Words inside quotes and function names are skipped. */
export function expressionReferences(expression: string): string[] {
  const found = new Set<string>();
  for (let at = 0; at < expression.length; ) {
    const character = expression[at] ?? '';
    if (character === '"') {
      const end = stringEnd(expression, at + 1) ?? expression.length;
      for (const part of splitTemplate(expression.slice(at + 1, end)) ?? []) {
        if ('expression' in part) {
          addAll(found, expressionReferences(part.expression));
        }
      }
      at = end + 1;
      continue;
    }
    const traversal = /[\p{ID_Start}_]/u.test(character) ? readTraversal(expression, at) : undefined;
    if (traversal === undefined) {
      at += 1;
      continue;
    }
    if (traversal.steps.length > 1) {
      found.add(expression.slice(at, traversal.end));
    }
    at = traversal.end;
  }
  return [...found];
}

/** References of a whole JSON value of a configuration. */
export function templateReferences(value: Json): string[] {
  const found = new Set<string>();
  const visit = (part: Json): void => {
    if (typeof part === 'string') {
      for (const piece of splitTemplate(part) ?? []) {
        if ('expression' in piece) {
          addAll(found, expressionReferences(piece.expression));
        }
      }
    } else if (Array.isArray(part)) {
      part.forEach(visit);
    } else {
      Object.values(objectOf(part)).forEach(visit);
    }
  };
  visit(value);
  return [...found];
}

function addAll(set: Set<string>, texts: readonly string[]): void {
  for (const text of texts) {
    set.add(text);
  }
}
