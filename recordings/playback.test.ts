import { mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StillDecoder } from '#contracts/media';
import { type Clip, makeClip } from '../tests/fakes/clip-camera.ts';
import { createTemporaryDatabase } from '../tests/fakes/database.ts';
import { fakeDisks, fakeOpenSegments, type RecordOptions, recordClip } from '../tests/fakes/recorded.ts';
import { createPlayback, mergeSpans, type Playback } from './playback.ts';
import { createSegmentStore, type SegmentStore } from './segment-store.ts';

const T0 = Date.UTC(2026, 10, 25, 1);
let clip: Clip;
beforeAll(async () => {
  clip = await makeClip({ seconds: 6, groupSeconds: 2 });
});

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let store: SegmentStore;
let folder: string;
let disks: ReturnType<typeof fakeDisks>;
let open: ReturnType<typeof fakeOpenSegments>;
let playback: Playback;
let decoding: { running: number; most: number; calls: number };
beforeEach(async () => {
  database = await createTemporaryDatabase();
  store = createSegmentStore(database);
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-playback-'));
  await mkdir(join(folder, 'disk'));
  disks = fakeDisks(join(folder, 'disk'));
  open = fakeOpenSegments();
  decoding = { running: 0, most: 0, calls: 0 };
  playback = createPlayback({ store, disks, open, decoder });
});
afterEach(async () => {
  await database.close();
  await rm(folder, { recursive: true });
});

