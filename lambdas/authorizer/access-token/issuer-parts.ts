import { type ApplicationFinder, createApplications } from '../api-token/applications';
import type { AuthorizerConfig, IssuerConfig } from '../config';
import type { AuthorizerPorts } from '../ports';
import { createKeyStore, type KeyFinder } from './key-store';

/** What all ways to verify access tokens share, so that each application is read and each key set fetched once. */
export interface IssuerParts {
  readonly findApplication: ApplicationFinder;
  /** Keys of an issuer. @throws {Error} when it has no key set */
  readonly keysOf: (issuer: IssuerConfig) => KeyFinder;
}

export function createIssuerParts(config: AuthorizerConfig, ports: AuthorizerPorts): IssuerParts {
  const keyStores = new Map<IssuerConfig, KeyFinder>();
  return {
    findApplication: createApplications(config, ports),
    keysOf: (issuer) => {
      const findKey = keyStores.get(issuer) ?? createKeyStore(issuer, ports);
      keyStores.set(issuer, findKey);
      return findKey;
    },
  };
}
