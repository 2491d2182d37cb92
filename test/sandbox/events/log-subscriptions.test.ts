import { readDelivery } from '../../../lambdas/lib/usage/delivery';
import { type LogSubscriptionSpec, LogSubscriptions } from '../../../sandbox/events/log-subscriptions';
import type { InvokeResult } from '../../../sandbox/runtime';

const SUBSCRIPTION: LogSubscriptionSpec = {
  name: 'acme-dev-usage',
  logGroup: '/aws/apigateway/acme-dev-shop/access',
  logGroupArn: 'arn:aws:logs:eu-west-1:123456789012:log-group:/aws/apigateway/acme-dev-shop/access:*',
  functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:acme-dev-usage-aggregator',
  accountId: '123456789012',
};
const OK: InvokeResult = { ok: true, payload: null };
const FAILURE: InvokeResult = { ok: false, errorType: 'BusyError', errorMessage: 'busy' };

function lab(answers: InvokeResult[] = [], refusal?: string) {
  const events: unknown[] = [];
  const troubles: string[] = [];
  const subscriptions = new LogSubscriptions({
    subscriptions: [SUBSCRIPTION],
    invoke: async (_, event) => {
      events.push(event);
      return answers.shift() ?? OK;
    },
    refusal: () => refusal,
    clock: () => 1_800_000_000_000,
    onTrouble: (line) => troubles.push(line),
    retryDelaysMs: [1, 1],
  });
  return { subscriptions, events, troubles };
}

test('lines that come together are one delivery, in order, each with an id of 56 digits', async () => {
  const { subscriptions, events } = lab();
  for (const line of ['a', 'b', 'c']) {
    subscriptions.offer(SUBSCRIPTION.logGroup, line);
  }
  await subscriptions.close();
  const { logGroup, lines } = readDelivery(events[0]);
  expect([events.length, logGroup, lines.map(({ message }) => message)]).toEqual([
    1,
    SUBSCRIPTION.logGroup,
    ['a', 'b', 'c'],
  ]);
  const ids = lines.map(({ id }) => id);
  expect(ids.every((id) => /^\d{56}$/.test(id))).toBe(true);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(3);
});

test('other log groups are not delivered', async () => {
  const { subscriptions, events } = lab();
  subscriptions.offer('/aws/lambda/other', 'a');
  await subscriptions.close();
  expect(events).toEqual([]);
});

test('a delivery that fails is sent again as it was', async () => {
  const { subscriptions, events, troubles } = lab([FAILURE, FAILURE]);
  subscriptions.offer(SUBSCRIPTION.logGroup, 'a');
  await subscriptions.close();
  expect(events.length).toBe(3);
  expect(new Set(events.map((event) => JSON.stringify(event))).size).toBe(1);
  expect(troubles).toEqual([]);
});

test('one that fails three times is told of, and the next is delivered', async () => {
  const { subscriptions, events, troubles } = lab([FAILURE, FAILURE, FAILURE]);
  subscriptions.offer(SUBSCRIPTION.logGroup, 'a');
  subscriptions.flush();
  await subscriptions.idle();
  subscriptions.offer(SUBSCRIPTION.logGroup, 'b');
  await subscriptions.close();
  expect(troubles).toEqual([
    expect.stringMatching(
      /^a delivery of \/aws\/apigateway\/acme-dev-shop\/access .* failed three times \(BusyError\), lines in it: 1;/,
    ),
  ]);
  expect(readDelivery(events.at(-1)).lines.map(({ message }) => message)).toEqual(['b']);
});

test('without a permission nothing is delivered', async () => {
  const { subscriptions, events } = lab([], 'no permission');
  subscriptions.offer(SUBSCRIPTION.logGroup, 'a');
  await subscriptions.close();
  expect(events).toEqual([]);
});
