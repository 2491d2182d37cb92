import { Fault, type FaultCode } from '../fault';
import type { Action } from './actions';

/** What is said of an object that does not exist, by the kind in an action. The name is not repeated: it may be a token that somebody pasted. */
const MISSING: Readonly<Record<string, readonly [FaultCode, string]>> = {
  token: ['no-such-token', 'no token has this id'],
  client: ['no-such-client', 'no client has this id'],
  application: ['no-such-application', 'no application has this name'],
  team: ['no-such-team', 'no team has this name'],
  member: ['no-such-team', 'no team has this name'],
  bulk: ['no-such-job', 'no job has this id'],
};

/** The fault of an object that does not exist, or of which the caller may not know. */
export function missing(action: Action): Fault {
  const kind = action.slice(0, action.indexOf('.'));
  const [code, text] = MISSING[kind] ?? ['no-such-team', 'no team has this name'];
  return new Fault(code, text);
}
