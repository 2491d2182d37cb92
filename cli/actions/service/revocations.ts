import type { RevocationPageView, RevocationView } from '../../../lambdas/token-service/domain/views';
import { printMany, printOne, tell } from '../../output/printer';
import { type Column, renderTable } from '../../output/table';
import { boundText, moment } from '../../output/times';
import { connect } from '../../token-service/connect';
import type { ServiceOptions } from '../../token-service/options';

export interface AddRevocationOptions extends ServiceOptions {
  readonly kind: string;
  readonly value: string;
  readonly issuer?: string;
  readonly issuedBefore?: string;
  readonly reason?: string;
}

/** Adds a revocation. */
export async function addRevocation(options: AddRevocationOptions): Promise<void> {
  const { kind, value, issuer, issuedBefore, reason } = options;
  const { service, place } = await connect(options, 'revocation add');
  const answer = await service.change<RevocationView>(`revoke ${kind} ${value}`, 'POST', '/revocations', {
    body: { kind, value, issuer, issuedBefore, reason },
  });
  tell(
    `${kind} ${value} in ${place} ${answer.status === 201 ? 'is revoked' : 'was revoked before'}${boundText(answer.body)}`,
  );
  printOne(answer.body, options, (view) => renderTable(columns(Date.now()), [view]));
}

/** Lists every revocation in force. */
export async function listRevocations(options: ServiceOptions): Promise<void> {
  const { service, place } = await connect(options, 'revocation list');
  async function* pages() {
    yield (await service.get<RevocationPageView>('list the revocations', '/revocations')).body.revocations;
  }
  await printMany(pages(), options, columns(Date.now()), `no revocation in ${place}`);
}

/** Takes a revocation back. */
export async function removeRevocation(id: string, options: ServiceOptions): Promise<void> {
  const { service, place } = await connect(options, 'revocation remove');
  await service.change(`take the revocation ${id} back`, 'DELETE', `/revocations/${encodeURIComponent(id)}`);
  tell(`revocation ${id} in ${place} is taken back`);
}

function columns(now: number): Column<RevocationView>[] {
  return [
    { heading: 'ID', text: ({ id }) => id },
    { heading: 'KIND', text: ({ kind }) => kind },
    { heading: 'VALUE', text: ({ value }) => value },
    { heading: 'ISSUER', text: ({ issuer }) => issuer },
    { heading: 'ISSUED BEFORE', text: ({ issuedBefore }) => issuedBefore && moment(issuedBefore, now) },
    { heading: 'MADE', text: ({ createdAt }) => moment(createdAt, now) },
    { heading: 'UNTIL', text: ({ until }) => moment(until, now) },
    { heading: 'REASON', text: ({ reason }) => reason },
  ];
}
