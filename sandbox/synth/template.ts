/** A part of a Terraform string: literal text, or the expression of `${…}`. */
export type TemplatePart = { readonly text: string } | { readonly expression: string };

/**
 * Splits a Terraform string into its parts; `$${` and `%%{` become `${` and `%{`.
 *
 * @throws {Error} for a directive (`%{`) and an interpolation without its end
 * @see https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences
 */
export function parseTemplate(source: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = '';
  let index = 0;
  while (index < source.length) {
    const two = source.slice(index, index + 2);
    if (source.startsWith('$${', index) || source.startsWith('%%{', index)) {
      text += source.slice(index + 1, index + 3);
      index += 3;
    } else if (two === '%{') {
      throw new Error(`a template directive, ${JSON.stringify(source.slice(index, index + 40))}, is not evaluated`);
    } else if (two === '${') {
      const end = expressionEnd(source, index + 2);
      if (text !== '') {
        parts.push({ text });
      }
      text = '';
      parts.push({ expression: source.slice(index + 2, end).trim() });
      index = end + 1;
    } else {
      text += source[index];
      index += 1;
    }
  }
  return text === '' && parts.length > 0 ? parts : [...parts, { text }];
}

/** Index of the brace that ends an expression; braces inside of it and of its strings are skipped. */
function expressionEnd(source: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let index = start; index < source.length; index++) {
    const character = source[index];
    if (quoted) {
      if (character === '\\') {
        index++;
      } else if (character === '"') {
        quoted = false;
      }
    } else if (character === '"') {
      quoted = true;
    } else if (character === '{') {
      depth++;
    } else if (character === '}') {
      if (depth === 0) {
        return index;
      }
      depth--;
    }
  }
  throw new Error(`the interpolation ${JSON.stringify(source.slice(start - 2, start + 40))} has no end`);
}

/** A reference: the resource and the path below it, `["arn"]` or `["block", 0, "name"]`. */
export interface Reference {
  readonly type: string;
  readonly name: string;
  readonly path: readonly (string | number)[];
}

/** Reads `type.name.attribute[0]["key"]`; `undefined` for any other expression. */
export function parseReference(expression: string): Reference | undefined {
  const match = /^([A-Za-z_][\w-]*)\.([A-Za-z_][\w-]*)((?:\.[A-Za-z_][\w-]*|\.\d+|\[\d+\]|\["[^"\\]*"\])*)$/.exec(
    expression,
  );
  if (match === null) {
    return undefined;
  }
  const [, type = '', name = '', rest = ''] = match;
  const path = [...rest.matchAll(/\.([A-Za-z_][\w-]*)|\.(\d+)|\[(\d+)\]|\["([^"\\]*)"\]/g)].map(
    ([, attribute, dotted, bracketed, key]) => attribute ?? key ?? Number(dotted ?? bracketed),
  );
  return { type, name, path };
}
