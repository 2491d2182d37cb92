import { ApplicationChanges } from './applications/application-changes';
import { Applications } from './applications/applications';
import { Registration } from './applications/registration';
import { Bulk } from './bulk/bulk';
import { JobRunner } from './bulk/job-runner';
import { JobStarter } from './bulk/job-starter';
import { PolicyJobs } from './bulk/policy-jobs';
import { Canaries } from './canaries';
import { Changes } from './changes';
import { ClientChanges } from './clients/client-changes';
import { ClientListing } from './clients/client-listing';
import { ClientMoves } from './clients/client-moves';
import { ClientRegistration } from './clients/client-registration';
import { ClientRotation } from './clients/client-rotation';
import { ClientUpdating } from './clients/client-updating';
import { Requests } from './idempotency/requests';
import { Issuing } from './issuing/issuing';
import { Catalogue } from './policy/catalogue';
import type { TokenServicePorts } from './ports';
import { ClientRevocations } from './revocation/client-revocations';
import { Revocations } from './revocation/revocations';
import type { TokenSettings } from './settings';
import { Teams } from './teams/teams';
import { Listing } from './token/listing';
import { Rotation } from './token/rotation';
import { Self } from './token/self';
import { TokenChanges } from './token/token-changes';
import { Updating } from './token/updating';
import { Tokens } from './tokens';
import { TrailList } from './trail/trail-list';
import { Hygiene } from './usage/hygiene';
import { UsageBatches } from './usage/usage-batch';

/** What the HTTP operations and direct invocations do. */
export type Operations = ReturnType<typeof createOperations>;

/** The domain of the token service, put together. */
export function createOperations(settings: TokenSettings, ports: TokenServicePorts) {
  const changes = new Changes(ports);
  const revocations = new Revocations(settings, ports, changes);
  const { sources } = revocations;
  const applications = new Applications(settings, ports, changes);
  const tokenChanges = new TokenChanges(settings, ports, changes);
  const clientChanges = new ClientChanges(settings, ports, changes, sources);
  const issuing = new Issuing(settings, ports, applications, changes);
  const tokens = new Tokens(settings, ports, revocations, changes);
  const starter = new JobStarter(ports, changes, new JobRunner(settings, ports, changes, revocations));
  return {
    requests: new Requests(ports),
    changes,
    updating: new Updating(settings, ports, tokenChanges, sources),
    canaries: new Canaries(settings, ports, issuing, tokens),
    listing: new Listing(settings, ports),
    rotation: new Rotation(settings, ports, tokenChanges, sources),
    issuing,
    tokens,
    self: new Self(settings, ports),
    clients: {
      registration: new ClientRegistration(settings, ports, changes),
      listing: new ClientListing(settings, ports),
      updating: new ClientUpdating(settings, ports, clientChanges),
      rotation: new ClientRotation(settings, ports, clientChanges),
    },
    registration: new Registration(settings, ports, applications),
    revocations,
    sources,
    clientRevocations: new ClientRevocations(settings, ports, tokens, revocations),
    teams: new Teams(settings, ports, changes, new PolicyJobs(settings, ports, starter)),
    applications: new ApplicationChanges(settings, ports, applications, changes, new ClientMoves(ports, clientChanges)),
    catalogue: new Catalogue(settings, ports),
    usageBatches: new UsageBatches(settings, ports),
    hygiene: new Hygiene(settings, ports),
    trail: new TrailList(settings, ports),
    bulk: new Bulk(settings, ports, starter),
  };
}
