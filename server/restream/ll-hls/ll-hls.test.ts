import { describe, expect, it } from 'vitest';
import { Fault } from '#base/errors';
import { silentLogger } from '#base/log';
import type { StreamKey } from '#contracts/media';
import { liveSection } from '../../../config/sections/live.ts';
import { createFakeClock } from '../../../tests/fakes/clock.ts';
import { createFakeCamera } from '../../../tests/fakes/fragments.ts';
import { createHub } from '../hub.ts';
import type { MediaAnswer } from '../media-answer.ts';
import type { Transcodes } from '../transcode.ts';
import { createLlHls } from './ll-hls.ts';

const KEY: StreamKey = { cameraId: 'gate', role: 'sub' };

function setUp() {
  const clock = createFakeClock();
  const config = liveSection.parse({});
  const hub = createHub({ config, clock, log: silentLogger() });
  const transcoded = createHub({ config, clock, log: silentLogger() });
  let full = false;
  const transcodes: Transcodes = {
    stream(key) {
      if (full) throw new Fault('tooMany', 'transcode.tooMany', 'all transcoders are in use', { retryAfterMs: 9500 });
      return transcoded.stream(key);
    },
    drop: () => {},
    active: 0,
    close: async () => {},
  };
  const llHls = createLlHls({ hub, transcodes, config, clock });
  const camera = createFakeCamera(hub.sinkFor(KEY));
  const never = new AbortController().signal;
  const get = (file: string, query: Record<string, string> = {}, signal = never): Promise<MediaAnswer> =>
    llHls.answer(KEY, { file, query }, signal);
  const fillTranscoders = (): void => {
    full = true;
  };
  return { clock, hub, transcoded, llHls, camera, get, fillTranscoders };
}

