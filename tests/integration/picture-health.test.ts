import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { createShutdown } from '#base/shutdown';
import type { TamnhinEvent } from '#contracts/events';
import { recordingPolicySchema } from '#contracts/recordings';
import { createKeyFrameDecoders } from '../../camera-adapters/ffmpeg/key-frame-decoders.ts';
import { configSchema } from '../../config/schema.ts';
import { createEventLog, type EventLog } from '../../server/events/event-log.ts';
import { createPictureHealth } from '../../server/picture-health-part.ts';
import { followEvents } from '../../server/recordings-part.ts';
import { type Clip, makeClip } from '../fakes/clip-camera.ts';
import { createFakeClock, type FakeClock } from '../fakes/clock.ts';
import { createTestRecorder } from '../fakes/recorder.ts';
import { cameraInput, createTestRegister, type TestRegister } from '../fakes/register.ts';

/** From fragments in the hub to events, their pictures and a recording around them: all parts real but the clock. */
const LOOK_SECONDS = 10;
const TEST_MS = 180_000;
const log = silentLogger();

let well: Clip;
let black: Clip;
let covered: Clip;
beforeAll(async () => {
  well = await makeClip({ seconds: 24 });
  black = await makeClip({ seconds: 24, filter: 'drawbox=c=black:t=fill' });
  covered = await makeClip({ seconds: 24, filter: 'drawbox=w=iw*0.8:c=0x605040:t=fill' });
});

let clock: FakeClock;
let folder: string;
let house: Awaited<ReturnType<typeof createTestRecorder>>;
let test: TestRegister;
let events: EventLog;
let told: TamnhinEvent[];
let cameraId: string;
let health: Awaited<ReturnType<typeof watch>>;

beforeEach(async () => {
  clock = createFakeClock();
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-health-'));
  house = await createTestRecorder({ clock });
  test = await createTestRegister(house.database, clock);
  events = createEventLog({ database: house.database, log });
  told = [];
  events.onAppended((event) => void told.push(event));
  cameraId = (await test.register.create(cameraInput({ class: 'critical' }))).camera.id;
  place = { at: 0, sequence: 0, decodeTime: 0 };
  begun = false;
  health = await watch();
});
afterEach(async () => {
  await health.stop();
  await events.close();
  await house.close();
  await rm(folder, { recursive: true });
});

/** As the program starts it. */
async function watch() {
  const shutdown = createShutdown(log);
  const config = configSchema.parse({ data: { directory: folder }, analytics: { lookEverySeconds: LOOK_SECONDS } });
  const part = await createPictureHealth(
    { config, clock, log, shutdown },
    { database: house.database, events, classOf: (id) => test.register.find(id)?.class },
  );
  const keyFrames = createKeyFrameDecoders({ ffmpegPath: config.cameras.ffmpegPath, clock: systemClock, log });
  shutdown.add('key frame decoders', () => keyFrames.close());
  const rounds = part.watch({
    register: test.register,
    hub: house.hub,
    supervisor: { onSteered: () => () => {} },
    rolesOf: () => ['main'],
    keyFrames,
  });
  return { ...part, rounds, stop: () => shutdown.run() };
}

let place: { at: number; sequence: number; decodeTime: number };
let begun: boolean;

/** Ten seconds of a camera's life, then a look at it; `times` of it. The clip goes on from where the last one was. */
async function shows(clip: Clip, times: number): Promise<void> {
  const sink = house.hub.sinkFor({ cameraId, role: 'main' });
  if (!begun) sink.info(clip.info);
  begun = true;
  const groups = clip.fragments.reduce<Clip['fragments'][number][][]>((all, fragment) => {
    if (fragment.keyframe) all.push([]);
    all.at(-1)?.push(fragment);
    return all;
  }, []);
  for (let time = 0; time < times; time += 1) {
    clock.advance(LOOK_SECONDS * 1000 - 100);
    for (let second = 0; second < LOOK_SECONDS; second += 1) {
      let within = 0;
      for (const fragment of groups[place.at % groups.length] ?? []) {
        const wallClockMs = clock.now() - (LOOK_SECONDS - second) * 1000 + (within * 1000) / clip.info.timescale;
        sink.fragment({ ...fragment, sequence: place.sequence, decodeTime: place.decodeTime, wallClockMs });
        place.sequence += 1;
        place.decodeTime += fragment.duration;
        within += fragment.duration;
      }
      place.at += 1;
    }
    const { looks } = health.rounds.figures();
    clock.advance(100);
    await vi.waitUntil(() => health.rounds.figures().looks > looks, { timeout: 30_000, interval: 5 });
    await health.told.close();
  }
}
/** The program ends and starts again; its first look is at what is in memory. */
async function restart(): Promise<void> {
  await health.stop();
  health = await watch();
  clock.advance(100);
  await vi.waitUntil(() => health.rounds.figures().looks === 1, { timeout: 30_000, interval: 5 });
}
const types = (): string[] => told.map(({ type }) => type.replace('vn.tamnhin.picture.', ''));

