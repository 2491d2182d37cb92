import type { Rule } from './rule';
import { changesIn } from './shared/changed-resources';

/** What watches goes on watching. */
export const watchChanged: Rule = {
  id: 'CHANGE-003',
  title: 'What watches or runs on a schedule changed',
  why: 'Whoever switches off the log, the alarm or the schedule first is not seen doing the rest.',
  cause: 'An alarm was too loud, a filter too costly, a destination moved.',
  fix: 'Compare both values; where an alarm is too loud, fix what it tells of instead of its threshold.',
  severity: 'medium',
  references: [
    'https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_detect_investigate_events_app_service_logging.html',
  ],
  check: (model, policy) => changesIn(model, policy, 'watch'),
};
