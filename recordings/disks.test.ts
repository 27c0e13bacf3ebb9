import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '#base/log';
import type { NewEvent } from '#contracts/events';
import { createFakeClock, type FakeClock } from '../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../tests/fakes/database.ts';
import { diskFiles } from '../tests/fakes/disk-files.ts';
import { mountSmallDisk } from '../tests/fakes/small-disk.ts';
import { createDiskThread } from './disk-thread.ts';
import { createDisks, LOOK_MS, type WatchedDisks } from './disks.ts';

const small = mountSmallDisk(16);
afterAll(() => small?.remove());

let folder: string;
let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let clock: FakeClock;
let events: NewEvent[];
const opened: WatchedDisks[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-disks-'));
  database = await createTemporaryDatabase();
  clock = createFakeClock();
  events = [];
});
afterEach(async () => {
  for (const disks of opened.splice(0)) disks.close();
  expect(clock.pending()).toBe(0);
  await database.close();
  await rm(folder, { recursive: true });
});

async function watch(directories: readonly string[], freeBytes = 0): Promise<WatchedDisks> {
  const disks = await createDisks({
    directories,
    defaultDirectory: join(folder, 'data', 'recordings'),
    freeBytes,
    database,
    clock,
    log: silentLogger(),
    append: async (event) => events.push(event),
  });
  opened.push(disks);
  await disks.look();
  return disks;
}

async function emptyFolder(name: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  return path;
}
const states = (disks: WatchedDisks) => disks.list().map(({ state }) => state);
const detail = (disks: WatchedDisks, at = 0): string => disks.list()[at]?.detail ?? '';
const told = () => events.map(({ data }) => ('state' in data ? data.state : ''));

describe('the folder of a disk', () => {
  it('is made where nothing is configured, and known again', async () => {
    const first = await watch([]);
    expect(states(first)).toEqual(['ready']);
    expect(first.list()[0]?.freeBytes).toBeGreaterThan(0);
    const again = await watch([]);
    expect(again.list()[0]?.id).toBe(first.list()[0]?.id);
    expect(events).toEqual([]);
  });

  it('lies inside no other, behind links either', async () => {
    const [one, two] = [await emptyFolder('one'), await emptyFolder('two')];
    await mkdir(join(one, 'in'));
    await symlink(join(one, 'in'), join(folder, 'link'));
    await expect(watch([two, join(folder, 'link'), one])).rejects.toMatchObject({
      faults: [expect.stringMatching(/one\/in lies inside .*one; each disk needs a folder of its own/)],
    });
    expect(await readdir(two)).toEqual([]);
  });

  it('that is missing where a disk is known is not used, not even made', async () => {
    const path = await emptyFolder('disk');
    const [known] = (await watch([path])).list();
    await rename(path, join(folder, 'away'));
    const gone = await watch([path]);
    expect(gone.list()[0]).toMatchObject({ id: known?.id, state: 'missing' });
    expect(told()).toEqual(['missing']);

    await mkdir(path);
    expect(states(await watch([path]))).toEqual(['missing']);
    expect(await readdir(path)).toEqual([]);
    await rm(path, { recursive: true });
    await rename(join(folder, 'away'), path);
    expect(states(await watch([path]))).toEqual(['ready']);
  });

  it('is not used when another disk is there, and may move to a new path', async () => {
    const [one, two] = [await emptyFolder('one'), await emptyFolder('two')];
    const [first] = (await watch([one, two])).list();
    await rm(two, { recursive: true });
    await rename(one, two);
    expect((await watch([two])).list()[0]).toMatchObject({
      state: 'missing',
      detail: expect.stringMatching(/another/),
    });
    const three = join(folder, 'three');
    await rename(two, three);
    expect((await watch([three])).list()[0]).toMatchObject({ id: first?.id, state: 'ready' });
  });

  it('holds nothing of others, is one, and exists', async () => {
    const foreign = await emptyFolder('foreign');
    await writeFile(join(foreign, 'holiday.jpg'), '');
    const good = await emptyFolder('good');
    await mkdir(join(good, 'lost+found'));
    const same = join(folder, 'same');
    await symlink(good, same);
    const file = join(folder, 'file');
    await writeFile(file, '');
    const disks = await watch([foreign, good, same, join(folder, 'nowhere'), file]);
    expect(states(disks)).toEqual(['failed', 'ready', 'failed', 'failed', 'failed']);
    expect(detail(disks)).toContain('holiday.jpg');
    expect(detail(disks, 2)).toContain(`same folder as ${good}`);
    expect(detail(disks, 3)).toContain('does not exist');
    expect(detail(disks, 4)).toContain('not a folder');
    expect(await readdir(foreign)).toEqual(['holiday.jpg']);
  });

  it('with a damaged identity is not used', async () => {
    const path = await emptyFolder('disk');
    await watch([path]);
    await writeFile(join(path, 'tamnhin-disk.json'), '{"id":');
    const disks = await watch([path]);
    expect([states(disks), detail(disks)]).toEqual([['failed'], expect.stringContaining('damaged')]);
  });

  it('says that it shares a file system', async () => {
    const disks = await watch([await emptyFolder('one'), await emptyFolder('two')]);
    expect(states(disks)).toEqual(['ready', 'ready']);
    expect(detail(disks, 1)).toContain('same file system');
  });

  it('is known by its identity where the index was lost', async () => {
    const path = await emptyFolder('disk');
    const id = '7d7f3c0e-6d8c-4b1d-9d39-0f6f6ad4c6c8';
    await writeFile(join(path, 'tamnhin-disk.json'), JSON.stringify({ id, createdMs: 0 }));
    await mkdir(join(path, 'camera'));
    expect((await watch([path])).list()[0]).toMatchObject({ id, state: 'ready' });
    expect(await database.all('SELECT id, path FROM recording_disks')).toEqual([{ id, path }]);
  });
});

