import { describe, expect, it } from 'vitest';
import { silentLogger } from '#base/log';
import type { Fragment, FragmentSink, StreamKey, Transcoder } from '#contracts/media';
import { liveSection } from '../../config/sections/live.ts';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createFakeCamera } from '../../tests/fakes/fragments.ts';
import { createHub } from './hub.ts';
import { createTranscodes } from './transcode.ts';

const KEY: StreamKey = { cameraId: 'gate', role: 'sub' };

/** A transcoder that hands fragments through as H.264, as long as the test lets it. */
function createFakeTranscoder() {
  const runs: { fail: (error: Error) => void; ended: boolean; generation: number }[] = [];
  const transcoder: Transcoder = {
    async run(input, sink: FragmentSink, signal) {
      let fail: (error: Error) => void = () => {};
      const failed = new Promise<never>((_, reject) => {
        fail = reject;
      });
      const run = { fail: (error: Error) => fail(error), ended: false, generation: input.info.generation };
      runs.push(run);
      const fragments = input.fragments[Symbol.asyncIterator]();
      let sequence = 0;
      try {
        for (;;) {
          const next = await Promise.race([fragments.next(), failed]);
          if (next.done || signal.aborted) return;
          const fragment: Fragment = next.value;
          if (sequence === 0) {
            const video = { ...input.info.video, codec: 'avc1.42e01e' };
            sink.info({ ...input.info, generation: 1, video });
          }
          sink.fragment({ ...fragment, generation: 1, sequence });
          sequence += 1;
        }
      } finally {
        run.ended = true;
      }
    },
  };
  return { runs, transcoder };
}

function setUp(limits: { maxTranscoders?: number } = {}) {
  const clock = createFakeClock();
  const config = liveSection.parse(limits);
  const hub = createHub({ config, clock, log: silentLogger() });
  const { runs, transcoder } = createFakeTranscoder();
  const transcodes = createTranscodes({ hub, transcoder, config, clock, log: silentLogger() });
  const camera = createFakeCamera(hub.sinkFor(KEY));
  camera.begin({ codec: 'hvc1.1.6.L93.B0' });
  return { clock, hub, runs, transcodes, camera };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('transcodes', () => {
  it('run one transcoder for all who need a stream, and give it to all', async () => {
    const { camera, hub, runs, transcodes } = setUp();
    camera.group(2);
    const stream = transcodes.stream(KEY);
    expect(transcodes.active).toBe(0);
    const readers = [1, 2, 3].map(() => stream.read({ from: 'latestGroup' }));
    await turn();
    expect([runs.length, transcodes.active, hub.figures().readers]).toEqual([1, 1, 1]);
    camera.group(2);
    await turn();
    for (const reader of readers) {
      const types = [];
      for (let item = reader.take(); item !== undefined; item = reader.take()) types.push(item.type);
      expect(types).toEqual(['info', 'fragment', 'fragment', 'fragment', 'fragment']);
    }
    expect(stream.info()?.video.codec).toBe('avc1.42e01e');
    await transcodes.close();
  });

  it('stop a while after the last has gone, and not if somebody comes back before', async () => {
    const { camera, clock, hub, runs, transcodes } = setUp();
    camera.group(2);
    const first = transcodes.stream(KEY).read({ from: 'latestGroup' });
    await turn();
    first.close();
    clock.advance(9999);
    const second = transcodes.stream(KEY).read({ from: 'latestGroup' });
    clock.advance(20_000);
    await turn();
    expect([runs.length, runs[0]?.ended]).toEqual([1, false]);
    second.close();
    clock.advance(10_000);
    await turn();
    expect([runs[0]?.ended, transcodes.active, hub.figures().readers]).toEqual([true, 0, 0]);
  });

  it('refuse more than there may be, until one is free', async () => {
    const { camera, clock, transcodes } = setUp({ maxTranscoders: 1 });
    camera.group(1);
    const reader = transcodes.stream(KEY).read({ from: 'latestGroup' });
    const other: StreamKey = { cameraId: 'yard', role: 'main' };
    expect(() => transcodes.stream(other)).toThrow(expect.objectContaining({ kind: 'tooMany', retryAfterMs: 10_000 }));
    expect(() => transcodes.stream(KEY)).not.toThrow();
    reader.close();
    clock.advance(10_000);
    expect(() => transcodes.stream(other)).not.toThrow();
    await transcodes.close();
  });

  it('start again after a failure, with a pause, and readers see a new generation', async () => {
    const { camera, clock, runs, transcodes } = setUp();
    camera.group(1);
    const reader = transcodes.stream(KEY).read({ from: 'latestGroup' });
    await turn();
    runs[0]?.fail(new Error('the encoder died'));
    await turn();
    await turn();
    expect(runs).toHaveLength(1);
    clock.advance(1000);
    camera.group(1);
    await turn();
    await turn();
    expect(runs).toHaveLength(2);
    const generations = [];
    for (let item = reader.take(); item !== undefined; item = reader.take()) {
      if (item.type === 'fragment') generations.push(item.fragment.generation);
    }
    expect(generations).toEqual([1, 2]);
    await transcodes.close();
  });

  it('follow the camera when it changes its stream', async () => {
    const { camera, runs, transcodes } = setUp();
    camera.group(1);
    transcodes.stream(KEY).read({ from: 'latestGroup' });
    await turn();
    camera.begin({ codec: 'hvc1.1.6.L120.B0', width: 1920 });
    camera.group(1);
    await turn();
    await turn();
    expect(runs.map((run) => [run.generation, run.ended])).toEqual([
      [1, true],
      [2, false],
    ]);
    await transcodes.close();
    expect(runs.every((run) => run.ended)).toBe(true);
  });

  it('end with their camera', async () => {
    const { camera, hub, runs, transcodes } = setUp();
    camera.group(1);
    const reader = transcodes.stream(KEY).read({ from: 'latestGroup' });
    await turn();
    hub.drop(KEY.cameraId);
    transcodes.drop(KEY.cameraId);
    await turn();
    expect([runs[0]?.ended, transcodes.active]).toEqual([true, 0]);
    expect(await reader.next(AbortSignal.timeout(1000))).toMatchObject({ type: 'end' });
  });
});
