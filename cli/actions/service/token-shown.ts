import type { SecretView, SelfView, TokenView } from '../../../lambdas/token-service/domain/views';
import { type Column, renderFields, renderTable } from '../../output/table';
import { duration, moment, relative } from '../../output/times';

/** The columns of a list of tokens. */
export function tokenColumns(now: number): Column<TokenView>[] {
  return [
    { heading: 'ID', text: ({ id }) => id },
    { heading: 'NAME', text: ({ name }) => name },
    { heading: 'APPLICATION', text: ({ application }) => application },
    { heading: 'TEAM', text: ({ team }) => team },
    { heading: 'STATUS', text: ({ status }) => status },
    { heading: 'EXPIRES', text: ({ expiresAt }) => moment(expiresAt, now) },
    {
      heading: 'LAST USED',
      text: ({ lastUsedAt }) => (lastUsedAt === undefined ? undefined : relative(lastUsedAt, now)),
    },
  ];
}

/** One token as text: its attributes, then its secrets. */
export function renderToken(token: TokenView, now: number): string {
  const tags = Object.entries(token.tags ?? {}).map(([name, value]) => `${name}=${value}`);
  const { blocked, secrets = [] } = token;
  const fields = renderFields([
    ['id', token.id],
    ['name', token.name],
    ['description', token.description],
    ['application', token.application],
    ['team', token.team],
    ['environment', token.environment],
    ['status', token.status],
    ['blocked', blocked && `${blocked.reasons.join(', ')} since ${moment(blocked.since, now)}`],
    ['scopes', token.scopes.join(' ')],
    ['tier', token.tier],
    ['networks', token.cidrs.join(' ')],
    ['tags', tags.join(' ')],
    ['created', `${moment(token.createdAt, now)} by ${token.createdBy}`],
    ['valid from', token.notBefore && moment(token.notBefore, now)],
    ['expires', moment(token.expiresAt, now)],
    ['last used', moment(token.lastUsedAt, now)],
    ['revoked', token.revokedAt && `${moment(token.revokedAt, now)} by ${token.revokedBy ?? '-'}`],
    ['version', String(token.version)],
  ]);
  return secrets.length === 0 ? fields : `${fields}\n${renderTable(secretColumns(now), secrets)}`;
}

/** A caller as text: an API token with its record, an access token by what it says. */
export function renderSelf(self: SelfView, now: number): string {
  const { token } = self;
  if (token !== undefined) {
    return self.secretNumber === undefined
      ? renderToken(token, now)
      : `${renderToken(token, now)}\nused was the secret ${self.secretNumber}, which is accepted until ${moment(self.expiresAt, now)}`;
  }
  return renderFields([
    ['subject', self.subject],
    ['issuer', self.issuer],
    ['client', self.clientId],
    ['token id', self.tokenId],
    ['application', self.application],
    ['team', self.team],
    ['environment', self.environment],
    ['scopes', self.scopes.join(' ')],
    ['tier', self.tier],
    ['issued', moment(self.issuedAt, now)],
    ['expires', moment(self.expiresAt, now)],
  ]);
}

function secretColumns(now: number): Column<SecretView>[] {
  return [
    { heading: 'SECRET', text: ({ number }) => String(number) },
    { heading: 'MADE', text: ({ createdAt }) => moment(createdAt, now) },
    {
      heading: 'ACCEPTED UNTIL',
      text: ({ endsAt, overlapSeconds }) =>
        overlapSeconds === undefined
          ? moment(endsAt, now)
          : `${duration(overlapSeconds)} after the first use of the newer one`,
    },
    { heading: 'LAST USED', text: ({ lastUsedAt }) => lastUsedAt && moment(lastUsedAt, now) },
    { heading: 'FROM', text: ({ lastAddress }) => lastAddress },
    { heading: 'BY', text: ({ lastUserAgent }) => lastUserAgent },
  ];
}
