// Finds a filesystem mirror with the AWS provider on this machine and names it in GATEHOUSE_TF_MIRROR, so that the plans of the tests
// run where a mirror lies in an unusual place. For work on the kit only: the `gatehouse` command looks at no folder that
// neither the user nor Terraform's documentation named, because Terraform executes what it finds there.
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';

/** As deep as a mirror with a name and two folders above it: deeper takes a minute on a large disk. */
const DEPTH = '8';
const PRUNED = ['.terraform', 'node_modules', 'proc', 'sys'].flatMap((name) => ['-o', '-name', name]).slice(1);
const SEARCH = ['/', '-xdev', '-maxdepth', DEPTH, '(', ...PRUNED, ')', '-prune', '-o', '-type', 'd'];
const WANTED = ['-path', '*/registry.terraform.io/hashicorp/aws', '-print', '-quit'];

function search() {
  try {
    return execFileSync('find', [...SEARCH, ...WANTED], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 60_000,
    });
  } catch (error) {
    // `find` exits non-zero for every folder it may not read, whatever it has found.
    return String(error.stdout ?? '');
  }
}

if ((process.env.GATEHOUSE_TF_MIRROR ?? '') === '' && process.platform !== 'win32') {
  const [found] = search().split('\n');
  if (found) {
    process.env.GATEHOUSE_TF_MIRROR = dirname(dirname(dirname(found)));
  }
}
