import { ACTIONS } from './actions';
import { type Reach, RIGHTS, reachOf } from './rights';
import { ROLES } from './roles';

const SHOWN: Readonly<Record<Reach, string>> = {
  'own application': 'own',
  'maintained applications': 'maintained',
  'own team': 'team',
  own: 'own',
  all: 'all',
};

/** The table of rights as Markdown, for people. */
export function renderRights(): string {
  const head = ['action', ...ROLES, 'issuer of the token'];
  const rows = ACTIONS.map((action) => [
    `\`${action}\``,
    ...ROLES.map((role) => cellOf(reachOf(role, action))),
    RIGHTS[action].issuer ? 'yes' : '–',
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellOf(reach: Reach | undefined): string {
  return reach === undefined ? '–' : SHOWN[reach];
}
