import type {
  ClientKeyView,
  ClientSecretView,
  ClientView,
} from '../../../lambdas/token-service/domain/clients/client-views';
import { type Column, renderFields, renderTable } from '../../output/table';
import { duration, moment } from '../../output/times';

/** The columns of a list of clients. */
export function clientColumns(now: number): Column<ClientView>[] {
  return [
    { heading: 'ID', text: ({ id }) => id },
    { heading: 'NAME', text: ({ name }) => name },
    { heading: 'APPLICATION', text: ({ application }) => application },
    { heading: 'TEAM', text: ({ team }) => team },
    { heading: 'STATUS', text: ({ status }) => status },
    { heading: 'METHODS', text: ({ authMethods }) => authMethods.join(' ') },
    { heading: 'NEWEST SECRET', text: ({ secrets }) => moment(secrets.at(-1)?.createdAt, now) },
  ];
}

/** One client as text: its attributes, then its secrets and its keys. */
export function renderClient(client: ClientView, now: number): string {
  const { certificate = {}, secrets, keys, accessTokenSeconds } = client;
  const fields = renderFields([
    ['id', client.id],
    ['name', client.name],
    ['description', client.description],
    ['application', client.application],
    ['team', client.team],
    ['environment', client.environment],
    ['status', client.status],
    ['methods', client.authMethods.join(' ')],
    ['certificate', Object.entries(certificate).map(([name, value]) => `${name} ${value}`)[0]],
    ['grants', client.grants.join(' ')],
    ['scopes', client.scopes.join(' ')],
    ['resources', client.resources?.join(' ')],
    ['networks', client.cidrs.join(' ')],
    ['bound to a key', client.dpopBoundAccessTokens === true ? 'yes' : undefined],
    ['token lifetime', accessTokenSeconds === undefined ? undefined : duration(accessTokenSeconds)],
    ['created', `${moment(client.createdAt, now)} by ${client.createdBy}`],
    ['removed', client.removedAt && moment(client.removedAt, now)],
    ['version', String(client.version)],
  ]);
  return [
    fields,
    ...(secrets.length === 0 ? [] : [renderTable(secretColumns(now), secrets)]),
    ...(keys.length === 0 ? [] : [renderTable(keyColumns(now), keys)]),
  ].join('\n');
}

function secretColumns(now: number): Column<ClientSecretView>[] {
  return [
    { heading: 'SECRET', text: ({ number }) => String(number) },
    { heading: 'MADE', text: ({ createdAt }) => moment(createdAt, now) },
    { heading: 'ACCEPTED UNTIL', text: ({ endsAt }) => endsAt && moment(endsAt, now) },
  ];
}

function keyColumns(now: number): Column<ClientKeyView>[] {
  return [
    { heading: 'KEY', text: ({ kid }) => kid },
    { heading: 'ALGORITHM', text: ({ algorithm }) => algorithm },
    { heading: 'ADDED', text: ({ createdAt }) => moment(createdAt, now) },
  ];
}
