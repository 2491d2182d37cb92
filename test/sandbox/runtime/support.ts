import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { FunctionRuntime, type FunctionRuntimeOptions, type FunctionSpec } from '../../../sandbox/runtime';

/** A state folder, its packages and runtimes, gone after the test. */
export class RuntimeLab {
  readonly stateDir = mkdtempSync(path.join(tmpdir(), 'gatehouse-runtime-'));
  private readonly runtimes: FunctionRuntime[] = [];
  private packages = 0;

  zip(files: Record<string, string>): string {
    this.packages += 1;
    const file = path.join(this.stateDir, `package-${this.packages}.zip`);
    writeFileSync(
      file,
      zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))),
    );
    return file;
  }

  spec(files: Record<string, string>, changes: Partial<FunctionSpec> = {}): FunctionSpec {
    return {
      name: 'gh-dev-demo',
      arn: 'arn:aws:lambda:eu-central-1:123456789012:function:gh-dev-demo',
      zipFile: this.zip(files),
      handler: 'index.handler',
      timeoutSeconds: 10,
      memoryMb: 256,
      environment: {},
      logGroup: '/aws/lambda/gh-dev-demo',
      runtime: 'nodejs22.x',
      ...changes,
    };
  }

  runtime(spec: FunctionSpec, options: Partial<FunctionRuntimeOptions> = {}): FunctionRuntime {
    const runtime = new FunctionRuntime({
      functions: [spec],
      stateDir: this.stateDir,
      environment: () => ({}),
      ...options,
    });
    this.runtimes.push(runtime);
    return runtime;
  }

  /** Runs one CommonJS handler, given as the text of `index.js`, once. */
  run(source: string, event: unknown = {}, changes: Partial<FunctionSpec> = {}) {
    const spec = this.spec({ 'index.js': source }, changes);
    return this.runtime(spec).invoke(spec.name, event);
  }

  log(): string {
    return readFileSync(path.join(this.stateDir, 'logs/aws/lambda/gh-dev-demo.log'), 'utf8');
  }

  async dispose(): Promise<void> {
    await Promise.all(this.runtimes.map((runtime) => runtime.close()));
    rmSync(this.stateDir, { recursive: true, force: true });
  }
}
