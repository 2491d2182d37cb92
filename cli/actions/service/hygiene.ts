import type { FindingView } from '../../../lambdas/token-service/domain/usage/findings';
import type { HygieneView, UntidyToken } from '../../../lambdas/token-service/domain/usage/hygiene';
import { EXIT } from '../../errors';
import { printMany, tell } from '../../output/printer';
import type { Column } from '../../output/table';
import { moment } from '../../output/times';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';

export interface HygieneOptions extends ServiceOptions {
  readonly application?: string;
  readonly team?: string;
  readonly check?: boolean;
}

/** Shows what is untidy about tokens. */
export async function showHygiene(options: HygieneOptions): Promise<void> {
  const { service } = await connect(options, 'hygiene');
  const { application, team } = options;
  const seen = { examined: 0, untidy: 0, usageKnown: true };
  async function* pages() {
    for await (const page of service.pages<HygieneView>('read what is untidy', '/hygiene', { application, team })) {
      seen.examined += page.examined;
      seen.untidy += page.tokens.length;
      seen.usageKnown &&= page.usageKnown;
      yield page.tokens;
    }
  }
  const now = Date.now();
  const columns: Column<UntidyToken>[] = [
    { heading: 'ID', text: ({ tokenId }) => tokenId },
    { heading: 'NAME', text: ({ name }) => name },
    { heading: 'APPLICATION', text: (row) => row.application },
    { heading: 'TEAM', text: (row) => row.team },
    { heading: 'FINDINGS', text: ({ findings }) => findings.map((finding) => findingText(finding, now)).join('; ') },
  ];
  await printMany(pages(), options, columns, 'nothing is untidy');
  tell(`${seen.untidy} of ${seen.examined} tokens that are accepted have a finding`);
  if (!seen.usageKnown) tell('the counts of calls could not be read: nothing is said of use');
  if (options.check === true && seen.untidy > 0) process.exitCode = EXIT.failed;
}

function findingText({ kind, unusedScopes = [], lastUsedAt, endsAt }: FindingView, now: number): string {
  switch (kind) {
    case 'over-longest-lifetime':
      return 'lives longer than is allowed by now';
    case 'no-networks':
      return 'may be used from everywhere';
    case 'never-used':
      return 'was never used';
    case 'unused-30-days':
      return 'not used for 30 days';
    case 'unused-90-days':
      return 'not used for 90 days';
    case 'unused-scopes':
      return unusedScopes.length === 0 ? 'holds wildcards' : `does not use ${unusedScopes.join(' ')}`;
    case 'old-secret-in-use':
      return `its old secret was used ${moment(lastUsedAt, now)}, ends ${moment(endsAt, now)}`;
  }
}
