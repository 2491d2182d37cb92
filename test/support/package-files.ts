import { readFileSync } from 'node:fs';
import type { TerraformAsset } from 'cdktf';
import type { IConstruct } from 'constructs';
import { unzipSync } from 'fflate';

/** Text of a file in the package of a function, before synth. */
export function packagedFile(scope: IConstruct, name: string): string {
  const asset = scope.node.findAll().find((node) => node.node.id === 'Asset') as TerraformAsset | undefined;
  if (asset === undefined) {
    throw new Error(`${scope.node.path} has no asset`);
  }
  // Private in cdktf, and the only way to the file before synth.
  const { sourcePath } = asset as unknown as { sourcePath: string };
  const bytes = unzipSync(readFileSync(sourcePath))[name];
  if (bytes === undefined) {
    throw new Error(`the package of ${scope.node.path} has no file ${name}`);
  }
  return Buffer.from(bytes).toString('utf8');
}
