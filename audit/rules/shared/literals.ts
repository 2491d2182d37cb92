import { isObject, type Json } from '../../json';
import { isExpression } from '../../reader/configuration';

/** A text that the configuration states, and the path to it. */
export interface Literal {
  /** `environment[0].variables.NAME` */
  readonly path: string;
  /** Last name of the path. */
  readonly name: string;
  readonly text: string;
}

/** The literals of a tree of expressions: constants without references, as those with references are templates. */
export function literalsOf(tree: Json | undefined): Literal[] {
  const found: Literal[] = [];
  walkExpressions(tree, '', '', found);
  return found;
}

/** The texts of a value. */
export function textsIn(value: Json | undefined, path = '', name = ''): Literal[] {
  const found: Literal[] = [];
  walkValue(value, path, name, found);
  return found;
}

function walkExpressions(tree: Json | undefined, path: string, name: string, found: Literal[]): void {
  if (Array.isArray(tree)) {
    for (const [index, item] of tree.entries()) {
      walkExpressions(item, `${path}[${index}]`, name, found);
    }
  } else if (isExpression(tree)) {
    const references = Array.isArray(tree.references) ? tree.references : [];
    if (references.length === 0) {
      walkValue(tree.constant_value, path, name, found);
    }
  } else if (isObject(tree)) {
    for (const [key, item] of Object.entries(tree)) {
      walkExpressions(item, join(path, key), key, found);
    }
  }
}

function walkValue(value: Json | undefined, path: string, name: string, found: Literal[]): void {
  if (typeof value === 'string') {
    found.push({ path, name, text: value });
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      walkValue(item, `${path}[${index}]`, name, found);
    }
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      walkValue(item, join(path, key), key, found);
    }
  }
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
