import { jobKey, type ListedToken } from '../../../lib/token-record';
import type { Authority, Listed } from '../authority/authority';
import { authorityOf } from '../authority/authority-of';
import { missing } from '../authority/missing';
import { DEFAULT_TEAM } from '../authority/roles';
import { Fault, refuseAny } from '../fault';
import type { Origin } from '../origin';
import { epochSeconds, type TokenServicePorts } from '../ports';
import type { TokenSettings } from '../settings';
import { SignedCursors } from '../signed-cursor';
import { tokenView } from '../views';
import { type BulkCommand, type BulkFilter, bulkFaults, filterOf, type ListJobs, type ReadJob } from './bulk-command';
import type { JobListPosition } from './bulk-ports';
import {
  type BulkPreviewView,
  type JobPageView,
  type JobView,
  type JobWithResultsView,
  jobView,
  mostTeams,
} from './bulk-views';
import { Confirmations, jobIdOf } from './confirmation';
import { type JobPiece, type JobRecord, pieceKey } from './job-record';
import type { JobStarter } from './job-starter';
import { eachMeant } from './selection';
import type { TokenFilter } from './token-filter';

/** For how long a dry run counts, in milliseconds; what is counted by then is told as "at least". */
const COUNTING_MS = 6000;

/** Tokens that are read at the same time for a dry run by ids. */
const AT_ONCE = 25;

/** Applications of a team that a panic revocation puts into the set. */
const MOST_AT_ONCE = 50;

const DEFAULT_JOBS = 20;
/** Pieces of results on one page. */
const PIECES = 4;

/** Which tokens a request means, within what the caller may change. */
interface Meant {
  readonly ids?: readonly string[] | undefined;
  readonly filter?: TokenFilter | undefined;
  readonly team?: string | undefined;
}

/** Changes many tokens at once: a dry run that counts, and a job that is started with what it found. */
export class Bulk {
  private readonly confirmations: Confirmations;
  private readonly cursors: SignedCursors;

  constructor(
    private readonly settings: TokenSettings,
    private readonly ports: TokenServicePorts,
    private readonly starter: JobStarter,
  ) {
    this.confirmations = new Confirmations(ports);
    this.cursors = new SignedCursors(ports);
  }

  /**
   * Counts what a job would change, and confirms it.
   *
   * @throws {Fault} when the request is not valid, or the caller starts no jobs for these tokens
   */
  async preview(command: BulkCommand, origin: Origin): Promise<BulkPreviewView> {
    const { authority, meant } = await this.judge(command, origin);
    const byStatus: Record<string, number> = {};
    const byTeam: Record<string, number> = {};
    let count = 0;
    const now = epochSeconds(this.ports);
    const visit = (token: ListedToken) => {
      const { status } = tokenView({ ...token, environment: this.settings.environment }, now);
      const team = token.team ?? DEFAULT_TEAM;
      byStatus[status] = (byStatus[status] ?? 0) + 1;
      byTeam[team] = (byTeam[team] ?? 0) + 1;
      count++;
    };
    const complete =
      meant.ids === undefined
        ? await eachMeant(this.ports, meant.filter ?? {}, this.ports.now() + COUNTING_MS, visit)
        : await this.visitIds(meant.ids, authority, visit);
    return {
      count,
      complete,
      byStatus,
      byTeam: mostTeams(byTeam),
      confirmation: await this.confirmations.write(confirmedOf(command, origin), count),
    };
  }

  /**
   * Starts a job that a dry run has confirmed, and works on it for some seconds. The same confirmation again is the same job.
   *
   * @throws {Fault} when the confirmation is not of this request, or too old
   */
  async start(command: BulkCommand, origin: Origin): Promise<JobView> {
    const { authority, meant } = await this.judge(command, origin);
    const { confirmation } = command;
    if (confirmation === undefined) {
      const text = 'confirmation is missing, expected that of a dry run: the same request with dryRun true';
      throw new Fault('command-not-valid', text, [{ path: ['confirmation'], text }]);
    }
    const confirmed = await this.confirmations.read(confirmation, confirmedOf(command, origin));
    const filter = meant.filter && withinTime(meant.filter, confirmed.at);
    const job: JobRecord = {
      ...this.starter.newJob(jobIdOf(confirmation), origin),
      action: command.action,
      ...(meant.ids === undefined ? {} : { ids: meant.ids }),
      ...(filter === undefined ? {} : { filter }),
      ...(meant.team === undefined ? {} : { team: meant.team }),
      ...(command.includeCaller === true ? { includesCaller: true } : {}),
      ...(command.panic === true ? { atOnce: await this.atOnce(meant.filter, command, authority) } : {}),
      ...(command.reason === undefined ? {} : { reason: command.reason }),
      expected: confirmed.count,
    };
    return this.begin(job, origin);
  }

  /** @throws {Fault} when there is no such job, or the caller may not see it */
  async get({ jobId, cursor }: ReadJob, origin: Origin): Promise<JobWithResultsView> {
    const authority = await authorityOf(origin.caller, this.settings, this.ports);
    const job = await this.ports.items.get<JobRecord>(jobKey(jobId));
    if (job === undefined) {
      throw missing('bulk.read');
    }
    await refuseToShow(job, authority);
    const query = { list: 'bulk-results', jobId };
    const [first] = cursor === undefined ? [0] : await this.cursors.read(cursor, query);
    const from = Number(first);
    const numbers = Array.from(
      { length: Math.min(PIECES, Math.max(0, job.pieces - from)) },
      (_, index) => from + index,
    );
    const pieces = await Promise.all(numbers.map((number) => this.ports.items.get<JobPiece>(pieceKey(jobId, number))));
    const end = from + numbers.length;
    return {
      ...jobView(job),
      results: pieces.flatMap((piece) => piece?.results ?? []),
      ...(end < job.pieces ? { nextCursor: await this.cursors.write(query, [end]) } : {}),
    };
  }

