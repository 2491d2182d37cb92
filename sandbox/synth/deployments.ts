import * as path from 'node:path';
import { z } from 'zod';
import { JsonFile } from '../aws/json-file';
import type { ApiDefinition, RestApi } from '../gateway/model';
import type { PlannedStage } from './stages';

/** Raised when the form of a definition changes: what an older version kept is then thrown away. */
const SCHEMA = 1;

const snapshotSchema = z.object({ schema: z.number(), deployment: z.string(), definition: z.unknown() });

/**
 * What each stage serves: the snapshot of its deployment. Terraform makes a new deployment when its triggers change; as
 * long as they do not, edited resources are not served, neither on AWS nor here.
 *
 * @returns the APIs to serve, and a note for each whose plan was edited without a new deployment
 */
export function deploySnapshots(
  stages: readonly PlannedStage[],
  stateDir: string,
): { apis: RestApi[]; notes: string[] } {
  const notes: string[] = [];
  const apis = stages.map(({ restApi, deploymentIdentity }) => {
    const name = `${restApi.id}-${restApi.stage.name}.json`;
    const file = new JsonFile(path.join(stateDir, 'deployments', name), snapshotSchema);
    const known = file.read();
    const { definition } = restApi;
    if (known?.schema !== SCHEMA || known.deployment !== deploymentIdentity) {
      file.write({ schema: SCHEMA, deployment: deploymentIdentity, definition });
      return restApi;
    }
    if (JSON.stringify(known.definition) === JSON.stringify(definition)) {
      return restApi;
    }
    notes.push(
      `${restApi.name}: resources were edited but the deployment's triggers were not, so stage ${restApi.stage.name} serves what was deployed before`,
    );
    // Written by this very function, and of this schema.
    return { ...restApi, definition: known.definition as ApiDefinition };
  });
  return { apis, notes };
}
