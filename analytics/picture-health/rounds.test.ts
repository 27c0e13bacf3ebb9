import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { silentLogger } from '#base/log';
import type { Fragment, StreamInfo, StreamKey } from '#contracts/media';
import { analyticsSection } from '../../config/sections/analytics.ts';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { createPictureRounds, type PictureRounds, type WatchedCamera } from './rounds.ts';

const INFO: StreamInfo = {
  generation: 1,
  video: { codec: 'avc1.64001f', width: 640, height: 360, frameRate: 25 },
  audio: null,
  timescale: 1000,
  init: new Uint8Array(),
};
const STEP_MS = 100;

let jpeg: Uint8Array;
beforeAll(async () => {
  jpeg = await sharp({ create: { width: 64, height: 36, channels: 3, background: '#456' } })
    .jpeg()
    .toBuffer();
});

let clock: FakeClock;
let rounds: PictureRounds;
let cameras: WatchedCamera[];
/** Streams with pictures; a new key frame at each look at the map. */
let running: Set<string>;
let asked: string[];
let pending: { done: (jpeg: Uint8Array) => void; failed: (error: Error) => void; atMs: number } | undefined;

function start(config: Parameters<typeof analyticsSection.parse>[0] = {}): void {
  rounds = createPictureRounds({
    cameras: () => cameras,
    newestKey: (key) => (running.has(nameOf(key)) ? { info: INFO, fragment: keyFrame(key) } : undefined),
    decoder: {
      jpeg: (_, fragment) => {
        asked.push(new TextDecoder().decode(fragment.bytes));
        return new Promise((done, failed) => {
          pending = { done, failed, atMs: clock.monotonic() };
        });
      },
    },
    config: analyticsSection.parse(config),
    clock,
    log: silentLogger(),
    open: [],
    onBegun: () => {},
    onEnded: () => {},
  });
}
const nameOf = ({ cameraId, role }: StreamKey): string => `${cameraId} ${role}`;
function keyFrame(key: StreamKey): Fragment {
  const bytes = new TextEncoder().encode(nameOf(key));
  return { generation: 1, sequence: 1, decodeTime: 0, duration: 1, wallClockMs: clock.now(), keyframe: true, bytes };
}

/** Time passes; each decoding takes `decodeMs` of it. */
async function passes(ms: number, decodeMs: number, outcome: 'picture' | 'failure' = 'picture'): Promise<void> {
  for (let passed = 0; passed < ms; passed += STEP_MS) {
    clock.advance(STEP_MS);
    if (pending === undefined || clock.monotonic() - pending.atMs < decodeMs) continue;
    const { looks } = rounds.figures();
    const { done, failed } = pending;
    pending = undefined;
    if (outcome === 'picture') done(jpeg);
    else failed(new Error('no picture'));
    await vi.waitUntil(() => rounds.figures().looks > looks, { timeout: 10_000, interval: 1 });
  }
}

beforeEach(() => {
  clock = createFakeClock();
  asked = [];
  pending = undefined;
  cameras = ['a', 'b', 'c'].map((id) => ({ id, roles: ['main'], steerable: false }));
  running = new Set(['a main', 'b main', 'c main']);
});
afterEach(async () => {
  pending?.done(jpeg);
  await rounds.stop();
  expect(clock.pending()).toBe(0);
});

it('looks at all in turn, and at none more often than it is told', async () => {
  start({ lookEverySeconds: 10 });
  await passes(30_000, 0);
  expect(asked).toEqual([...'abcabcabc'].map((id) => `${id} main`));
});

it('takes the one that waited longest when there is not time for all', async () => {
  start({ looksPerSecond: 0.25, lookEverySeconds: 1 });
  await passes(24_000, 0);
  expect(asked).toEqual([...'abcabc'].map((id) => `${id} main`));
  expect(rounds.figures().longestWaitMs).toBeGreaterThan(7000);
});

it('decodes for no more than the budget', async () => {
  start({ looksPerSecond: 100, lookEverySeconds: 1, decoderMsPerSecond: 100 });
  await passes(30_000, 500);
  const { looks, decoderMs } = rounds.figures();
  expect(looks).toBeGreaterThanOrEqual(5);
  // What it may, and the one that was begun with the last of it.
  expect(decoderMs).toBeLessThanOrEqual(30 * 100 + 700);
});

it('sees the small stream where there is one, and only streams that run', async () => {
  cameras = [
    { id: 'a', roles: ['main', 'sub'], steerable: false },
    { id: 'b', roles: ['main', 'sub'], steerable: false },
    { id: 'c', roles: ['main'], steerable: false },
  ];
  running = new Set(['a main', 'a sub', 'b main']);
  start();
  await passes(2000, 0);
  expect(asked).toEqual(['a sub', 'b main']);
});

it('goes on after pictures that cannot be decoded, and counts them', async () => {
  start();
  await passes(2000, 0, 'failure');
  expect(rounds.figures()).toMatchObject({ looks: 3, failedLooks: 3 });
});

it('looks at nothing when it is switched off', async () => {
  start({ looksPerSecond: 0 });
  await passes(5000, 0);
  expect(asked).toEqual([]);
});
