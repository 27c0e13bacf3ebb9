import { describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import type { Fragment } from '#contracts/media';
import { liveSection } from '../../config/sections/live.ts';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createFakeCamera } from '../../tests/fakes/fragments.ts';
import { createHub } from './hub.ts';
import { createStills } from './snapshot.ts';

interface Job {
  readonly sequence: number;
  readonly width: number | undefined;
  finish(jpeg: Uint8Array): void;
  fail(): void;
}

/** Stills over a decoder whose runs the test ends by hand. */
function setUp() {
  const clock = createFakeClock();
  const hub = createHub({ config: liveSection.parse({}), clock, log: silentLogger() });
  const jobs: Job[] = [];
  const stills = createStills({
    hub,
    clock,
    decoder: {
      jpeg: (_, keyframe: Fragment, width) =>
        new Promise((resolve, reject) => {
          const { sequence } = keyframe;
          jobs.push({ sequence, width, finish: resolve, fail: () => reject(new Error('no picture in it')) });
        }),
    },
  });
  const never = new AbortController().signal;
  const key = { cameraId: 'gate', role: 'sub' } as const;
  const newest = (width?: number) => stills.newest(key, width, never);
  return { clock, hub, jobs, stills, newest, never, camera: createFakeCamera(hub.sinkFor(key)) };
}

const JPEG = new Uint8Array([0xff, 0xd8, 0xff]);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('stills', () => {
  it('are decoded once for all who ask for the same picture in about the same width', async () => {
    const { camera, jobs, newest } = setUp();
    camera.group(3);
    camera.group(3);
    const asked = [newest(600), newest(640), newest(321)];
    await turn();
    expect(jobs.map(({ sequence, width }) => [sequence, width])).toEqual([[3, 640]]);
    jobs[0]?.finish(JPEG);
    const [first, ...others] = await Promise.all(asked);
    expect(others.every((other) => other.jpeg === first?.jpeg)).toBe(true);
    await newest(640);
    expect(jobs).toHaveLength(1);
    camera.group(1);
    void newest(640);
    await turn();
    expect(jobs.map(({ sequence }) => sequence)).toEqual([3, 6]);
  });

  it('are decoded two at a time, and a crowd is refused rather than queued without end', async () => {
    const { camera, jobs, newest, hub, stills, never } = setUp();
    camera.group(1);
    const first = newest(160);
    for (let at = 0; at < 65; at += 1) createFakeCamera(hub.sinkFor({ cameraId: `c${at}`, role: 'sub' })).group(1);
    const crowd = Array.from({ length: 65 }, (_, at) => stills.newest({ cameraId: `c${at}`, role: 'sub' }, 160, never));
    await turn();
    expect(jobs).toHaveLength(2);
    createFakeCamera(hub.sinkFor({ cameraId: 'late', role: 'sub' })).group(1);
    const late = stills.newest({ cameraId: 'late', role: 'sub' }, 160, never);
    await expect(late).rejects.toMatchObject({ kind: 'tooMany' });
    for (let at = 0; at < 66; at += 1) {
      jobs[at]?.finish(JPEG);
      await turn();
    }
    await Promise.all([first, ...crowd]);
    expect(jobs).toHaveLength(66);
  });

  it('wait for a first picture, as demand, and say when there is none', async () => {
    const { camera, clock, hub, jobs, newest } = setUp();
    const wanted: boolean[] = [];
    hub.onDemand((_, want) => wanted.push(want));
    const early = newest();
    camera.group(1);
    await turn();
    jobs[0]?.finish(JPEG);
    expect((await early).jpeg).toBe(JPEG);
    expect(wanted).toEqual([true, false]);
    hub.drop('gate');
    const none = newest();
    clock.advance(5000);
    await expect(none).rejects.toMatchObject({ kind: 'unavailable', code: 'still.noPicture' });
  });

  it('say what failed: the picture, or the time', async () => {
    const { camera, clock, jobs, newest } = setUp();
    camera.group(1);
    const broken = newest();
    const slow = newest(160);
    await turn();
    jobs[0]?.fail();
    await expect(broken).rejects.toMatchObject({ kind: 'unavailable', code: 'still.undecodable' });
    clock.advance(10_000);
    await expect(slow).rejects.toMatchObject({ kind: 'timeout' });
    expect(clock.pending()).toBe(1);
  });
});

describe('snapshot over HTTP', () => {
  it('takes the main stream where it runs, else the other', async () => {
    const { camera, hub, jobs, stills, never } = setUp();
    camera.group(1);
    const sub = stills.answer('gate', { width: '100' }, never);
    await turn();
    jobs[0]?.finish(JPEG);
    const answer = await sub;
    expect([answer.status, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
      200,
      'image/jpeg',
      'private, no-cache',
    ]);
    expect(answer.headers['last-modified']).toBe('Wed, 01 Jan 2020 00:08:20 GMT');
    createFakeCamera(hub.sinkFor({ cameraId: 'gate', role: 'main' })).group(2);
    void stills.answer('gate', {}, never);
    await turn();
    expect(jobs.map((job) => job.width)).toEqual([160, undefined]);
  });

  it.each(['0', '-5', '1.5', 'wide', '10000'])('refuses a width of %s', async (width) => {
    const { stills, never } = setUp();
    expect((await stills.answer('gate', { width }, never)).status).toBe(400);
  });
});
