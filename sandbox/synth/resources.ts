import { computedAttribute } from './computed';
import { SynthError } from './errors';
import { blocksOf, type JsonObject, objectOf, type SynthStack } from './stacks';
import { parseReference, parseTemplate } from './template';

/** Where resources of a stack live, by the AWS provider's configuration. */
interface Location {
  readonly region: string;
  readonly accountId: string;
}

/** Account of a stack whose provider does not say which accounts it is for. */
const UNKNOWN_ACCOUNT = '000000000000';

/** One resource, whose attributes are resolved when they are first read. */
export class Resource {
  private readonly resolved = new Map<string, unknown>();

  constructor(
    readonly stack: StackResources,
    readonly type: string,
    readonly name: string,
    readonly body: JsonObject,
  ) {}

  /** `<type>.<name>`. */
  get address(): string {
    return `${this.type}.${this.name}`;
  }

  /** For messages: `<stack>: <type>.<name>`. */
  get label(): string {
    return `${this.stack.id}: ${this.address}`;
  }

  get location(): Location {
    return this.stack.locationOf(this);
  }

  /** A resolved attribute; `undefined` when it is neither planned nor assigned by the sandbox. */
  read(attribute: string): unknown {
    if (!this.resolved.has(attribute)) {
      this.resolved.set(attribute, this.stack.attribute(this, attribute));
    }
    return this.resolved.get(attribute);
  }

  /** @throws {SynthError} when the attribute is missing or no text */
  text(attribute: string): string {
    const value = this.optionalText(attribute);
    if (value === undefined) {
      throw new SynthError(`${this.label} has no ${attribute}`);
    }
    return value;
  }

  optionalText(attribute: string): string | undefined {
    const value = this.read(attribute);
    if (value === undefined || value === null) {
      return undefined;
    }
    if (typeof value === 'string') {
      return value;
    }
    if (typeof value === 'number') {
      return String(value);
    }
    throw new SynthError(`${this.label}.${attribute} is ${JSON.stringify(value)}, expected a text`);
  }

  optionalNumber(attribute: string): number | undefined {
    const value = this.read(attribute);
    return value === undefined || value === null ? undefined : numberOf(value, `${this.label}.${attribute}`);
  }

  flag(attribute: string): boolean {
    const value = this.read(attribute);
    if (value === undefined || value === null || value === false || value === 'false') {
      return false;
    }
    if (value === true || value === 'true') {
      return true;
    }
    throw new SynthError(`${this.label}.${attribute} is ${JSON.stringify(value)}, allowed are true and false`);
  }

  texts(attribute: string): string[] {
    const value = this.read(attribute) ?? [];
    if (!Array.isArray(value)) {
      throw new SynthError(`${this.label}.${attribute} is not a list`);
    }
    return value.map(String);
  }

  /** An attribute that maps names to texts; `{}` when it is missing. */
  textMap(attribute: string): Record<string, string> {
    const map = objectOf(this.read(attribute), `${this.label}.${attribute}`);
    return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, String(value)]));
  }

  /** Nested blocks of a name. */
  blocks(attribute: string): JsonObject[] {
    return blocksOf(this.read(attribute), `${this.label}.${attribute}`);
  }
}

/** A number, which Terraform's JSON may also write as a text. @throws {SynthError} for anything else */
export function numberOf(value: unknown, what: string): number {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) {
    throw new SynthError(`${what} is ${JSON.stringify(value)}, expected a number`);
  }
  return number;
}

/** The resources of one stack, and what their references to each other stand for. */
export class StackResources {
  readonly id: string;
  readonly folder: string;
  readonly all: readonly Resource[];
  private readonly byAddress: ReadonlyMap<string, Resource>;
  private readonly locals: JsonObject;
  private readonly providers: readonly JsonObject[];
  /** Attributes that are being resolved, to find circles. */
  private readonly open = new Set<string>();

  constructor(stack: SynthStack) {
    this.id = stack.id;
    this.folder = stack.folder;
    const types = Object.entries(objectOf(stack.document.resource, `resource of stack ${stack.id}`));
    this.all = types.flatMap(([type, byName]) =>
      Object.entries(objectOf(byName, `${type} of stack ${stack.id}`)).map(
        ([name, body]) => new Resource(this, type, name, objectOf(body, `${stack.id}: ${type}.${name}`)),
      ),
    );
    this.byAddress = new Map(this.all.map((resource) => [resource.address, resource]));
    this.locals = objectOf(stack.document.locals, `locals of stack ${stack.id}`);
    this.providers = blocksOf(objectOf(stack.document.provider, `provider of stack ${stack.id}`).aws, 'provider aws');
  }

