import { type Command, InvalidArgumentError } from 'commander';

/** What decides about a report besides the plan. */
export interface JudgingOptions {
  readonly waivers?: string;
  readonly baseline?: string;
  readonly policy?: string;
  readonly now?: string;
}

/** Adds the options that decide about a report besides the plan. */
export function addJudgingOptions(command: Command, which: 'all' | 'without baseline' = 'all'): void {
  if (which === 'all') {
    command.option('--baseline <file>', 'findings that are known and fail nothing');
  }
  command
    .option('--waivers <file>', 'exceptions, JSON or YAML')
    .option('--policy <file>', 'limits of your organisation, JSON or YAML')
    .option('--now <date>', 'day on which waivers are judged, YYYY-MM-DD (default: today, UTC)', dayOf);
}

function dayOf(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new InvalidArgumentError('expected a day as YYYY-MM-DD');
  }
  return text;
}
