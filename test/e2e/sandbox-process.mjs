// The built sandbox in a process of its own, because a process reads NODE_EXTRA_CA_CERTS once, when it starts. It is told its
// options by one message of its parent, and answers with its addresses.
import { createRequire } from 'node:module';

const { startSandbox } = createRequire(import.meta.url)('../../dist/sandbox/index.js');

process.once('message', async (options) => {
  const sandbox = await startSandbox({
    ...options,
    onFunctionLog: (name, line) => process.send?.({ name, line }),
  });
  process.once('disconnect', () => void sandbox.close());
  const { apis, mutualTlsUrl, awsEnvironment, awsCredentials } = sandbox;
  const { baseUrl } = apis[0];
  process.send({ baseUrl, path: new URL(baseUrl).pathname, mutualTlsUrl, awsEnvironment, awsCredentials });
});
