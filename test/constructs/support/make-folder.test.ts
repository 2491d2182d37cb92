import { existsSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../../constructs/support/make-folder';
import { temporaryFolder } from '../../support/temporary-folder';

describe('a folder that is made', () => {
  test('has the parents that it lacks, all of the mode that is asked for', () => {
    const root = temporaryFolder();
    makeFolder(join(root, 'a', 'b'), 0o700);
    expect([join(root, 'a'), join(root, 'a', 'b')].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
  });

  test('may be there, also through a link', () => {
    const root = temporaryFolder({ 'real/kept.txt': 'x' });
    symlinkSync(join(root, 'real'), join(root, 'link'));
    makeFolder(join(root, 'link'));
    expect(existsSync(join(root, 'link', 'kept.txt'))).toBe(true);
  });

  test('may be named by way of one that is not there yet', () => {
    const root = temporaryFolder();
    makeFolder(`${root}/a/../b`);
    expect(existsSync(join(root, 'b'))).toBe(true);
  });

  test.each(['file.txt', 'file.txt/below', 'dangling', 'dangling/below'])('is refused at %s', (name) => {
    const root = temporaryFolder({ 'file.txt': 'x' });
    symlinkSync(join(root, 'nowhere'), join(root, 'dangling'));
    expect(() => makeFolder(join(root, name))).toThrow(/^E(EXIST|NOTDIR)/);
  });

  test.each(['/proc/st', '/proc/st/deep/er'])('is refused at %s, where nobody can make one, without a wait', (path) => {
    expect(() => makeFolder(path)).toThrow(/^E[A-Z]+: .*mkdir '\/proc/);
  });
});
