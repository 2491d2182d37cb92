import { BoundedCache } from '../bounded-cache';
import type { AuthorizerConfig, IssuerConfig } from '../config';
import type { AuthorizerPorts } from '../ports';
import { readApplication } from './record';

/** What an access token gets from the application that it speaks for. */
export interface Application extends NonNullable<Awaited<ReturnType<typeof readApplication>>> {
  readonly application?: string;
}

/**
 * Finds the application that a client of an issuer speaks for, with what is registered about it. An issuer speaks for the
 * applications that the configuration binds to it and for no other, whatever its tokens say: then nothing is found, nor read. The
 * platform's own issuer alone says it in its tokens.
 */
export type ApplicationFinder = (
  issuer: IssuerConfig,
  clientId: string,
  claimed?: string,
) => Application | Promise<Application>;

const SIZE = 1000;
const KNOWN_MS = 300_000;
/** An application that was not there yet is looked for again sooner, so that its registration takes effect. */
const UNKNOWN_MS = 30_000;

const NOTHING: Application = Object.freeze({});

/** Makes the finder; it rejects when the table cannot be read, and reads nothing where there is no table. */
export function createApplications(config: AuthorizerConfig, ports: AuthorizerPorts): ApplicationFinder {
  const known = new BoundedCache<Application>(SIZE);
  // Maps, because a client may have the name of a member that every object has.
  const bound = new Map(
    config.issuers.map(({ issuer, applications = {} }) => [issuer, new Map(Object.entries(applications))]),
  );

  async function read(application: string, now: number): Promise<Application> {
    const record = await readApplication(ports, application);
    const found = record
      ? { application, team: record.team, tier: record.tier, usageKey: record.usageKey }
      : { application };
    known.set(application, found, now + (record ? KNOWN_MS : UNKNOWN_MS));
    return found;
  }

  return ({ issuer }, clientId, application = bound.get(issuer)?.get(clientId)) => {
    if (application === undefined) {
      return NOTHING;
    }
    if (!config.apiTokens) {
      return { application };
    }
    const now = ports.clock();
    return known.get(application, now) ?? read(application, now);
  };
}