it(
  'tells a black picture with what was before, has it recorded, and ends it when the picture is back',
  async () => {
    const policy = recordingPolicySchema.parse({
      ...{ mode: 'event', streams: 'main', preRollSeconds: 5, postRollSeconds: 15 },
      retention: { days: 1 },
    });
    house.setCamera(cameraId, { policy });
    clock.advance(1000);
    const stop = followEvents(events, test.register, () => policy, house.recorder.trigger);
    await shows(well, 9);
    expect(house.hub.figures().readers).toBe(0);
    await shows(black, 2);
    expect(told).toEqual([]);
    await shows(black, 1);
    // Time runs faster here than disks do.
    await vi.waitUntil(
      () => {
        clock.advance(20);
        return house.recorder.of({ cameraId, role: 'main' }) !== undefined;
      },
      { timeout: 10_000, interval: 20 },
    );
    const [event] = told;
    if (event?.type !== 'vn.tamnhin.picture.black') throw new Error('no event was told');
    expect(event).toMatchObject({ cameraId, severity: 'severe', data: { role: 'main' } });
    expect(event.timeMs - event.data.sinceMs).toBeGreaterThanOrEqual(20_000);
    expect(health.told.openFault(cameraId)).toMatchObject({ fault: 'black', eventId: event.id });
    const name = event.data.pictures ?? '';
    const [before, during] = [
      await health.pictures.read(cameraId, name, 'before'),
      await health.pictures.read(cameraId, name, 'during'),
    ];
    expect(before?.byteLength).toBeGreaterThan(3 * (during?.byteLength ?? Number.POSITIVE_INFINITY));

    await shows(black, 2);
    expect(told).toHaveLength(1);
    await shows(well, 3);
    expect(types()).toEqual(['black', 'cleared']);
    expect(told[1]).toMatchObject({ data: { fault: 'black', eventId: event.id } });
    expect(health.told.openFault(cameraId)).toBeNull();

    // The end is no reason to record on.
    await vi.waitUntil(
      async () => {
        clock.advance(400);
        const [row] = await house.store.between(cameraId, 'main', 0, clock.now() + 60_000, 10);
        return row?.state === 'closed';
      },
      { timeout: 10_000, interval: 20 },
    );
    const [row, ...more] = await house.store.between(cameraId, 'main', 0, clock.now() + 60_000, 10);
    expect(more).toEqual([]);
    expect((row?.startMs ?? 0) - event.timeMs).toBeLessThanOrEqual(-5000);
    expect((row?.startMs ?? 0) - event.timeMs).toBeGreaterThan(-7000);
    expect((row?.endMs ?? 0) - event.timeMs).toBeGreaterThan(14_000);
    expect((row?.endMs ?? 0) - event.timeMs).toBeLessThan(17_000);
    stop();
  },
  TEST_MS,
);

it(
  'goes on after a restart in the middle: told once, ended once',
  async () => {
    await shows(well, 9);
    await shows(covered, 4);
    expect(types()).toEqual(['covered']);
    await restart();
    expect(health.told.openFault(cameraId)?.fault).toBe('covered');
    await shows(covered, 4);
    expect(types()).toEqual(['covered']);
    await shows(well, 2);
    expect(types()).toEqual(['covered', 'cleared']);
    await restart();
    await shows(well, 2);
    expect(types()).toEqual(['covered', 'cleared']);
  },
  TEST_MS,
);

it(
  'forgets what is open with the camera, and costs nothing without pictures',
  async () => {
    await shows(well, 9);
    await shows(covered, 4);
    expect(types()).toEqual(['covered']);
    const { looks } = health.rounds.figures();
    for (let second = 0; second < 100; second += 1) clock.advance(1000);
    expect(health.rounds.figures().looks).toBe(looks);
    await test.register.remove(cameraId);
    await health.told.close();
    expect(health.told.openFault(cameraId)).toBeNull();
    expect(types()).toEqual(['covered']);
  },
  TEST_MS,
);
