import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { readSession, removeSession, sessionFile, writeSession } from '../../../cli/token-service/sandbox-session';
import { temporaryFolder } from '../../support/temporary-folder';

const SESSION = {
  pid: process.pid,
  environment: 'dev',
  region: 'eu-west-1',
  url: 'http://127.0.0.1:1/v1',
  awsEndpoint: 'http://127.0.0.1:2',
  token: 'secret-token',
  expiresAt: '2026-12-01T12:00:00Z',
};

test('a session is read as it was written, from a file for its owner alone', () => {
  const folder = temporaryFolder();
  writeSession(folder, SESSION);
  expect(readSession(folder)).toEqual(SESSION);
  expect(statSync(sessionFile(folder)).mode & 0o777).toBe(0o600);
});

test('a file that others could read is replaced, not written into', () => {
  const folder = temporaryFolder({ 'command-line.json': 'theirs' });
  chmodSync(sessionFile(folder), 0o666);
  writeSession(folder, SESSION);
  expect(statSync(sessionFile(folder)).mode & 0o777).toBe(0o600);
});

test('a folder without one has no session', () => {
  expect(readSession(temporaryFolder())).toBeUndefined();
});

test('a session of a process that is gone is none', () => {
  const folder = temporaryFolder();
  // Linux gives no process an id beyond 2 ^ 22.
  writeSession(folder, { ...SESSION, pid: 2 ** 22 + 1 });
  expect(readSession(folder)).toBeUndefined();
});

test('a session that others may read is refused', () => {
  const folder = temporaryFolder();
  writeSession(folder, SESSION);
  chmodSync(sessionFile(folder), 0o644);
  expect(() => readSession(folder)).toThrow(/may be read by others \(mode 644, allowed is 600\)/);
});

test.each(['{"token":"secret-tok', '{"token":"secret-token"}', 'null'])('%s is refused without its content', (text) => {
  const folder = temporaryFolder();
  writeFileSync(sessionFile(folder), text, { mode: 0o600 });
  expect(() => readSession(folder)).toThrow(
    `${sessionFile(folder)} is not what a sandbox writes: delete it and start the sandbox again`,
  );
});

test('a sandbox takes its own session away, and no other one', () => {
  const folder = temporaryFolder();
  writeSession(folder, SESSION);
  removeSession(folder, process.pid + 1);
  expect(readSession(folder)).toEqual(SESSION);
  removeSession(folder, process.pid);
  expect(readSession(folder)).toBeUndefined();
});