const textOf = (answer: MediaAnswer): string => Buffer.concat(answer.body).toString('utf8');
const numbersIn = (answer: MediaAnswer): number[] =>
  answer.body.map((bytes) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
/** Whether a promise is still open after everything that is due has run. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open');
  return (await Promise.race([promise, new Promise((resolve) => setImmediate(() => resolve(open)))])) === open;
}

describe('playlists', () => {
  it('name what can be fetched, and what is fetched are the bytes in the ring', async () => {
    const { camera, get } = setUp();
    const first = camera.group(10);
    const second = camera.group(5);
    const master = await get('index.m3u8');
    expect([master.status, master.headers['content-type'], master.headers['cache-control']]).toEqual([
      200,
      'application/vnd.apple.mpegurl',
      'no-cache',
    ]);
    expect(textOf(master)).toContain('\nmedia.m3u8\n');

    const text = textOf(await get('media.m3u8'));
    const names = [...text.matchAll(/URI="([^"]+)"|^([^#].*)$/gm)].map((match) => match[1] ?? match[2] ?? '');
    expect(names).toHaveLength(1 + 10 + 1 + 5 + 1);
    const hint = names.pop();
    for (const name of names) {
      const answer = await get(name);
      expect([name, answer.status, answer.headers['content-type']]).toEqual([name, 200, 'video/mp4']);
      expect(answer.headers['cache-control']).toMatch(/^private, max-age=\d+, immutable$/);
      const bytes = answer.body.reduce((sum, chunk) => sum + chunk.byteLength, 0);
      expect(answer.headers['content-length']).toBe(String(bytes));
    }
    expect(hint).toBe('1001.5.m4s');
    const segment = await get('1000.m4s');
    expect(segment.body.map((chunk, at) => chunk === first[at]?.bytes)).toEqual(first.map(() => true));
    expect((await get('1004.0.m4s')).status).toBe(404);
    expect((await get('1001.2.m4s')).body[0]).toBe(second[2]?.bytes);
  });

  it('wait for a camera that is just being opened, and say so when it does not come', async () => {
    const { clock, hub, camera, get } = setUp();
    const wanted: boolean[] = [];
    hub.onDemand((_, want) => wanted.push(want));
    const early = get('media.m3u8');
    expect([await isPending(early), wanted]).toEqual([true, [true]]);
    camera.group(10);
    expect(await isPending(early)).toBe(true);
    camera.group(1);
    expect((await early).status).toBe(200);
    hub.drop(KEY.cameraId);
    const dead = get('index.m3u8');
    clock.advance(10_000);
    const answer = await dead;
    expect([answer.status, answer.headers['cache-control'], answer.headers['retry-after']]).toEqual([
      503,
      'no-store',
      '1',
    ]);
  });

  it('keep the stream open while somebody asks, and let it go when nobody does any more', async () => {
    const { clock, hub, llHls, camera, get } = setUp();
    camera.group(10);
    camera.group(10);
    await get('media.m3u8');
    clock.advance(14_000);
    await get('media.m3u8');
    clock.advance(14_000);
    expect([hub.figures().readers, llHls.active]).toEqual([1, 1]);
    clock.advance(20_000);
    expect([hub.figures().readers, llHls.active]).toEqual([0, 0]);
    llHls.close();
    hub.close();
  });
});

describe('blocking reload', () => {
  it.each([
    ['the next part', { _HLS_msn: '1001', _HLS_part: '3' }, 1],
    ['two parts ahead', { _HLS_msn: '1001', _HLS_part: '4' }, 2],
    ['a part beyond its segment, which is the first of the next', { _HLS_msn: '1000', _HLS_part: '40' }, 0],
    ['what is here', { _HLS_msn: '1001', _HLS_part: '2' }, 0],
    ['a segment long gone', { _HLS_msn: '3', _HLS_part: '2' }, 0],
    ['a whole segment', { _HLS_msn: '1001' }, 8],
  ])('answers %s when it has come', async (_, query, fragments) => {
    const { camera, get } = setUp();
    camera.group(10);
    camera.group(3);
    await get('media.m3u8');
    const answer = get('media.m3u8', query);
    for (let at = 0; at < fragments; at += 1) {
      expect(await isPending(answer)).toBe(true);
      camera.push({ key: at === 7 });
    }
    expect((await answer).status).toBe(200);
    expect((await answer).headers['cache-control']).toBe('private, max-age=12');
  });

  it.each([
    ['too many segments ahead', { _HLS_msn: '1003' }],
    ['more parts ahead than three seconds', { _HLS_msn: '1001', _HLS_part: '18' }],
    ['a part of no segment', { _HLS_part: '1' }],
    ['no number', { _HLS_msn: '-1' }],
    ['no number either', { _HLS_msn: '1000', _HLS_part: '1e3' }],
  ])('refuses %s with 400 at once', async (_, query) => {
    const { camera, get } = setUp();
    camera.group(10);
    camera.group(3);
    expect((await get('media.m3u8', query)).status).toBe(400);
  });

  it('gives up after three target durations, or when the player leaves', async () => {
    const { clock, camera, get } = setUp();
    camera.group(10);
    camera.group(3);
    const late = get('media.m3u8', { _HLS_msn: '1002' });
    const leaving = new AbortController();
    const left = get('media.m3u8', { _HLS_msn: '1002' }, leaving.signal);
    expect(await isPending(late)).toBe(true);
    leaving.abort();
    expect((await left).status).toBe(503);
    clock.advance(5999);
    expect(await isPending(late)).toBe(true);
    clock.advance(1);
    expect((await late).status).toBe(503);
  });

  it('sends the hinted part in the moment that it is complete, and 404 when it will never be', async () => {
    const { camera, get } = setUp();
    camera.group(10);
    camera.group(3);
    const hinted = get('1001.3.m4s');
    const beyond = get('1001.4.m4s');
    expect(await isPending(hinted)).toBe(true);
    camera.push();
    expect(numbersIn(await hinted)).toEqual([13]);
    camera.group(5);
    expect(await isPending(beyond)).toBe(false);
    expect((await beyond).status).toBe(200);
    const never = get('1001.9.m4s');
    camera.group(6);
    expect((await never).status).toBe(404);
    expect((await get('1009.0.m4s')).status).toBe(404);
  });
});

it.each(['', '../media.m3u8', 'media.m3u', '1000.m4s/x', 'init-1.mp4', 'h264/h264/media.m3u8', '1.2.3.m4s', '٣.m4s'])(
  'has no file %j',
  async (file) => {
    const { get, llHls } = setUp();
    expect([(await get(file)).status, llHls.active]).toEqual([404, 0]);
  },
);

it('plays the transcoded stream below h264/, and says when no transcoder is free', async () => {
  const { transcoded, get, fillTranscoders } = setUp();
  const camera = createFakeCamera(transcoded.sinkFor(KEY));
  camera.group(10);
  camera.group(2);
  expect((await get('h264/media.m3u8')).status).toBe(200);
  expect(numbersIn(await get('h264/1000.m4s'))).toHaveLength(10);
  fillTranscoders();
  expect((await get('h264/media.m3u8')).status).toBe(200);
  transcoded.drop(KEY.cameraId);
  const refused = await get('h264/index.m3u8');
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '10']);
});

it('goes on with new numbers after a pause longer than the ring, without reusing any', async () => {
  const { camera, get } = setUp();
  for (let group = 0; group < 4; group += 1) camera.group(10);
  const before = textOf(await get('media.m3u8'));
  for (let group = 0; group < 20; group += 1) camera.group(10);
  const after = textOf(await get('media.m3u8'));
  const last = (text: string): number => Number([...text.matchAll(/^(\d+)\.m4s$/gm)].at(-1)?.[1]);
  const first = (text: string): number => Number(/^(\d+)\.m4s$/m.exec(text)?.[1]);
  expect(first(after)).toBeGreaterThan(last(before));
  expect(after).toContain('#EXT-X-DISCONTINUITY-SEQUENCE:1\n');
  expect((await get('1000.m4s')).status).toBe(404);
});
