import { rateSeconds, type ScheduleSpec, Schedules } from '../../../sandbox/events/schedules';

const REAPER: ScheduleSpec = {
  ruleName: 'reap',
  ruleArn: 'arn:aws:events:eu-west-1:123456789012:rule/reap',
  everySeconds: 3600,
  functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:rotation',
  input: { action: 'reap' },
};

function lab(schedule: ScheduleSpec, refusal?: string) {
  const calls: { functionArn: string; event: unknown }[] = [];
  let now = Date.parse('2026-01-01T00:00:00Z');
  const schedules = new Schedules({
    schedules: [schedule],
    invoke: async (functionArn, event) => {
      calls.push({ functionArn, event });
      throw new Error('down');
    },
    refusal: () => refusal,
    clock: () => now,
  });
  schedules.start();
  const pass = async (seconds: number) => {
    now += seconds * 1000;
    schedules.poll();
    await schedules.idle();
  };
  return { calls, pass, schedules };
}

test('a function is called at its rate with the planned event, failures included', async () => {
  const { calls, pass, schedules } = lab(REAPER);
  await pass(3599);
  expect(calls).toEqual([]);
  await pass(1);
  await pass(3600);
  expect(calls).toEqual([1, 2].map(() => ({ functionArn: REAPER.functionArn, event: { action: 'reap' } })));
  await schedules.close();
});

test('a jump of the clock is one call', async () => {
  const { calls, pass, schedules } = lab(REAPER);
  await pass(30 * 86_400);
  await pass(0);
  expect(calls).toHaveLength(1);
  await schedules.close();
});

test('without an input the event is that of EventBridge', async () => {
  const { input: _input, ...bare } = REAPER;
  const { calls, pass, schedules } = lab(bare);
  await pass(3600);
  expect(calls[0]?.event).toMatchObject({ 'detail-type': 'Scheduled Event', resources: [REAPER.ruleArn] });
  await schedules.close();
});

test('a function that EventBridge may not call is not called', async () => {
  const { calls, pass, schedules } = lab(REAPER, 'no permission');
  await pass(3600);
  expect(calls).toEqual([]);
  await schedules.close();
});

test.each([
  ['rate(1 minute)', 60],
  ['rate(5 hours)', 18_000],
  ['rate(2 days)', 172_800],
  ['cron(0 3 1 * ? *)', undefined],
  ['rate(5)', undefined],
])('%s is %s seconds', (expression, seconds) => {
  expect(rateSeconds(expression)).toBe(seconds);
});
