import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reserve, type SandboxReservation } from '../../../sandbox';
import { temporaryFolder } from '../../support/temporary-folder';

const open: SandboxReservation[] = [];
afterEach(async () => {
  for (const reservation of open.splice(0)) await reservation.release();
});

async function reserved(stateDir: string, options: { port?: number; awsPort?: number; fresh?: boolean } = {}) {
  const reservation = await reserve({ port: 0, ...options, stateDir });
  open.push(reservation);
  return reservation;
}

/** A state folder that has lost its secrets. */
function incomplete(): string {
  const folder = temporaryFolder({ 'gatehouse-state.json': '{"kit":"gatehouse","schema":1,"kept":["secrets.json"]}' });
  mkdirSync(join(folder, 'logs'));
  return folder;
}

describe('a reservation', () => {
  test('that is released leaves nothing of a folder that it made, nor of those above it', async () => {
    const folder = temporaryFolder();
    await (await reserved(join(folder, 'deep', 'state'))).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that is released keeps a folder that was there', async () => {
    const folder = temporaryFolder();
    await (await reserved(folder)).release();
    expect(readdirSync(folder)).toEqual(['gatehouse-state.json']);
  });

  test('that is released keeps a folder that something was written into since', async () => {
    const folder = join(temporaryFolder(), 'state');
    const reservation = await reserved(folder);
    writeFileSync(join(folder, 'secrets.json'), '{}');
    await reservation.release();
    expect(readdirSync(folder).sort()).toEqual(['gatehouse-state.json', 'secrets.json']);
  });

  test('holds its ports until it is released', async () => {
    const folder = temporaryFolder();
    const first = await reserved(join(folder, 'first'));
    const { port, awsPort } = first;
    await expect(reserved(join(folder, 'other'), { port: port.port })).rejects.toThrow(`port ${port.port} on`);
    await expect(reserved(join(folder, 'other'), { awsPort: awsPort.port })).rejects.toThrow(`port ${awsPort.port} on`);
    expect(existsSync(join(folder, 'other'))).toBe(false);
    await first.release();
    await reserved(join(folder, 'other'), { port: port.port, awsPort: awsPort.port });
  });

  test('of a folder that another one holds is refused, and the other keeps it', async () => {
    const folder = join(temporaryFolder(), 'state');
    await reserved(folder);
    await expect(reserved(folder)).rejects.toThrow('is used by a sandbox that runs');
    expect(existsSync(join(folder, 'lock'))).toBe(true);
  });

  test('of an incomplete state is refused and leaves it as it is', async () => {
    const folder = incomplete();
    await expect(reserved(folder)).rejects.toThrow('restore it or start with --fresh');
    expect(readdirSync(folder).sort()).toEqual(['gatehouse-state.json', 'logs']);
  });

  test('of an incomplete state that will be cleared is made, and clears nothing itself', async () => {
    const folder = incomplete();
    await reserved(folder, { fresh: true });
    expect(existsSync(join(folder, 'logs'))).toBe(true);
  });
});
