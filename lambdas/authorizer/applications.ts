import { BoundedCache } from './bounded-cache';
import type { AuthorizerConfig } from './config';
import type { AuthorizerPorts } from './ports';
import { readApplication } from './record';

/** Team, tier and usage key of an application. */
export type Application = NonNullable<Awaited<ReturnType<typeof readApplication>>>;

/** Finds what is registered about an application by the client id of its access tokens; nothing about others. */
export type ApplicationFinder = (clientId: string) => Application | Promise<Application>;

const SIZE = 1000;
const KNOWN_MS = 300_000;
/** An application that was not there yet is looked for again sooner, so that its registration takes effect. */
const UNKNOWN_MS = 30_000;

const NOTHING: Application = Object.freeze({});

/** Makes the finder; it rejects when the table cannot be read, and reads nothing where there is no table. */
export function createApplications(config: AuthorizerConfig, ports: AuthorizerPorts): ApplicationFinder {
  const known = new BoundedCache<Application>(SIZE);

  async function read(clientId: string, now: number): Promise<Application> {
    const record = await readApplication(ports, clientId);
    known.set(clientId, record ?? NOTHING, now + (record ? KNOWN_MS : UNKNOWN_MS));
    return record ?? NOTHING;
  }

  return (clientId) => {
    if (!config.apiTokens) {
      return NOTHING;
    }
    const now = ports.clock();
    return known.get(clientId, now) ?? read(clientId, now);
  };
}
