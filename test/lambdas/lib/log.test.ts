import { formatLogLine, stdoutLog } from '../../../lambdas/lib/log';

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);

test('is one line of JSON without undefined fields', () => {
  const line = formatLogLine({ level: 'info', evt: 'x', fields: { text: 'a\nb', none: undefined, n: 1 } }, NOW);
  expect(line).not.toContain('\n');
  expect(JSON.parse(line)).toEqual({
    timestamp: '2026-01-02T03:04:05.000Z',
    level: 'info',
    evt: 'x',
    text: 'a\nb',
    n: 1,
  });
});

test('has the metrics in embedded metric format', () => {
  const line = formatLogLine(
    {
      level: 'info',
      evt: 'x',
      fields: {},
      metrics: {
        namespace: 'N',
        dimensions: { Service: 's', Reason: 'r' },
        dimensionSets: [['Service'], ['Service', 'Reason']],
        values: { Count: { unit: 'Count', value: 2 }, Time: { unit: 'Milliseconds', value: 3 } },
      },
    },
    NOW,
  );
  expect(JSON.parse(line)).toMatchObject({
    Service: 's',
    Reason: 'r',
    Count: 2,
    Time: 3,
    _aws: {
      Timestamp: NOW,
      CloudWatchMetrics: [
        {
          Namespace: 'N',
          Dimensions: [['Service'], ['Service', 'Reason']],
          Metrics: [
            { Name: 'Count', Unit: 'Count' },
            { Name: 'Time', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
  });
});

test('goes to standard output as a line', () => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  stdoutLog(() => NOW)({ level: 'warn', evt: 'y', fields: {} });
  expect(write).toHaveBeenCalledWith('{"timestamp":"2026-01-02T03:04:05.000Z","level":"warn","evt":"y"}\n');
  write.mockRestore();
});
