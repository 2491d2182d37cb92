import { describeSecretsManager } from '../../../support/secrets-manager-contract';
import { FakeSecret } from './fake-secrets';

describeSecretsManager('the fake of the fault tests', async () => {
  const fake = new FakeSecret(() => 0);
  return {
    client: fake,
    putByHand: async (versionId, text) => fake.putByHand(versionId, text),
    placeholder: async (versionId) => {
      fake.startRotation(versionId);
    },
    close: async () => {},
  };
});
