// A real OpenID Connect provider on 127.0.0.1. Its parent tells it the redirect URIs, and later who signs in next, and how.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const grants = new Set();
let person = { account: 'anna', amr: ['pwd', 'otp'] };

process.once('message', async ({ redirectUris, signedOutUris }) => {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'portal',
        client_secret: 'secret-of-the-portal',
        redirect_uris: redirectUris,
        post_logout_redirect_uris: signedOutUris,
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ],
    cookies: { keys: ['key-of-the-cookies'] },
    claims: { openid: ['sub', 'groups', 'acr', 'amr', 'auth_time'], profile: ['name'], email: ['email'] },
    conformIdTokenClaims: false,
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true },
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, accountId) => ({
      accountId,
      claims: () => ({
        sub: accountId,
        name: person.name ?? accountId,
        email: `${accountId}@example.com`,
        groups: person.groups,
      }),
    }),
    // Nobody is asked for consent.
    loadExistingGrant: async (ctx) => {
      const { accountId } = ctx.oidc.session;
      const grant = new provider.Grant({ clientId: ctx.oidc.client.clientId, accountId });
      grant.addOIDCScope('openid profile email offline_access');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url.startsWith('/interaction/')) {
      answer(request, response);
      return;
    }
    const { account, amr, authTime, refuse } = person;
    const result = refuse
      ? { error: 'access_denied' }
      : { login: { accountId: account, amr, ...(authTime === undefined ? {} : { ts: authTime }) } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  });
  provider.on('server_error', (_ctx, error) => process.send({ error: String(error?.stack ?? error) }));
  process.on('message', async (message) => {
    if (message.revokeAll) {
      // The grants of every refresh token end, as when an account is closed.
      for (const id of grants) await provider.RefreshToken.revokeByGrantId(id);
    } else {
      person = message.person;
    }
    process.send({ done: true });
  });
  provider.on('grant.success', (ctx) => grants.add(ctx.oidc.entities.Grant?.jti));
  process.send({ issuer });
});

process.once('disconnect', () => process.exit());
