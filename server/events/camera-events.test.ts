import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import type { CameraFaultKind, StreamState, StreamStatus } from '#contracts/camera';
import type { NewEvent } from '#contracts/events';
import { createFakeClock, type FakeClock } from '../../tests/fakes/clock.ts';
import { createTemporaryDatabase } from '../../tests/fakes/database.ts';
import { type CameraEvents, CONFIRM_MS, createCameraEvents, MERGE_MS } from './camera-events.ts';

let database: Database;
let clock: FakeClock;
let cameraEvents: CameraEvents;
let told: NewEvent[];

async function open(): Promise<CameraEvents> {
  return createCameraEvents({
    database,
    clock,
    log: silentLogger(),
    append: async (event) => void told.push(event),
    classOf: (cameraId) => (cameraId === 'gate' ? 'critical' : 'low'),
  });
}
beforeEach(async () => {
  database = await createTemporaryDatabase();
  clock = createFakeClock();
  told = [];
  cameraEvents = await open();
});
afterEach(async () => {
  cameraEvents.close();
  expect(clock.pending()).toBe(0);
  await database.close();
});

function becomes(state: StreamState, fault: CameraFaultKind | null = null, cameraId = 'gate'): void {
  const status: StreamStatus = {
    role: 'main',
    state,
    fault,
    detail: '',
    sinceMs: clock.now(),
    lastFrameMs: null,
    starts: 1,
    codec: null,
    audioCodec: null,
    width: null,
    height: null,
    frameRate: null,
    bitrate: null,
    way: null,
    clockOffsetMs: null,
  };
  cameraEvents.status(cameraId, status);
}
const types = (): string[] => told.map((event) => event.type.split('.').at(-1) ?? '');

describe('camera events', () => {
  it('tells a loss that stays and the return with how long it took; coming up for the first time is no news', () => {
    becomes('connecting');
    becomes('live');
    expect(told).toEqual([]);
    const lostMs = clock.now();
    becomes('down', 'noFrames');
    clock.advance(CONFIRM_MS);
    expect(told).toMatchObject([
      { severity: 'severe', cameraId: 'gate', timeMs: lostMs, data: { fault: 'noFrames', role: 'main' } },
    ]);
    clock.advance(60_000 - CONFIRM_MS);
    becomes('connecting', 'noFrames');
    becomes('live');
    expect(types()).toEqual(['down', 'live']);
    expect(told[1]).toMatchObject({ timeMs: lostMs + 60_000, data: { downForMs: 60_000 } });
  });

  it('says nothing of a camera that hung up and is there again, nor of one that was dialled too early', () => {
    becomes('down', 'unreachable');
    clock.advance(1000);
    becomes('connecting', 'unreachable');
    becomes('live');
    clock.advance(60_000);
    becomes('down', 'ended');
    clock.advance(CONFIRM_MS - 1);
    becomes('live');
    clock.advance(60_000);
    for (const loss of [1000, CONFIRM_MS - 500, CONFIRM_MS - 500]) {
      becomes('down', 'ended');
      clock.advance(loss);
      becomes('live');
      clock.advance(200);
    }
    clock.advance(60_000);
    expect(told).toEqual([]);
  });

  it('counts a loss from its first dial in vain', () => {
    becomes('live');
    const lostMs = clock.now();
    for (let dial = 0; dial < 4; dial += 1) {
      becomes('down', 'timeout');
      clock.advance(500);
      becomes('connecting', 'timeout');
      clock.advance(500);
    }
    expect(told).toMatchObject([{ timeMs: lostMs, data: { fault: 'timeout' } }]);
  });

  it('merges what happens within ten seconds of an event into how it stands then', () => {
    becomes('live');
    becomes('down', 'timeout');
    clock.advance(CONFIRM_MS);
    for (let at = 0; at < 4; at += 1) {
      clock.advance(1000);
      becomes('live');
      clock.advance(1000);
      becomes('down', 'timeout');
    }
    expect(types()).toEqual(['down']);
    clock.advance(MERGE_MS);
    expect(types()).toEqual(['down']);

    becomes('live');
    expect(types()).toEqual(['down', 'live']);
    clock.advance(100);
    becomes('down', 'ended');
    expect(types()).toEqual(['down', 'live']);
    clock.advance(MERGE_MS);
    expect(types()).toEqual(['down', 'live', 'down']);
  });

  it('says nothing of streams that are not needed, switched off, or dialled again', () => {
    becomes('down', 'unreachable');
    clock.advance(CONFIRM_MS);
    for (const state of ['connecting', 'idle', 'disabled', 'down'] as const) {
      clock.advance(MERGE_MS);
      becomes(state, state === 'down' ? 'unreachable' : null);
    }
    clock.advance(CONFIRM_MS);
    expect(types()).toEqual(['down']);
    becomes('live');
    becomes('down', 'timeout');
    becomes('disabled');
    clock.advance(MERGE_MS);
    expect(types()).toEqual(['down', 'live']);
  });

  it('remembers over a restart what it told', async () => {
    becomes('down', 'unreachable');
    becomes('down', 'unreachable', 'market');
    clock.advance(CONFIRM_MS);
    expect(told).toHaveLength(2);
    // Waits behind the two writes.
    await database.run('DELETE FROM stream_conditions WHERE camera_id = ?', 'nobody');
    cameraEvents.close();
    cameraEvents = await open();
    clock.advance(5000);
    becomes('down', 'unreachable');
    becomes('live', null, 'market');
    expect(types()).toEqual(['down', 'down', 'live']);
    expect(told[2]).toMatchObject({ cameraId: 'market', data: { downForMs: CONFIRM_MS + 5000 } });
  });

  it('forgets a removed camera with what was about to be told', () => {
    becomes('down', 'timeout');
    cameraEvents.forget('gate');
    clock.advance(MERGE_MS);
    expect(types()).toEqual([]);
  });
});
