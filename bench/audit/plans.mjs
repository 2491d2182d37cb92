// Large plans, grown from one that real Terraform made (test/audit/fixtures/good): its resources over and over under other names.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const seed = JSON.parse(readFileSync(join(root, 'test/audit/fixtures/good/plan.json'), 'utf8'));
const ROUTE_TYPES = ['aws_api_gateway_resource', 'aws_api_gateway_method', 'aws_api_gateway_integration'];

const configuration = new Map(seed.configuration.root_module.resources.map((resource) => [resource.address, resource]));
const entries = seed.resource_changes.map((change) => ({ change, config: configuration.get(change.address) }));

/** A copy of a resource under another name; what it refers to keeps its name unless it is copied too. */
function copy({ change, config }, suffix, copied) {
  const rename = (value) =>
    JSON.parse(
      JSON.stringify(value).replace(/\b((?:data\.)?[a-z]+_\w+)\.(\w+)/g, (whole, type, name) =>
        copied.has(`${type}.${name}`) ? `${type}.${name}_${suffix}` : whole,
      ),
    );
  const renamed = rename({ change, config });
  renamed.change.name += `_${suffix}`;
  if (renamed.config !== undefined) {
    renamed.config.name += `_${suffix}`;
  }
  const { after } = renamed.change.change;
  for (const attribute of ['name', 'path_part', 'function_name', 'bucket']) {
    if (typeof after?.[attribute] === 'string') {
      after[attribute] += `-${suffix}`;
    }
  }
  return renamed;
}

function planOf(all) {
  return {
    format_version: seed.format_version,
    terraform_version: seed.terraform_version,
    planned_values: { root_module: {} },
    resource_changes: all.map(({ change }) => change),
    configuration: {
      ...seed.configuration,
      root_module: {
        ...seed.configuration.root_module,
        resources: all.map(({ config }) => config).filter((config) => config !== undefined),
      },
    },
    applyable: true,
    complete: true,
    errored: false,
  };
}

/** So many resources: the whole seed again and again, each time with an API, a function, a role and a policy of its own. */
export function manyApis(count) {
  const copied = new Set(entries.map(({ change }) => change.address));
  const all = [];
  for (let suffix = 0; all.length < count; suffix += 1) {
    all.push(...entries.map((entry) => copy(entry, suffix, copied)));
  }
  return planOf(all.slice(0, count));
}

/** So many resources: the seed once, and its routes again and again in the one API. */
export function oneApi(count) {
  const routes = entries.filter(({ change }) => ROUTE_TYPES.includes(change.type));
  const copied = new Set(routes.map(({ change }) => change.address));
  const all = [...entries];
  for (let suffix = 0; all.length < count; suffix += 1) {
    all.push(...routes.map((entry) => copy(entry, suffix, copied)));
  }
  return planOf(all.slice(0, count));
}