  /** @throws {Fault} when the cursor is not one of this list, or the caller reads no jobs */
  async list(query: ListJobs, origin: Origin): Promise<JobPageView> {
    const authority = await authorityOf(origin.caller, this.settings, this.ports);
    const listed = await authority.listed('bulk.read', { team: query.team });
    const team = listed.of === 'all' ? undefined : listed.team;
    const cursorQuery = { list: 'bulk', team };
    const after =
      query.cursor === undefined ? undefined : positionOf(await this.cursors.read(query.cursor, cursorQuery));
    const { ids, next } = await this.ports.bulk.jobs({ team, limit: query.limit ?? DEFAULT_JOBS, after });
    const jobs = await Promise.all(ids.map((id) => this.ports.items.get<JobRecord>(jobKey(id))));
    return {
      jobs: jobs.flatMap((job) => (job === undefined ? [] : [jobView(job)])),
      ...(next === undefined ? {} : { nextCursor: await this.cursors.write(cursorQuery, [next.createdAt, next.id]) }),
    };
  }

  /** Everything that is checked of a request, dry run or not. */
  private async judge(
    command: BulkCommand,
    { caller }: Origin,
  ): Promise<{ readonly authority: Authority; readonly meant: Meant }> {
    refuseAny('command-not-valid', bulkFaults(command));
    const authority = await authorityOf(caller, this.settings, this.ports);
    const { filter, ids } = command;
    if (command.panic === true && !authority.platformRoles.includes('operator')) {
      throw new Fault(
        'not-allowed',
        'the caller may not do a panic revocation, which needs the platform role operator',
      );
    }
    const wanted = { team: filter?.team ?? command.team, application: filter?.application };
    const listed = await authority.listed('bulk.start', wanted);
    return { authority, meant: { ids, filter: filter && within(filter, listed), ...teamOf(listed) } };
  }

  private async visitIds(
    ids: readonly string[],
    authority: Authority,
    visit: (token: ListedToken) => void,
  ): Promise<boolean> {
    for (let index = 0; index < ids.length; index += AT_ONCE) {
      const some = ids.slice(index, index + AT_ONCE);
      const tokens = await Promise.all(some.map((id) => this.ports.store.getToken(id)));
      for (const token of tokens) {
        // What the caller may not read is not there.
        if (token !== undefined && (await authority.may('token.read', token))) {
          visit(token);
        }
      }
    }
    return true;
  }

  /**
   * Applications whose tokens are refused by the set of revocations before the first record is changed: where an entry means all tokens of the filter
   * and no other.
   */
  private async atOnce(
    filter: TokenFilter | undefined,
    { includeCaller }: BulkCommand,
    { caller }: Authority,
  ): Promise<NonNullable<JobRecord['atOnce']>> {
    const { application, team, createdBefore: _, ...others } = filter ?? {};
    const isWhole = Object.values(others).every((member) => member === undefined || member === false);
    if (!isWhole || (application === undefined && team === undefined)) {
      return { applications: [], done: true };
    }
    const applications =
      application === undefined && team !== undefined
        ? (await this.ports.teams.listApplications({ team, limit: MOST_AT_ONCE })).applications.map(
            (one) => one.application,
          )
        : [application ?? ''];
    // An entry would refuse the caller too, and it would never finish.
    return {
      applications: applications.filter((name) => name !== caller.application || includeCaller === true),
      done: false,
    };
  }

  private async begin(job: JobRecord, origin: Origin): Promise<JobView> {
    if (await this.starter.add(job, origin)) {
      return jobView(await this.starter.workOn(job));
    }
    // The same confirmation came before.
    return jobView((await this.ports.items.get<JobRecord>(job.pk)) ?? job);
  }
}

/** What a confirmation is signed with. */
function confirmedOf({ action, filter, ids, team, includeCaller, panic }: BulkCommand, { caller }: Origin): object {
  return { action, filter, ids, team, includeCaller, panic, principal: caller.principal, tokenId: caller.tokenId };
}

/** A filter within what the caller may change. */
function within(filter: BulkFilter, listed: Listed): TokenFilter {
  const meant = filterOf(filter);
  switch (listed.of) {
    case 'all':
      return meant;
    case 'team':
      return { ...meant, team: listed.team };
    case 'application':
      return { ...meant, application: listed.application };
  }
}

/** Tokens that were issued after the dry run were not counted, and are not meant. */
function withinTime(filter: TokenFilter, countedAt: number): TokenFilter {
  return { ...filter, createdBefore: Math.min(filter.createdBefore ?? Number.POSITIVE_INFINITY, countedAt + 1) };
}

function teamOf(listed: Listed): Pick<Meant, 'team'> {
  return listed.of === 'all' ? {} : { team: listed.team };
}

/** Whoever started a job sees it; a job about several teams is there for those alone who read the jobs of all. */
async function refuseToShow({ team, createdBy }: JobRecord, authority: Authority): Promise<void> {
  if (createdBy === authority.caller.principal) {
    return;
  }
  if (team !== undefined) {
    await authority.require('bulk.read', { team });
  } else if (!(await authority.may('bulk.read'))) {
    throw missing('bulk.read');
  }
}

function positionOf([createdAt, id]: readonly (string | number)[]): JobListPosition {
  return { createdAt: Number(createdAt), id: String(id) };
}
