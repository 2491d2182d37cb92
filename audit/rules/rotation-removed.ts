import { join } from '../model/joins';
import type { AuditModel } from '../model/types';
import type { Stack } from '../reader/stack';
import type { Rule, RuleFinding } from './rule';
import { finding } from './shared/resources';
import { secretRotations } from './shared/rotations';

const ROTATION = 'aws_secretsmanager_secret_rotation';

/** A rotation does not end while its secret lives on. */
export const rotationRemoved: Rule = {
  id: 'ROT-007',
  title: 'Rotation removed',
  why: 'The secret stays, in use, and is never rotated again; a pending version may be left behind that blocks the next attempt.',
  cause: 'The rotation was taken out to stop a failing one, or moved to another stack that does not exist yet.',
  fix: 'Keep the rotation, or remove the secret with it; where it moves, import it in the other stack in the same change.',
  severity: 'critical',
  references: ['https://docs.aws.amazon.com/secretsmanager/latest/userguide/tutorials_rotation-single.html'],
  check: (model) => model.stacks.flatMap((stack) => judgeStack(model, stack)),
};

function judgeStack(model: AuditModel, stack: Stack): RuleFinding[] {
  const removed = stack.destroyed.filter(({ type }) => type === ROTATION);
  const rotated = secretRotations(model).filter(({ secret }) => secret.stack === stack);
  return removed.flatMap((resource): RuleFinding[] => {
    const joined = join(
      stack,
      resource,
      resource.attributes,
      'secret_id',
      ['aws_secretsmanager_secret'],
      ['id', 'arn'],
    );
    if (joined.kind === 'destroyed') {
      return [finding({ stack, resource }, 'secret_id', ['pass', 'its secret goes with it'])];
    }
    const other = rotated.find(({ secret }) => joined.kind === 'resource' && secret.resource === joined.resource);
    if (other !== undefined && other.rotation.kind === 'known') {
      return [finding({ stack, resource }, 'secret_id', ['pass', 'another rotation takes its place'])];
    }
    const verb = resource.actions.includes('forget') ? 'forgets' : 'removes';
    return [
      joined.kind === 'resource'
        ? finding({ stack, resource }, 'secret_id', [
            'fail',
            `the plan ${verb} the rotation of ${joined.resource.address}, which stays`,
          ])
        : finding({ stack, resource }, 'secret_id', [
            'unknown',
            `the plan ${verb} the rotation of a secret that is not in the plan`,
          ]),
    ];
  });
}
