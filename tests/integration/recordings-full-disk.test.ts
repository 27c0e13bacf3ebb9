import { mkdtemp, open, readFile, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { silentLogger } from '#base/log';
import { createSecretBox } from '#base/secrets';
import { createShutdown } from '#base/shutdown';
import type { TamnhinEvent } from '#contracts/events';
import { createOverlayEncoder } from '../../camera-adapters/ffmpeg/overlay-encoder.ts';
import { configSchema } from '../../config/schema.ts';
import { checkRecordings } from '../../recordings/check.ts';
import { IDENTITY_FILE, readIdentity } from '../../recordings/disk-folder.ts';
import { createSegmentStore, type Segment } from '../../recordings/segment-store.ts';
import { createEventLog } from '../../server/events/event-log.ts';
import { createRecordings } from '../../server/recordings-part.ts';
import { createHub } from '../../server/restream/hub.ts';
import { createFastClock } from '../fakes/clock.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { fakeDisks } from '../fakes/recorded.ts';
import { cameraInput, createTestRegister } from '../fakes/register.ts';
import { recordedFiles, scanFile } from '../fakes/segment-scan.ts';
import { FRAGMENT_MS, startSendingCamera } from '../fakes/sending-camera.ts';
import { mountSmallDisk } from '../fakes/small-disk.ts';

/**
 * A disk that is filled for real while the parts of the program record to it: four cameras of 100 kB/s on 72 MiB, of
 * which 20 MiB stay free. Time runs ten times as fast, files, bytes and the end of the disk are real.
 */
const TIMES = 10;
const CAMERAS = 4;
const FRAGMENT_BYTES = 20_000;
const RATE = (CAMERAS * FRAGMENT_BYTES * 1000) / FRAGMENT_MS;
const FLOOR_GIGABYTES = 0.02;
const FLOOR_BYTES = FLOOR_GIGABYTES * 2 ** 30;
/** Each camera changes its stream so often, which ends its file: a disk of minutes, not of days. */
const FILE_FRAGMENTS = 100;
/** A look at the disk each 5 s, a step of retention each second; and this machine has other things to do. */
const BEHIND_MS = 20_000;
const ABOUT = { caseNumber: 'AG-2026-17', reason: 'Tai nạn' };

const small = mountSmallDisk(72);
afterAll(() => small?.remove());

/** The parts of the program that record, joined as the program joins them; cameras are what a test sends. */
async function openHouse(directory: string) {
  const clock = createFastClock(TIMES);
  const log = silentLogger();
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-full-'));
  const config = configSchema.parse({
    data: { directory: folder },
    live: { ringSeconds: 60 },
    recordings: { directories: [directory], freeGigabytes: FLOOR_GIGABYTES },
  });
  const database = await createTemporaryDatabase(clock);
  const { register, groups } = await createTestRegister(database, clock);
  const events = createEventLog({ database, log });
  const told: TamnhinEvent[] = [];
  events.onAppended((event) => told.push(event));
  const hub = createHub({ config: config.live, clock, log });
  const shutdown = createShutdown(log);
  const ids: string[] = [];
  for (let at = 0; at < CAMERAS; at += 1) {
    ids.push((await register.create(cameraInput({ name: `Camera ${at}` }))).camera.id);
  }
  const secretBox = createSecretBox(new Uint8Array(32).fill(7));
  const part = await createRecordings(
    { config, clock, log, shutdown },
    {
      ...{ database, secretBox, events, register, groups, hub },
      decoder: { jpeg: () => Promise.reject(new Error('nobody looks')) },
      overlayEncoder: createOverlayEncoder({ ffmpegPath: 'ffmpeg', clock, log }),
      rolesOf: () => ['main'],
      verifierFile: '',
    },
  );
  part.start();
  const sending = { fragmentBytes: FRAGMENT_BYTES, changeEvery: FILE_FRAGMENTS };
  const cameras = ids.map((id) => startSendingCamera(hub, id, clock, sending));
  return {
    ...part,
    clock,
    store: createSegmentStore(database),
    cameras,
    ids,
    told,
    states: () => told.flatMap(({ data }) => ('state' in data ? [data.state] : [])),
    async stopRecording() {
      for (const camera of cameras) camera.stop();
      await shutdown.run();
    },
    async close() {
      await this.stopRecording();
      hub.close();
      await events.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
type House = Awaited<ReturnType<typeof openHouse>>;

describe.skipIf(small === undefined)('a disk that becomes full', { timeout: 120_000 }, () => {
  const root = small?.path ?? '';
  let house: House;
  beforeAll(async () => {
    house = await openHouse(root);
  });
  afterAll(() => house?.close());

  const free = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(root);
    return bavail * bsize;
  };
  const closed = async (): Promise<Segment[]> =>
    house.store.page((await readIdentity(root)) ?? '', { startMs: 0, id: 0 }, 10_000);
  const until = (what: () => boolean | Promise<boolean>, timeout = 60_000) =>
    vi.waitUntil(what, { timeout, interval: 20 });
  const noneLost = (): void => {
    expect(house.cameras.map(({ missed }) => missed)).toEqual(house.cameras.map(() => 0));
  };

  it('lets its oldest go and keeps its floor, but nothing that is held; who watches does not notice', async () => {
    await until(async () => (await closed()).length >= 2 * CAMERAS);
    const [, held] = (await closed()).filter(({ cameraId }) => cameraId === house.ids[0]);
    if (held === undefined) throw new Error('nothing was recorded');
    const range = { startMs: held.startMs + 5000, endMs: held.startMs + 6000 };
    await house.recordings.holds.create(house.ids[0] ?? '', { ...range, ...ABOUT }, 'lan');

    const known = new Map<number, Segment>();
    const remaining = async (): Promise<Segment[]> => {
      const now = await closed();
      for (const segment of now) known.set(segment.id, segment);
      return now;
    };
    let leastFree = Number.POSITIVE_INFINITY;
    await until(async () => {
      leastFree = Math.min(leastFree, await free());
      return known.size - (await remaining()).length >= 14;
    });
    const left = await remaining();
    expect(leastFree).toBeLessThan(FLOOR_BYTES + (RATE * BEHIND_MS) / 1000);
    expect(leastFree).toBeGreaterThan(FLOOR_BYTES - (RATE * BEHIND_MS) / 1000);

    const ids = new Set(left.map(({ id }) => id));
    expect(ids.has(held.id)).toBe(true);
    const gone = [...known.values()].filter(({ id }) => !ids.has(id));
    const newestGone = Math.max(...gone.map(({ startMs }) => startMs));
    const oldestLeft = Math.min(...left.filter(({ id }) => id !== held.id).map(({ startMs }) => startMs));
    expect(newestGone).toBeLessThanOrEqual(oldestLeft);
    expect(house.told.map(({ type }) => type)).toEqual(['vn.tamnhin.retention.earlierThanPolicy']);
    expect(house.recorder.figures()).toMatchObject({ streams: CAMERAS, lostFragments: 0 });
    noneLost();
  });

  it('stops with an alarm when somebody else takes all its space, and goes on by itself when it is given back', async () => {
    const path = join(root, 'somebody-else.bin');
    const piece = Buffer.alloc(2 ** 16, 0xa5);
    const foreign = await open(path, 'wx');
    let foreignBytes = 0;
    /** As a log that runs away: whatever retention frees is taken too. */
    const takeAll = async (): Promise<void> => {
      for (;;) {
        const written = await foreign.write(piece).then(
          ({ bytesWritten }) => bytesWritten,
          () => 0,
        );
        foreignBytes += written;
        if (written < piece.byteLength) return;
      }
    };
    await until(async () => {
      await takeAll();
      return house.recorder.figures().streams === 0 && house.states().includes('full');
    });
    const stoppedAt = house.cameras.map((camera) => camera.sent);
    const full = house.told.find(({ data }) => 'state' in data && data.state === 'full');
    expect(full).toMatchObject({ type: 'vn.tamnhin.disk.state', severity: 'severe', data: { path: root } });
    expect((await closed()).map(({ cameraId }) => cameraId)).toContain(house.ids[0]);
    // Live goes on meanwhile.
    await until(() => house.cameras.every((camera, at) => camera.sent > (stoppedAt[at] ?? 0) + 50));
    noneLost();
    await foreign.close();
    const bytes = await readFile(path);
    expect(bytes.byteLength).toBe(foreignBytes);
    expect(bytes.every((byte) => byte === 0xa5)).toBe(true);

    await rm(path);
    await until(() => house.recorder.figures().streams === CAMERAS && house.states().at(-1) === 'ready');
    const again = house.clock.now();
    await until(async () => (await closed()).some(({ startMs, endMs }) => startMs > again && endMs > startMs + 10_000));
    noneLost();
  });

  it('holds whole fragments and nothing else, and what the index says', async () => {
    await house.stopRecording();
    for (const path of await recordedFiles(root)) {
      const file = scanFile(path);
      expect([path, file?.wholeBytes]).toEqual([path, file?.bytes]);
      expect(file?.records.length).toBeGreaterThan(0);
    }
    const id = (await readIdentity(root)) ?? '';
    const disks = fakeDisks(root);
    const report = await checkRecordings({
      store: house.store,
      disks: { ...disks, list: () => [{ ...disks.disk, id }] },
      deep: { verify: () => 'unknownKey' },
      ownFiles: [IDENTITY_FILE],
    });
    expect(report).toMatchObject({ open: 0, problems: [] });
    expect(report.files).toBe(report.rows);
    expect(report.notes.filter(({ kind }) => kind === 'foreign')).toEqual([]);
  });
});
