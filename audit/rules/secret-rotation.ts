import type { Rule } from './rule';
import { finding, type Judgement } from './shared/resources';
import { secretRotations } from './shared/rotations';

/** Every secret is rotated. */
export const secretRotation: Rule = {
  id: 'ROT-001',
  title: 'Secret that is not rotated',
  why: 'A secret that leaked once works until somebody notices; a rotated one until the next rotation.',
  cause: 'aws_secretsmanager_secret_rotation is a resource of its own, and needs a function.',
  fix: 'Add aws_secretsmanager_secret_rotation with a function and a schedule (RotatingSecret of this kit).',
  severity: 'high',
  references: [
    'https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html#secretsmanager-1',
  ],
  check: (model) =>
    secretRotations(model).map(({ secret, rotation }) => {
      const answer: Judgement =
        rotation.kind === 'known'
          ? ['pass', `${rotation.value.resource.address} rotates it`]
          : rotation.kind === 'unknown'
            ? ['unknown', `whether it is rotated cannot be told: ${rotation.cause}`]
            : ['fail', 'no rotation of the stack is for it'];
      return finding(secret, 'rotation', answer);
    }),
};