  ofType(type: string): Resource[] {
    return this.all.filter((resource) => resource.type === type);
  }

  /** The resource that an attribute refers to; `undefined` when the attribute is no plain reference to a resource. */
  referenced(resource: Resource, attribute: string): Resource | undefined {
    const [, expression = ''] = /^\$\{([^}]+)\}$/.exec(String(resource.body[attribute] ?? '')) ?? [];
    const reference = parseReference(expression);
    return reference && this.byAddress.get(`${reference.type}.${reference.name}`);
  }

  attribute(resource: Resource, attribute: string): unknown {
    const planned = resource.body[attribute];
    const where = `${resource.label}.${attribute}`;
    if (planned !== undefined && planned !== null) {
      return this.guarded(where, () => this.resolve(planned, where));
    }
    return this.guarded(where, () =>
      computedAttribute(resource.type, attribute, {
        identity: `${this.id}/${resource.address}`,
        ...this.locationOf(resource),
        text: (name) => resource.text(name),
      }),
    );
  }

  locationOf(resource: Resource): Location {
    const [, alias] = /^aws\.(.+)$/.exec(String(resource.body.provider ?? '')) ?? [];
    const provider = this.providers.find((block) => block.alias === alias) ?? {};
    const region = this.resolve(resource.body.region ?? provider.region, `${this.id}: provider aws.region`);
    if (typeof region !== 'string' || region === '') {
      throw new SynthError(`${resource.label} is in no region: its provider aws names none`);
    }
    const [account] = Array.isArray(provider.allowed_account_ids) ? (provider.allowed_account_ids as unknown[]) : [];
    const accountId = this.resolve(account ?? UNKNOWN_ACCOUNT, `${this.id}: provider aws.allowed_account_ids`);
    return { region, accountId: String(accountId) };
  }

  private guarded<T>(where: string, read: () => T): T {
    if (this.open.has(where)) {
      throw new SynthError(`${where} refers to itself`);
    }
    this.open.add(where);
    try {
      return read();
    } finally {
      this.open.delete(where);
    }
  }

  private resolve(value: unknown, where: string): unknown {
    if (typeof value === 'string') {
      return this.resolveText(value, where);
    }
    if (Array.isArray(value)) {
      return value.map((item) => this.resolve(item, where));
    }
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.resolve(item, where)]));
    }
    return value;
  }

  private resolveText(text: string, where: string): unknown {
    if (!text.includes('{')) {
      return text;
    }
    let parts: ReturnType<typeof parseTemplate>;
    try {
      parts = parseTemplate(text);
    } catch (cause) {
      throw new SynthError(`${where} has ${(cause as Error).message}`, { cause });
    }
    const values = parts.map((part) => ('text' in part ? part.text : this.evaluate(part.expression, where)));
    // One expression alone keeps its type; within a longer text it becomes text.
    if (values.length === 1) {
      return values[0];
    }
    return values
      .map((value) => {
        if (typeof value === 'object') {
          throw new SynthError(`${where} puts a value that is no text into a text`);
        }
        return String(value);
      })
      .join('');
  }

  private evaluate(expression: string, where: string): unknown {
    const reference = parseReference(expression);
    if (reference === undefined) {
      throw new SynthError(
        `${where} has the expression \${${expression}}, the sandbox resolves references to attributes only`,
      );
    }
    const { type, name, path } = reference;
    if (type === 'local') {
      return this.below(
        this.guarded(`local.${name}`, () => this.resolve(this.locals[name], where)),
        path,
        expression,
        where,
      );
    }
    const resource = this.byAddress.get(`${type}.${name}`);
    if (resource === undefined) {
      throw new SynthError(`${where} refers to \${${expression}}, which is no resource of the stack`);
    }
    const [attribute, ...rest] = path;
    if (typeof attribute !== 'string') {
      throw new SynthError(`${where} refers to \${${expression}} without an attribute`);
    }
    return this.below(resource.read(attribute), rest, expression, where);
  }

  private below(value: unknown, path: readonly (string | number)[], expression: string, where: string): unknown {
    let current = value;
    for (const step of path) {
      // A block that is there once is an object in the JSON and a list in an expression.
      if (typeof step === 'number' && !Array.isArray(current)) {
        current = step === 0 ? current : undefined;
      } else {
        current = (current as Record<string | number, unknown> | null | undefined)?.[step];
      }
    }
    if (current === undefined || current === null) {
      throw new SynthError(`${where} refers to \${${expression}}, to which the sandbox assigns no value`);
    }
    return current;
  }
}
