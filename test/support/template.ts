import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, DefaultTokenResolver, LocalBackend, StringConcat, TerraformStack, Testing, Tokenization } from 'cdktf';
import { removeTemporaryAssets } from '../../constructs/support/asset-zip';

// The process of a jest worker outlives the test file, and an exit handler set inside of jest never runs.
afterAll(removeTemporaryAssets);

export type ResourceBody = Record<string, unknown>;

/** A stack with a provider and a backend, as every stack needs them to pass its validations. */
export function testStack(id = 'test'): TerraformStack {
  const stack = new TerraformStack(new App({ outdir: '.', hclOutput: false }), id);
  new AwsProvider(stack, 'Provider', { region: 'eu-central-1' });
  new LocalBackend(stack, { path: 'test.tfstate' });
  return stack;
}

/** What a stack synthesizes to, for expectations: by type, by properties, and how many. */
export class Template {
  /** Synthesizes with the validations on. */
  static fromStack(stack: TerraformStack): Template {
    stack.prepareStack();
    return new Template(stack, JSON.parse(Testing.synth(stack, true)));
  }

  /** Builds a stack and synthesizes it. */
  static of(build: (stack: TerraformStack) => void): Template {
    const stack = testStack();
    build(stack);
    return Template.fromStack(stack);
  }

  private constructor(
    private readonly stack: TerraformStack,
    readonly json: { resource?: Record<string, Record<string, ResourceBody>>; [block: string]: unknown },
  ) {}

  /** Resources of a type by logical id; empty when there is none. */
  resources(type: string): Record<string, ResourceBody> {
    return this.json.resource?.[type] ?? {};
  }

  count(type: string): number {
    return Object.keys(this.resources(type)).length;
  }

  /** Number of resources by type, sorted by type. */
  counts(): Record<string, number> {
    return Object.fromEntries(
      Object.keys(this.json.resource ?? {})
        .sort()
        .map((type) => [type, this.count(type)]),
    );
  }

  /** Resources of a type that hold all the properties (nested objects partially, arrays exactly; tokens are resolved). */
  find(type: string, properties: ResourceBody = {}): ResourceBody[] {
    const expected = this.resolve(properties);
    return Object.values(this.resources(type)).filter((body) => matches(body, expected));
  }

  /** The one resource of a type that holds the properties; throws with what there is when it is not exactly one. */
  only(type: string, properties: ResourceBody = {}): ResourceBody {
    const found = this.find(type, properties);
    if (found.length !== 1 || found[0] === undefined) {
      const present = JSON.stringify(this.resources(type), null, 2);
      throw new Error(
        `${found.length} resources ${type} match ${JSON.stringify(properties)}, expected 1 of ${present}`,
      );
    }
    return found[0];
  }

  /** Value with its tokens resolved, to compare with what was synthesized. */
  resolve<T>(value: T): T {
    return Tokenization.resolve(value, {
      scope: this.stack,
      resolver: new DefaultTokenResolver(new StringConcat()),
      preparing: false,
    });
  }
}

function matches(actual: unknown, expected: unknown): boolean {
  if (Array.isArray(expected)) {
    return (
      Array.isArray(actual) &&
      actual.length === expected.length &&
      expected.every((value, index) => matches(actual[index], value))
    );
  }
  if (typeof expected === 'object' && expected !== null) {
    return (
      typeof actual === 'object' &&
      actual !== null &&
      Object.entries(expected).every(([key, value]) => matches((actual as ResourceBody)[key], value))
    );
  }
  return Object.is(actual, expected);
}
