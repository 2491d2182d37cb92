import { createHash } from 'node:crypto';
import { DefaultTokenResolver, StringConcat, type TerraformResource, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';

/** What a resource says to Terraform or to people, not to API Gateway: a deployment made again would be the same. */
const NOT_DEPLOYED = new Set([
  '//',
  'connection',
  'depends_on',
  'description',
  'lifecycle',
  'provider',
  'provisioner',
  'tags',
  'tags_all',
]);

/**
 * SHA-256, in hexadecimal, of what a deployment of an API is a snapshot of: the resolved content of the resources, in the
 * order of their ids. Neither the order in which they were made nor a tag changes it.
 *
 * Only for the last pass of a synthesis, when the content is final.
 */
export function deploymentHash(scope: IConstruct, resources: readonly TerraformResource[]): string {
  const resolver = new DefaultTokenResolver(new StringConcat());
  const hash = createHash('sha256');
  const sorted = [...resources].sort((a, b) => (a.friendlyUniqueId < b.friendlyUniqueId ? -1 : 1));
  for (const resource of sorted) {
    const body = contentOf(resource.toTerraform());
    const content = Tokenization.resolve(body, { scope, resolver, preparing: false });
    hash.update(`${resource.terraformResourceType}\n${canonicalJson(content)}\n`);
  }
  return hash.digest('hex');
}

/** The attributes of the one resource in `{ resource: { <type>: { <id>: {…} } } }`. */
function contentOf(synthesized: { resource?: Record<string, Record<string, object>> }): object {
  const [byId = {}] = Object.values(synthesized.resource ?? {});
  const [body = {}] = Object.values(byId);
  return Object.fromEntries(Object.entries(body).filter(([name]) => !NOT_DEPLOYED.has(name)));
}

/** JSON with the keys of every object sorted. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
