#!/usr/bin/env node
import { types } from 'node:util';
import { Command, CommanderError } from 'commander';
import { AuditError } from '../audit/errors';
import { OpenApiError } from '../constructs/api/openapi/faults';
import { ConstructError } from '../constructs/support/errors';
import { SandboxError } from '../sandbox/state/error';
import { SynthError } from '../sandbox/synth/errors';
import { ConfigError } from '../stacks/config/error';
import { OutputFolderError } from '../stacks/output-folder-error';
import { registerAudit } from './commands/audit';
import { registerBootstrap } from './commands/bootstrap';
import { registerCompletion } from './commands/completion';
import { registerPlan } from './commands/plan';
import { registerRotate } from './commands/rotate';
import { registerSecrets } from './commands/secrets';
import { registerApplication } from './commands/service/application';
import { registerBulk } from './commands/service/bulk';
import { registerClient } from './commands/service/client';
import { registerRevocation } from './commands/service/revocation';
import { registerTeam } from './commands/service/team';
import { registerToken } from './commands/service/token';
import { registerTrailList } from './commands/service/trail-list';
import { registerUsage } from './commands/service/usage';
import { registerStart } from './commands/start';
import { registerSynth } from './commands/synth';
import { registerTrail } from './commands/trail';
import { CliError, EXIT } from './errors';
import { refuseTokenArguments, withoutTokens } from './token-service/no-token-argument';
import { kitVersion } from './version';

const DEBUG = '--debug';

/** Runs the `gatehouse` command and returns its exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = commandTree();
  try {
    refuseTokenArguments(argv);
    // Holds wherever it stands, also behind a command.
    await program.parseAsync(
      argv.filter((word) => word !== DEBUG),
      { from: 'user' },
    );
    return Number(process.exitCode ?? EXIT.ok);
  } catch (error) {
    return report(error, argv.includes(DEBUG));
  }
}

/** Every command, none of them run. */
export function commandTree(): Command {
  const program = new Command('gatehouse')
    .description('API-token infrastructure on AWS: synthesize it, plan it, audit the plan, run it locally')
    .version(kitVersion())
    .option(DEBUG, 'print the stack of an error')
    .showHelpAfterError('(gatehouse --help lists the commands)')
    // Else a command with commands of its own would take their options.
    .enablePositionalOptions()
    .exitOverride();
  for (const register of [
    registerSynth,
    registerPlan,
    registerAudit,
    registerStart,
    registerBootstrap,
    registerRotate,
    registerSecrets,
    registerToken,
    registerBulk,
    registerTrail,
    registerClient,
    registerApplication,
    registerRevocation,
    registerTeam,
    registerUsage,
    registerTrailList,
    registerCompletion,
  ]) {
    register(program);
  }
  throwInsteadOfExit(program);
  return program;
}

function throwInsteadOfExit(command: Command): void {
  command.exitOverride();
  for (const inner of command.commands) {
    throwInsteadOfExit(inner);
  }
}

function report(error: unknown, debug: boolean): number {
  if (error instanceof CommanderError) {
    // Commander has printed its message, or the help that was asked for.
    return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
  // No instanceof: an error of Node.js may come from another realm.
  const failure = types.isNativeError(error) ? error : new Error(String(error));
  // An OpenAPI document may have many faults, a line each.
  const told = failure instanceof OpenApiError ? failure.message : failure.message.split('\n')[0];
  // What is quoted may hold a token that was pasted into the wrong place.
  process.stderr.write(`gatehouse: ${withoutTokens((debug ? failure.stack : told) ?? '')}\n`);
  return exitCodeOf(failure);
}

function exitCodeOf(error: Error): number {
  if (error instanceof CliError || error instanceof AuditError) {
    return error.exitCode;
  }
  if ([ConfigError, OpenApiError, ConstructError].some((kind) => error instanceof kind)) {
    return EXIT.usage;
  }
  if ([SandboxError, SynthError].some((kind) => error instanceof kind)) {
    return EXIT.failed;
  }
  return error instanceof OutputFolderError || isUnwritable(error) ? EXIT.unwritable : EXIT.internal;
}

/** What the operating system says of a path that cannot be written. */
const UNWRITABLE = ['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENAMETOOLONG'];

/** An output that cannot be written is nobody's fault in here. Node.js names the path in the message. */
function isUnwritable(error: Error): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  // ENOENT of another call may be a file to read that is missing.
  const refused = code === 'ENOENT' && syscall === 'mkdir';
  return syscall !== undefined && (refused || UNWRITABLE.includes(code ?? ''));
}

if (require.main === module) {
  // The AWS SDK warns of its own future on each start; what Node the kit needs stands in package.json.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever read has enough, such as head: no fault of the command.
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.ok);
      throw error;
    });
  }
  main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
