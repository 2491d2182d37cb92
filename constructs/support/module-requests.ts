/** A module that a JavaScript text asks for by a literal name. */
export interface ModuleRequest {
  readonly name: string;
  /** Whether it stands in a `try` block, so that the code goes on without the module. */
  readonly optional: boolean;
}

/** Keywords after which a slash begins a regular expression. */
const BEFORE_EXPRESSION = new Set(
  'await case delete do else in instanceof new of return throw typeof void yield'.split(' '),
);
/** Keywords whose parentheses are followed by a statement. */
const BEFORE_STATEMENT = new Set(['if', 'for', 'while', 'with']);
/** What may be a module request, in code or not: a quick look that saves taking the text apart. */
const CANDIDATE =
  /\brequire\s*\(\s*(["'`])([^"'`\n]+)\1|\bimport\s*\(?\s*(["'`])([^"'`\n]+)\3|\bfrom\s*(["'])([^"'\n]+)\5/g;

/** Names of all modules that a text may ask for, those in comments and strings included. */
export function candidateModules(source: string): Set<string> {
  return new Set(Array.from(source.matchAll(CANDIDATE), (match) => match[2] ?? match[4] ?? match[6] ?? ''));
}

/**
 * The modules that a JavaScript text asks for: `require("x")`, `import … from "x"`, `import "x"`, `export … from "x"`, `import("x")`. The
 * text is taken apart into its tokens, so that comments, strings and regular expressions do not count.
 *
 * A text that has a `require` of its own as a parameter, as some bundlers write, asks for nothing for sure: all of it is optional.
 */
export function moduleRequests(source: string): ModuleRequest[] {
  return new Scanner(source).scan();
}

type Kind = 'word' | 'text' | 'value' | 'mark';

interface Token {
  readonly kind: Kind;
  readonly text: string;
}

interface Bracket {
  readonly open: string;
  /** `${` of a template; `try` block; other block; parentheses before a statement. */
  readonly role: 'template' | 'try' | 'block' | 'statement' | 'other';
}

const NOTHING: Token = { kind: 'mark', text: '' };

class Scanner {
  private at = 0;
  private readonly brackets: Bracket[] = [];
  /** The last four tokens, the latest first. */
  private last: readonly [Token, Token, Token, Token] = [NOTHING, NOTHING, NOTHING, NOTHING];
  /** Whether the closing bracket that came last may be followed by an expression. */
  private expressionFollows = true;
  private ownRequire = false;
  private readonly found: ModuleRequest[] = [];

  constructor(private readonly source: string) {}

  scan(): ModuleRequest[] {
    const { source } = this;
    if (source.startsWith('#!')) {
      this.at = source.indexOf('\n') < 0 ? source.length : source.indexOf('\n');
    }
    while (this.at < source.length) {
      this.token(source[this.at] ?? '');
    }
    return this.ownRequire ? this.found.map(({ name }) => ({ name, optional: true })) : this.found;
  }

  private token(character: string): void {
    const { source, at } = this;
    const two = source.slice(at, at + 2);
    if (/\s/.test(character)) {
      this.at += 1;
    } else if (two === '//') {
      this.skipTo('\n', 0);
    } else if (two === '/*') {
      this.skipTo('*/', 2);
    } else if (character === '"' || character === "'") {
      this.quoted(character);
    } else if (character === '`') {
      this.at += 1;
      this.template();
    } else if (character === '/' && this.mayBeginExpression()) {
      this.regularExpression();
    } else if (/[\p{ID_Start}$_#@\\]/u.test(character)) {
      this.word();
    } else if (/[0-9]/.test(character)) {
      const [number = character] = /^[0-9a-zA-Z_.]+/.exec(source.slice(at, at + 400)) ?? [];
      this.at += number.length;
      this.push({ kind: 'value', text: number });
    } else {
      this.mark(two === '=>' || two === '?.' ? two : character);
    }
  }

  private skipTo(end: string, from: number): void {
    const found = this.source.indexOf(end, this.at + from);
    this.at = found < 0 ? this.source.length : found + end.length;
  }

  private quoted(quote: string): void {
    const start = this.at + 1;
    let end = start;
    while (end < this.source.length && this.source[end] !== quote) {
      end += this.source[end] === '\\' ? 2 : 1;
    }
    this.at = end + 1;
    this.text(this.source.slice(start, end));
  }

  /** Goes on within a template, to its end or to its next expression. */
  private template(): void {
    const start = this.at;
    while (this.at < this.source.length) {
      const character = this.source[this.at];
      if (character === '`') {
        const text = this.source.slice(start, this.at);
        const isWhole = this.source[start - 1] === '`';
        this.at += 1;
        if (isWhole) {
          this.text(text);
        } else {
          this.push({ kind: 'value', text: '' });
        }
        return;
      }
      if (character === '$' && this.source[this.at + 1] === '{') {
        this.at += 2;
        this.brackets.push({ open: '{', role: 'template' });
        this.push({ kind: 'mark', text: '${' });
        return;
      }
      this.at += character === '\\' ? 2 : 1;
    }
  }

  private regularExpression(): void {
    let inClass = false;
    let end = this.at + 1;
    for (; end < this.source.length && this.source[end] !== '\n'; end += 1) {
      const character = this.source[end];
      if (character === '\\') {
        end += 1;
      } else if (character === '[') {
        inClass = true;
      } else if (character === ']') {
        inClass = false;
      } else if (character === '/' && !inClass) {
        break;
      }
    }
    this.at = end + 1;
    this.push({ kind: 'value', text: '/' });
  }

  private word(): void {
    const word = /(?:[\p{ID_Continue}$#@\\]|\u200c|\u200d)+/uy;
    word.lastIndex = this.at;
    const text = word.exec(this.source)?.[0] ?? this.source[this.at] ?? '';
    this.at += text.length;
    const isParameter = text === 'require' && this.isParameterList();
    this.push({ kind: 'word', text });
    this.ownRequire ||= isParameter;
  }

  /** Whether the parentheses that are open are those of `function name(`. */
  private isParameterList(): boolean {
    const [one, two, three] = this.last;
    const opensFunction = one.text === '(' && (two.text === 'function' || three.text === 'function');
    return opensFunction || (one.text === ',' && this.inParameters);
  }

  private inParameters = false;

  private mark(text: string): void {
    const [one, two] = this.last;
    this.at += text.length;
    if (text === '(') {
      const role = one.kind === 'word' && BEFORE_STATEMENT.has(one.text) ? 'statement' : 'other';
      this.inParameters = one.text === 'function' || two.text === 'function';
      this.brackets.push({ open: text, role });
    } else if (text === '{') {
      this.brackets.push({ open: text, role: one.text === 'try' ? 'try' : this.isBlock() ? 'block' : 'other' });
    } else if (text === '[') {
      this.brackets.push({ open: text, role: 'other' });
    } else if (text === ')' || text === ']' || text === '}') {
      const closed = this.brackets.pop();
      this.inParameters = false;
      if (closed?.role === 'template') {
        this.push({ kind: 'mark', text });
        this.template();
        return;
      }
      this.expressionFollows = closed?.role === 'statement' || closed?.role === 'block' || closed?.role === 'try';
    }
    this.push({ kind: 'mark', text });
  }

  /** Whether a brace begins statements, and not an object. */
  private isBlock(): boolean {
    const [one] = this.last;
    return (
      [')', ';', '{', '}', '=>', ''].includes(one.text) ||
      (one.kind === 'word' && (!BEFORE_EXPRESSION.has(one.text) || ['else', 'do'].includes(one.text)))
    );
  }

  private mayBeginExpression(): boolean {
    const [one] = this.last;
    if (one.kind === 'word') {
      return BEFORE_EXPRESSION.has(one.text);
    }
    if (one.kind !== 'mark') {
      return false;
    }
    return [')', ']', '}'].includes(one.text) ? this.expressionFollows : true;
  }

  private text(text: string): void {
    const [one, two, three] = this.last;
    // Behind a name that is put together at run time comes something else than the end of the call.
    const isWhole = /^\s*[),]/.test(this.source.slice(this.at, this.at + 400));
    const isCall = one.text === '(' && isWhole && two.kind === 'word' && !['.', '?.'].includes(three.text);
    const isRequest =
      (isCall && ['require', '__require', 'import'].includes(two.text)) ||
      (one.kind === 'word' && one.text === 'from' && this.last[1].text !== '.') ||
      (one.kind === 'word' && one.text === 'import');
    if (isRequest && !text.includes('\\')) {
      this.found.push({ name: text, optional: this.brackets.some(({ role }) => role === 'try') });
    }
    this.push({ kind: 'text', text });
  }

  private push(token: Token): void {
    const [one, two, three] = this.last;
    this.last = [token, one, two, three];
  }
}
