import { type JsonObject, member } from '../json';
import type { ModuleConfig } from './configuration';
import { collectValues } from './plan';
import { sensitiveTexts } from './sensitive';
import { ModuleTree, type Resource, Stack } from './stack';

/**
 * Normalises a state as `terraform show -json` prints it: what is deployed, of which every value is known. It holds no
 * configuration, so that resources are joined by ids alone, and nothing that a plan would change.
 *
 * @throws {PlanUnusableError} when a resource has no readable address
 */
export function readState(state: JsonObject, name: string, file: string): Stack {
  const config: ModuleConfig = { resources: new Map(), calls: new Map(), outputs: new Map(), locals: new Map() };
  const tree = new ModuleTree(config);
  const resources: Resource[] = [];
  collectValues(member(state.values, 'root_module'), '', tree, file, resources, () => true);
  const terraformVersion = typeof state.terraform_version === 'string' ? state.terraform_version : undefined;
  return new Stack(
    name,
    'state',
    file,
    terraformVersion,
    resources,
    [],
    tree.instances,
    [],
    sensitiveTexts(state),
    state,
  );
}
