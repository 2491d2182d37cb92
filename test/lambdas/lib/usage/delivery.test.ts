import { gzipSync } from 'node:zlib';
import { readDelivery } from '../../../../lambdas/lib/usage/delivery';
import { deliveryOf, LOG_GROUP } from '../../usage-aggregator/support/lines';

const packed = (text: string) => ({ awslogs: { data: gzipSync(text).toString('base64') } });

test('lines come with their ids and their log group', () => {
  const lines = [
    { id: 'one', message: 'a' },
    { id: 'two', message: 'b' },
  ];
  expect(readDelivery(deliveryOf(lines))).toEqual({ logGroup: LOG_GROUP, lines });
});

test('the message by which CloudWatch Logs tries the function has no lines', () => {
  const event = deliveryOf([{ id: '', message: 'CWL CONTROL MESSAGE: Checking health of destination Lambda.' }], {
    messageType: 'CONTROL_MESSAGE',
  });
  expect(readDelivery(event).lines).toEqual([]);
});

test.each([
  ['another event', { Records: [] }, 'has no awslogs.data'],
  ['no event', null, 'has no awslogs.data'],
  ['what is not gzip', { awslogs: { data: 'aGVsbG8=' } }, 'not JSON in gzip'],
  ['what is not JSON', packed('secret-text'), 'not JSON in gzip'],
  ['another message type', packed('{"messageType":"OTHER","logGroup":"g","logEvents":[]}'), 'neither a DATA_MESSAGE'],
  ['a line without id', packed('{"messageType":"DATA_MESSAGE","logGroup":"g","logEvents":[{"message":"m"}]}'), 'no id'],
])('%s is refused, and not quoted', (_, event, message) => {
  expect(() => readDelivery(event)).toThrow(message);
  expect(() => readDelivery(event)).not.toThrow('secret-text');
});