describe('while it is used', () => {
  async function one(freeBytes = 0) {
    const path = await emptyFolder('disk');
    const disks = await watch([path], freeBytes);
    const id = disks.list()[0]?.id ?? '';
    return { path, disks, id };
  }
  /** Look after look, each of them answered. */
  async function later(disks: WatchedDisks, ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += LOOK_MS) {
      clock.advance(LOOK_MS);
      await disks.look();
    }
  }

  it('fails with its writes and comes back when it takes some again', async () => {
    const { disks, id, path } = await one();
    disks.writeFailed(id, Object.assign(new Error('EIO'), { code: 'EIO' }));
    expect(disks.find(id)).toMatchObject({ state: 'failed', detail: expect.stringContaining('reports errors') });
    await later(disks, LOOK_MS);
    expect(states(disks)).toEqual(['failed']);
    await later(disks, 2 * LOOK_MS);
    expect(states(disks)).toEqual(['ready']);
    expect(told()).toEqual(['failed', 'ready']);
    expect(await readdir(path)).toEqual(['tamnhin-disk.json']);
  });

  it('is full below its floor, which is told to nobody, and without any space, which is', async () => {
    const { disks, id } = await one(2 ** 60);
    expect([states(disks), events]).toEqual([['full'], []]);
    disks.writeFailed(id, Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
    expect(disks.find(id)?.detail).toBe('no space is left');
    expect(told()).toEqual(['full']);
  });

  it.skipIf(small === undefined)('that takes not a byte more is full, not failed: room is made on it', async () => {
    const path = small?.path ?? '';
    const disks = await watch([path], 2 ** 60);
    const id = disks.list()[0]?.id ?? '';
    const others = await open(join(path, 'others.bin'), 'w');
    const filling = (): Promise<unknown> => others.write(Buffer.alloc(2 ** 16)).then(filling);
    const error: unknown = await filling().catch((thrown: unknown) => thrown);
    await others.close();
    disks.writeFailed(id, error);
    await later(disks, 4 * LOOK_MS);
    expect(disks.find(id)).toMatchObject({ state: 'full', detail: 'no space is left' });
    await rm(join(path, 'others.bin'));
    await later(disks, LOOK_MS);
    expect(told()).toEqual(['full', 'ready']);
  });

  it('is slow for a minute after it was', async () => {
    const { disks, id } = await one();
    const seen: string[] = [];
    disks.onChanged(({ state }) => seen.push(state));
    disks.slow(id);
    await later(disks, 50_000);
    expect(states(disks)).toEqual(['slow']);
    await later(disks, 15_000);
    expect(states(disks)).toEqual(['ready']);
    expect([seen.at(0), seen.at(-1)]).toEqual(['slow', 'ready']);
  });

  it('is given up when a call of it does not return', async () => {
    const { disks, id } = await one();
    disks.hangs(id, 10_000);
    expect(states(disks)).toEqual(['ready']);
    disks.hangs(id, 31_000);
    expect(disks.find(id)).toMatchObject({ state: 'failed', detail: expect.stringContaining('does not answer') });
  });

  it('is asked before a file is made in it', async () => {
    const { disks, id, path } = await one();
    expect(await disks.confirm(id, diskFiles)).toBe(true);
    const identity = await readFile(join(path, 'tamnhin-disk.json'));
    await rm(join(path, 'tamnhin-disk.json'));
    expect(await disks.confirm(id, diskFiles)).toBe(false);
    expect(states(disks)).toEqual(['missing']);
    await writeFile(join(path, 'tamnhin-disk.json'), identity);
    await later(disks, LOOK_MS);
    expect(states(disks)).toEqual(['ready']);
  });
});

