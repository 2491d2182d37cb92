import type { RotationSettings } from '../../stacks/config/types';

/** An upstream API of tokens, at an address of this machine. */
export function upstreamProvider(origin: string) {
  const headers = { authorization: 'Bearer {admin}' };
  return {
    adminSecret: 'upstream/admin',
    create: {
      method: 'POST',
      url: `${origin}/tokens`,
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"label":"{label}"}',
      id: '/id',
      token: '/token',
    },
    list: { method: 'GET', url: `${origin}/tokens`, headers, items: '/tokens', id: '/id', label: '/label' },
    probe: { method: 'GET', url: `${origin}/whoami`, headers: { authorization: 'Bearer {token}' } },
    revoke: { method: 'DELETE', url: `${origin}/tokens/{id}`, headers },
    idempotent: false,
    maxActive: 2,
    overlap: 'both',
    clientSupplied: false,
  } as const;
}

/** A configuration of every kind of rotation. */
export function everyRotation(options: {
  readonly api: string;
  readonly application: string;
  readonly upstream: string;
  readonly tokenUrl: string;
}): RotationSettings {
  return {
    pepper: { schedule: 'cron(0 3 1 * ? *)', window: '2h' },
    signingKeys: { api: options.api, algorithm: 'ES256', schedule: 'cron(0 4 1 * ? *)' },
    usageKeys: { applications: [options.application], schedule: 'cron(0 5 1 * ? *)' },
    upstreamTokens: { crm: { provider: upstreamProvider(options.upstream), schedule: 'cron(0 6 1 * ? *)' } },
    clientSecrets: {
      reporting: {
        provider: {
          kind: 'cognito',
          userPoolId: 'eu-west-1_AbCdEfGhI',
          clientId: 'reporting',
          tokenUrl: options.tokenUrl,
        },
        existingSecret: 'retire',
        schedule: 'cron(0 7 1 * ? *)',
      },
    },
  };
}
