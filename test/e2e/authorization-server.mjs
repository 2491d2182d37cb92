// A real OAuth authorization server on 127.0.0.1, over TLS. It is told its settings by one message of its parent, and
// answers with its issuer.
import { createServer } from 'node:https';
import Provider from 'oidc-provider';

process.once('message', async ({ tls, jwks, audience, clients, introspector }) => {
  const server = createServer({ ...tls, requestCert: true, rejectUnauthorized: false });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `https://127.0.0.1:${server.address().port}`;

  const machine = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] };
  const provider = new Provider(issuer, {
    jwks,
    clients: [...clients, ...introspector].map((client) => ({ ...machine, ...client })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_ctx, client) => client.clientId.startsWith('gatehouse') },
      jwtIntrospection: { enabled: true },
      revocation: { enabled: true },
      dPoP: { enabled: true },
      mTLS: {
        enabled: true,
        certificateBoundAccessTokens: true,
        getCertificate: (ctx) => ctx.socket.getPeerX509Certificate()?.toString(),
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: () => ({
          audience,
          scope: 'sales:read activity:read',
          accessTokenFormat: 'opaque',
          accessTokenTTL: 600,
        }),
      },
    },
  });
  provider.on('server_error', (_ctx, error) => process.send({ error: String(error?.stack ?? error) }));
  server.on('request', provider.callback());
  process.send({ issuer });
});
process.once('disconnect', () => process.exit());
