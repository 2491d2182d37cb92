import { ADMINISTRATION_APPLICATION, type TokenRecord } from '../../../lib/token-record';

/** Whether a token was made for an administrator by a direct invocation. */
export function isAdministratorToken({ application }: Pick<TokenRecord, 'application'>): boolean {
  // Nobody issues for this application over HTTP.
  return application === ADMINISTRATION_APPLICATION;
}
