import { render } from '../../../audit';
import {
  columnsFor,
  notJudgedSection,
  resolvedSection,
  troubledWaivers,
  waiversSection,
} from '../../../audit/report/sections';
import { reportWith, waiverInfoOf } from './sample';

const report = reportWith([], {
  waivers: [waiverInfoOf(), waiverInfoOf({ id: 'W-2', status: 'expired', problem: 'expired on 2026-01-01' })],
  baseline: {
    known: 0,
    resolved: [{ rule: 'LOG-005', stack: 'shop', address: 'a.b', attribute: 'c', fingerprint: '0' }],
  },
  notJudged: [{ stack: 'shop', subject: 'a.c', reason: 'it cannot be read' }],
});
const titles = (columns: readonly { readonly title: string }[]) => columns.map(({ title }) => title);

test('a section has columns for short reports, and others for reports with room', () => {
  expect(titles(columnsFor(waiversSection(report), 'short'))).toEqual(['waiver', 'rule', 'covers', 'owner', 'problem']);
  expect(titles(columnsFor(waiversSection(report), 'whole'))).toEqual([
    'waiver',
    'rule',
    'covers',
    'owner',
    'approver',
    'until',
    'reason',
    'status',
  ]);
});

test('waivers in trouble are those that somebody has to look at', () => {
  expect(troubledWaivers(report).rows.map(({ id }) => id)).toEqual(['W-2']);
});

test('what a section holds stands in every report for people', () => {
  const sections = [notJudgedSection(report), resolvedSection(report)];
  expect(sections.map(({ rows }) => rows.length)).toEqual([1, 1]);
  for (const format of ['table', 'markdown', 'html'] as const) {
    const text = render(report, format);
    for (const word of ['it cannot be read', 'LOG-005', 'expired on 2026-01-01']) {
      expect(text).toContain(word);
    }
  }
});