/** Says which picture it was given, by its first bytes and the wall-clock. */
const decoder: StillDecoder = {
  async jpeg(info, keyframe, width) {
    decoding.calls += 1;
    decoding.running += 1;
    decoding.most = Math.max(decoding.most, decoding.running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    decoding.running -= 1;
    const type = Buffer.from(keyframe.bytes).toString('latin1', 4, 8);
    return Buffer.from(`${info.init.byteLength} ${type} ${keyframe.wallClockMs - T0} ${width}`);
  },
};

const record = (startMs: number, more: Partial<RecordOptions> = {}) =>
  recordClip({ store, disk: disks.disk, cameraId: 'a', clip, startMs, ...more });

describe('a timeline', () => {
  it('joins what follows within a second, and shows what is being written', async () => {
    await record(T0);
    await record(T0 + 6900);
    await record(T0 + 20_000);
    open.put(await record(T0 + 26_000, { open: true }));
    const timeline = await playback.timeline('a', undefined, T0 - 1000, T0 + 60_000);
    expect(timeline).toMatchObject({ role: 'main', roles: ['main'], recording: true });
    expect(timeline.spans.map(({ startMs, endMs }) => [startMs - T0, endMs - T0])).toEqual([
      [0, 12_900],
      [20_000, 32_000],
    ]);
    expect(await playback.timeline('a', undefined, T0 + 33_000, T0 + 60_000)).toMatchObject({ spans: [], roles: [] });
  });

  it('is of the best stream that has something, unless one is asked for', async () => {
    await record(T0, { role: 'sub' });
    await record(T0 + 60_000);
    const at = (fromMs: number, role?: 'main' | 'sub') => playback.timeline('a', role, fromMs, fromMs + 6000);
    expect(await at(T0)).toMatchObject({ role: 'sub', roles: ['sub'] });
    expect(await at(T0 + 60_000)).toMatchObject({ role: 'main', roles: ['main'] });
    expect(await at(T0, 'main')).toMatchObject({ role: 'main', roles: ['sub'], spans: [] });
    expect(await playback.timeline('b', undefined, T0, T0 + 6000)).toMatchObject({ role: 'main', recording: false });
  });

  it('leaves out files that were just begun, and counts nothing twice', () => {
    const span = (startMs: number, endMs: number) => ({ startMs, endMs, bytes: 10 });
    expect(mergeSpans([span(0, 100), span(100, 100), span(50, 80), span(1100, 1200)])).toEqual([
      { startMs: 0, endMs: 100, bytes: 20 },
      { startMs: 1100, endMs: 1200, bytes: 10 },
    ]);
  });
});

describe('a range', () => {
  it('lists the groups that touch it, over files, with where they lie', async () => {
    const [one, two] = [await record(T0), await record(T0 + 6000)];
    const range = await playback.range('a', undefined, T0 + 2500, T0 + 8000);
    expect(range.segments.map(({ segmentId }) => segmentId)).toEqual([one.id, two.id]);
    expect(range.segments.map(({ groups }) => groups.map(({ startMs }) => startMs - T0))).toEqual([
      [2000, 4000],
      [6000],
    ]);
    expect(range.segments[0]).toMatchObject({
      mimeType: `video/mp4; codecs="${clip.info.video.codec}"`,
      initBytes: clip.info.init.byteLength,
      width: 320,
    });
    const [group] = range.segments[0]?.groups ?? [];
    expect(group).toMatchObject({ durationMs: 2000, offset: one.groups[1]?.offset, bytes: one.groups[1]?.bytes });
  });

  it('has what is written so far of an open file, and nothing of one that nobody writes', async () => {
    const written = await record(T0, { open: true });
    expect((await playback.range('a', 'main', T0, T0 + 6000)).segments).toEqual([]);
    // Half of its last group is on the disk: less than its key frame does not count.
    const last = written.groups.at(-1);
    const bytes = (last?.offset ?? 0) + (last?.keyBytes ?? 0) - 1;
    open.put({ ...written, segment: { ...written.segment, bytes } });
    const range = await playback.range('a', 'main', T0, T0 + 6000);
    expect(range.segments[0]?.groups.map(({ startMs }) => startMs - T0)).toEqual([0, 2000]);
  });
});

describe('bytes', () => {
  it('are those of the file, and say when they were taken', async () => {
    const { id, groups } = await record(T0);
    const [, second] = groups;
    const file = await playback.open('a', id);
    const [from, to] = [second?.offset ?? 0, (second?.offset ?? 0) + (second?.bytes ?? 0) - 1];
    expect(file.shows(from, to)).toEqual({ fromMs: T0 + 2000, toMs: T0 + 4000 });
    expect(file.shows(0, 100)).toBeUndefined();
    const bytes = await buffer(file.stream(from, to));
    expect(bytes.byteLength).toBe(second?.bytes);
    expect(bytes.toString('latin1', 4, 8)).toBe('uuid');
    expect(bytes.toString('latin1', 92, 96)).toBe('moof');
  });

  it('never come from behind what the writer vouches for', async () => {
    const written = await record(T0, { open: true });
    open.put({ ...written, segment: { ...written.segment, bytes: 2000 } });
    const file = await playback.open('a', written.id);
    expect(file.size).toBe(2000);
    expect((await buffer(file.stream(1000, 1e9))).byteLength).toBe(1000);
  });

  it('are nothing for another camera, without the file, outside of the disk, or without the disk', async () => {
    const code = (promise: Promise<unknown>) => promise.then(String, (error: { code: string }) => error.code);
    const { id, file } = await record(T0);
    expect(await code(playback.open('b', id))).toBe('recording.unknown');
    expect(await code(playback.open('a', id + 1))).toBe('recording.unknown');
    await rename(file, join(folder, 'elsewhere.mp4'));
    expect(await code(playback.open('a', id))).toBe('recording.gone');
    await symlink(join(folder, 'elsewhere.mp4'), file);
    expect(await code(playback.open('a', id))).toBe('recording.gone');

    await writeFile(join(folder, 'disk-of-another.mp4'), 'secret');
    const { segment } = await record(T0 + 60_000);
    for (const path of ['../disk-of-another.mp4', '../../etc/passwd', '/etc/passwd', '.', 'a']) {
      const wrong = await store.adopt({ ...segment, path }, []);
      expect([path, await code(playback.open('a', wrong))]).toEqual([path, 'recording.gone']);
    }
    const without = createPlayback({ store, disks: fakeDisks(disks.disk.root, 'missing'), open, decoder });
    expect(await code(without.open('a', id))).toBe('recording.diskMissing');
  });

  it('are those of a disk that failed but answers, and are not waited for on one that hangs', async () => {
    const { id } = await record(T0);
    const failed = createPlayback({ store, disks: fakeDisks(disks.disk.root, 'failed'), open, decoder });
    await (await failed.open('a', id)).close();
    const disk = { ...disks.disk, state: 'failed', hangs: true } as const;
    const hanging = createPlayback({ store, disks: { ...disks, find: () => disk }, open, decoder });
    const away = { kind: 'unavailable', code: 'recording.diskMissing' };
    await expect(hanging.open('a', id)).rejects.toMatchObject(away);
    await expect(hanging.still('a', T0 + 1000, 320, new AbortController().signal)).rejects.toMatchObject(away);
  });
});

describe('a playlist', () => {
  const uriOf = (id: number) => `../${id}.mp4`;
  const list = async (fromMs: number, toMs: number) =>
    (await playback.playlist('a', 'main', { fromMs, toMs }, uriOf)).split('\n');

  it('has a byte range for each group, and begins anew where time stamps do', async () => {
    const { id, groups } = await record(T0);
    await record(T0 + 6000);
    const lines = await list(T0 + 2500, T0 + 7000);
    const [, second, third] = groups;
    expect(lines.slice(0, 6)).toEqual([
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      '#EXT-X-TARGETDURATION:2',
      '#EXT-X-MEDIA-SEQUENCE:0',
      '#EXT-X-PLAYLIST-TYPE:VOD',
      '#EXT-X-INDEPENDENT-SEGMENTS',
    ]);
    expect(lines.slice(6, 14)).toEqual([
      `#EXT-X-MAP:URI="../${id}.mp4",BYTERANGE="${clip.info.init.byteLength}@0"`,
      '#EXT-X-PROGRAM-DATE-TIME:2026-11-25T01:00:02.000Z',
      '#EXTINF:2.000,',
      `#EXT-X-BYTERANGE:${second?.bytes}@${second?.offset}`,
      `../${id}.mp4`,
      '#EXTINF:2.000,',
      `#EXT-X-BYTERANGE:${third?.bytes}@${third?.offset}`,
      `../${id}.mp4`,
    ]);
    expect(lines[14]).toBe('#EXT-X-DISCONTINUITY');
    expect(lines.filter((line) => line.startsWith('#EXTINF'))).toHaveLength(3);
  });

  it('goes on without a break where the stream only changes its file', async () => {
    const half = clip.fragments.findIndex((fragment) => fragment.decodeTime === 4 * clip.info.timescale);
    await record(T0, { clip: { ...clip, fragments: clip.fragments.slice(0, half) } });
    await record(T0 + 4000, { clip: { ...clip, fragments: clip.fragments.slice(half) } });
    const lines = await list(T0, T0 + 6000);
    expect(lines).not.toContain('#EXT-X-DISCONTINUITY');
    expect(lines.filter((line) => line.startsWith('#EXT-X-MAP'))).toHaveLength(2);
  });

  it('is not there where nothing was recorded', async () => {
    await expect(list(T0, T0 + 1000)).rejects.toMatchObject({ kind: 'notFound' });
  });
});

describe('a still', () => {
  const at = (ms: number, width?: number) =>
    playback.still('a', T0 + ms, width, new AbortController().signal).then(({ jpeg, takenMs, role }) => ({
      text: Buffer.from(jpeg).toString(),
      takenMs: takenMs - T0,
      role,
    }));

  it('is the key frame at or before, small ones of the sub-stream where there is one', async () => {
    await record(T0);
    const init = clip.info.init.byteLength;
    expect(await at(3999)).toEqual({ text: `${init} moof 2000 320`, takenMs: 2000, role: 'main' });
    expect(await at(4000, 1280)).toEqual({ text: `${init} moof 4000 1280`, takenMs: 4000, role: 'main' });
    await record(T0, { role: 'sub' });
    expect((await at(4000, 300)).role).toBe('sub');
    expect((await at(4000, 1280)).role).toBe('main');
    // Shortly behind the end there may be a gap that is none; long behind it there is one.
    expect((await at(9000)).takenMs).toBe(4000);
    await expect(at(20_000)).rejects.toMatchObject({ kind: 'notFound' });
    await expect(at(-1)).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('is decoded once for all who ask, two at a time, and kept', async () => {
    for (let index = 0; index < 8; index += 1) await record(T0 + index * 6000);
    const asked = Array.from({ length: 48 }, (_, index) => at(index * 1000, 160));
    await Promise.all(asked);
    expect(decoding).toMatchObject({ calls: 24, most: 2 });
    await at(0, 160);
    expect(decoding.calls).toBe(24);
  });

  it('is not decoded when those who asked have gone before its turn', async () => {
    for (let index = 0; index < 4; index += 1) await record(T0 + index * 6000);
    const gone = new AbortController();
    const staying = [at(0), at(2000)];
    const left = [4000, 6000, 8000].map((ms) =>
      playback.still('a', T0 + ms, undefined, gone.signal).catch((error: { code: string }) => error.code),
    );
    await new Promise((resolve) => setTimeout(resolve, 2));
    gone.abort();
    await Promise.all(staying);
    expect(await Promise.all(left)).toEqual(['still.abandoned', 'still.abandoned', 'still.abandoned']);
    expect((await at(4000)).takenMs).toBe(4000);
  });

  it('says so when the file is shorter than its index', async () => {
    const { file } = await record(T0);
    await truncate(file, 3000);
    await expect(at(5000)).rejects.toMatchObject({ code: 'recording.cut' });
  });
});
