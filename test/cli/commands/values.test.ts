import { timeOf } from '../../../cli/commands/values';

test.each([
  ['2026-02-28', '2026-02-28T00:00:00Z'],
  ['2028-02-29T12:00:00+02:00', '2028-02-29T12:00:00+02:00'],
])('%s is a time', (text, time) => {
  expect(timeOf(text)).toBe(time);
});

test.each(['2026-02-30', '2026-02-29T12:00:00Z'])('%s is said to be no day', (text) => {
  expect(() => timeOf(text)).toThrow(`there is no day ${text.slice(0, 10)}`);
});