/** Whoever opens a pipe to read it hangs in the system until somebody writes to it, as in a share whose server is away. */
describe('a disk that hangs', () => {
  const pipes: string[] = [];
  function makePipe(path: string): void {
    execFileSync('mkfifo', [path]);
    pipes.push(path);
  }
  /** To who hangs in it. */
  async function answer(path: string, text: string): Promise<void> {
    // Refused until somebody does.
    const pipe = await vi.waitFor(() => openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    writeSync(pipe, text);
    closeSync(pipe);
  }
  afterEach(() => {
    for (const path of pipes.splice(0)) {
      // Nobody hangs in it any more.
      closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
    }
  });

  it('is not to be read from long before it is given up, and at once again when it answers', async () => {
    const path = await emptyFolder('disk');
    const disks = await watch([path]);
    const id = disks.list()[0]?.id ?? '';
    const identity = join(path, 'tamnhin-disk.json');
    const text = await readFile(identity, 'utf8');
    await rm(identity);
    makePipe(identity);
    clock.advance(LOOK_MS);
    expect(disks.find(id)).toMatchObject({ state: 'ready', hangs: false });
    clock.advance(LOOK_MS);
    expect(disks.find(id)).toMatchObject({ state: 'ready', hangs: true });
    clock.advance(30_000);
    expect(disks.find(id)).toMatchObject({ state: 'failed', hangs: true });
    const looking = disks.look();
    await answer(identity, text);
    await looking;
    expect(disks.find(id)).toMatchObject({ state: 'ready', hangs: false });
  });

  it('in a call of its thread is not to be read from; one that says an error is', async () => {
    const disks = await watch([await emptyFolder('one'), await emptyFolder('two')]);
    const [one, two] = disks.list().map(({ id }) => id);
    disks.hangs(one ?? '', 31_000);
    disks.writeFailed(two ?? '', Object.assign(new Error('EROFS'), { code: 'EROFS' }));
    await disks.look();
    expect(disks.list().map(({ state, hangs }) => [state, hangs])).toEqual([
      ['failed', true],
      ['failed', false],
    ]);
  });

  it('keeps no file from being begun on another', async () => {
    const path = await emptyFolder('disk');
    const disks = await watch([path]);
    const id = disks.list()[0]?.id ?? '';
    const thread = createDiskThread();
    try {
      expect(await disks.confirm(id, thread)).toBe(true);
      const pipe = join(folder, 'pipe');
      makePipe(pipe);
      // All threads that Node has for files.
      const stuck = Array.from({ length: Number(process.env.UV_THREADPOOL_SIZE ?? 4) }, () => open(pipe));
      expect(await disks.confirm(id, thread)).toBe(true);
      const writer = openSync(pipe, constants.O_RDWR);
      for (const file of await Promise.all(stuck)) await file.close();
      closeSync(writer);
    } finally {
      await thread.end();
    }
  });
});
