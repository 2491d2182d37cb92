import { CRASH_MODES } from '../support/faults';
import { ALL, rotated } from '../support/rows';
import { ROTATION_TOKEN } from '../support/world';
import { fillKeyPool } from '../targets/signing-keys';

beforeAll(fillKeyPool);

test.each(ALL)('F35 no value is in any log line, error, metric or record: %s', async (_name, makeTarget) => {
  const world = await rotated(makeTarget(), 3);
  for (const mode of CRASH_MODES) {
    await world.rotate({ fault: { mode, at: 5 } });
    await world.passInterval();
  }
  await world.send({ action: 'status' });
  world.end();
  expect(world.logs.length).toBeGreaterThan(20);
  expect(world.output).not.toContain(ROTATION_TOKEN);
});
