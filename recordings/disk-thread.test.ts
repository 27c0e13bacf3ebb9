import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDiskThread, type DiskThread } from './disk-thread.ts';

const MIB = 2 ** 20;

let root: string;
let disk: DiskThread;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tamnhin-disk-'));
  disk = createDiskThread();
});
afterEach(async () => {
  await disk.end();
  await rm(root, { recursive: true });
});

it('writes what it was given when it was asked, also when that is changed at once', async () => {
  await disk.makeFolders(root, ['camera', '2026-01-05']);
  const path = join(root, 'camera/2026-01-05/a.mp4');
  const file = await disk.create(path);
  const bytes = Buffer.from('camera');
  const writing = disk.write(file, [Buffer.from('a '), bytes], 0);
  bytes.fill('x');
  expect(await writing).toBe(8);
  await disk.sync(file);
  await disk.syncFolder(root);
  await disk.truncate(file, 5);
  await disk.close(file);
  expect(await readFile(path, 'utf8')).toBe('a cam');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await disk.remove(path);
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('takes more than it has memory for, a part at a time', async () => {
  const paths = Array.from({ length: 12 }, (_, at) => join(root, String(at)));
  const files = await Promise.all(paths.map((path) => disk.create(path)));
  await Promise.all(
    files.map(async (file, at) => {
      const bytes = Buffer.alloc(5 * MIB, at + 1);
      for (let written = 0; written < bytes.byteLength; ) {
        const now = await disk.write(file, [bytes.subarray(written)], written);
        expect(now).toBeGreaterThan(0);
        written += now;
      }
      await disk.close(file);
    }),
  );
  for (const [at, path] of paths.entries()) {
    expect((await readFile(path)).equals(Buffer.alloc(5 * MIB, at + 1))).toBe(true);
  }
});

it('says what the system said', async () => {
  await mkdir(join(root, 'there'));
  await expect(disk.create(join(root, 'there'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(disk.makeFolders(join(root, 'away'), ['camera'])).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(disk.write(9999, [Buffer.from('a')], 0)).rejects.toMatchObject({ code: 'EBADF' });
  await expect(disk.sync(9999)).rejects.toMatchObject({ code: 'EBADF' });
});

it('knows the disk by the identity in it', async () => {
  const path = join(root, 'identity.json');
  await expect(disk.names(path, 'a')).rejects.toMatchObject({ code: 'ENOENT' });
  for (const [text, is] of [
    ['{"id":"a","createdMs":0}', true],
    ['{"id":"b"}', false],
    ['null', false],
  ] as const) {
    await writeFile(path, text);
    expect(await disk.names(path, 'a')).toBe(is);
  }
  await writeFile(path, '{"id":');
  await expect(disk.names(path, 'a')).rejects.toThrow('JSON');
});

it('lets nobody wait for an answer that cannot come', async () => {
  const file = await disk.create(join(root, 'a'));
  const waiting = Array.from({ length: 20 }, () => disk.write(file, [Buffer.alloc(MIB)], 0).catch(String));
  await disk.end();
  expect(new Set(await Promise.all(waiting))).toContain('Error: the disk is closed');
  await expect(disk.sync(file)).rejects.toThrow('the disk is closed');
  for (let more = 0; more < 12; more += 1) {
    await expect(disk.write(file, [Buffer.alloc(MIB)], 0)).rejects.toThrow('the disk is closed');
  }
});

it('touches no file by a number that the system may have given to another', async () => {
  const first = await disk.create(join(root, 'a'));
  await disk.write(first, [Buffer.from('first')], 0);
  await disk.close(first);
  const second = await disk.create(join(root, 'b'));
  await disk.write(second, [Buffer.from('second')], 0);
  await expect(disk.truncate(first, 0)).rejects.toMatchObject({ code: 'EBADF' });
  await expect(disk.close(first)).rejects.toMatchObject({ code: 'EBADF' });
  expect(await readFile(join(root, 'b'), 'utf8')).toBe('second');
  await disk.close(second);
});
