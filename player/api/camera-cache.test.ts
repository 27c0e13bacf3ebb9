import { describe, expect, it } from 'vitest';
import type { CameraView, StreamStatus } from '#contracts/camera';
import { withCamera, withStreamState } from './camera-cache.ts';
import { conditionOf } from './camera-condition.ts';

const stream = (part: Partial<StreamStatus>): StreamStatus => ({
  role: 'main',
  state: 'live',
  fault: null,
  detail: '',
  sinceMs: 1,
  lastFrameMs: 2,
  starts: 1,
  codec: 'avc1.64001f',
  audioCodec: null,
  width: 1920,
  height: 1080,
  frameRate: 25,
  bitrate: null,
  way: null,
  clockOffsetMs: null,
  ...part,
});
const camera = (part: Partial<CameraView>): CameraView => ({
  id: 'c1',
  number: 1,
  name: 'One',
  groupId: null,
  class: 'normal',
  kind: 'rtsp',
  place: null,
  purpose: '',
  enabled: true,
  demo: false,
  hasSub: false,
  pictureFault: null,
  canPtz: false,
  hasMasks: false,
  streams: [stream({})],
  ...part,
});
const change = { cameraId: 'c1', role: 'main', state: 'down', fault: 'noFrames', sinceMs: 9, lastFrameMs: 8 } as const;

describe('the list of cameras', () => {
  it('keeps the order of the numbers when a camera is added or changed', () => {
    const first = camera({});
    const third = camera({ id: 'c3', number: 3 });
    expect(withCamera([first, third], camera({ id: 'c2', number: 2 })).map(({ id }) => id)).toEqual(['c1', 'c2', 'c3']);
    expect(withCamera([first, third], camera({ name: 'New' }))[0]?.name).toBe('New');
  });

  it('takes a state over and keeps what the change does not tell', () => {
    expect(withStreamState(camera({}), change).streams).toEqual([
      stream({ state: 'down', fault: 'noFrames', sinceMs: 9, lastFrameMs: 8 }),
    ]);
  });

  it('learns of a stream that it did not know', () => {
    const { streams } = withStreamState(camera({ streams: [] }), change);
    expect(streams).toMatchObject([{ role: 'main', state: 'down', width: null }]);
    expect(streams[0]).not.toHaveProperty('cameraId');
  });
});

describe('conditionOf', () => {
  it('goes by the stream that is always open', () => {
    const streams = [stream({ state: 'idle' }), stream({ role: 'sub', state: 'down', fault: 'timeout' })];
    expect(conditionOf(camera({ hasSub: true, streams }))).toMatchObject({ state: 'down', fault: 'timeout' });
    expect(conditionOf(camera({ hasSub: false, streams }))).toMatchObject({ state: 'idle', fault: null });
  });

  it('counts the time without a picture from the last one, not from the latest attempt', () => {
    const streams = [stream({ state: 'down', fault: 'timeout', sinceMs: 9000, lastFrameMs: 2000 })];
    expect(conditionOf(camera({ streams })).sinceMs).toBe(2000);
    const never = [stream({ state: 'connecting', fault: 'timeout', sinceMs: 9000, lastFrameMs: null })];
    expect(conditionOf(camera({ streams: never })).sinceMs).toBeNull();
  });

  it('is disabled, or connecting, where streams say nothing', () => {
    expect(conditionOf(camera({ enabled: false })).state).toBe('disabled');
    expect(conditionOf(camera({ streams: [] })).state).toBe('connecting');
  });
});
