import { describe, expect, it, vi } from 'vitest';
import { silentLogger } from '#base/log';
import type { StreamKey } from '#contracts/media';
import { liveSection } from '../../config/sections/live.ts';
import { createFakeClock } from '../../tests/fakes/clock.ts';
import { createFakeCamera } from '../../tests/fakes/fragments.ts';
import { createHub } from './hub.ts';
import type { StreamReader } from './stream-reader.ts';

const KEY: StreamKey = { cameraId: 'gate', role: 'sub' };

function setUp() {
  const clock = createFakeClock();
  const hub = createHub({ config: liveSection.parse({ ringSeconds: 4 }), clock, log: silentLogger() });
  const camera = createFakeCamera(hub.sinkFor(KEY));
  return { clock, hub, camera, stream: hub.stream(KEY) };
}

/** What a reader can take now, in short: `i1` info, `f7` fragment, `-3` lost, `end`. */
function takeAll(reader: StreamReader): string[] {
  const seen: string[] = [];
  for (let item = reader.take(); item !== undefined; item = reader.take()) {
    if (item.type === 'info') seen.push(`i${item.info.generation}`);
    if (item.type === 'fragment') seen.push(`${item.fragment.keyframe ? 'k' : 'f'}${item.fragment.sequence}`);
    if (item.type === 'lost') seen.push(`-${item.fragments}`);
    if (item.type === 'end') seen.push('end');
  }
  return seen;
}

describe('readers', () => {
  it('start with the newest group in memory, or with the next one that comes', () => {
    const { camera, stream } = setUp();
    camera.group(3);
    camera.group(3);
    const now = stream.read({ from: 'latestGroup' });
    const next = stream.read({ from: 'nextGroup' });
    expect(takeAll(now)).toEqual(['i1', 'k3', 'f4', 'f5']);
    camera.push();
    expect([takeAll(now), takeAll(next)]).toEqual([['f6'], []]);
    camera.group(2);
    expect([takeAll(now), takeAll(next)]).toEqual([
      ['k7', 'f8'],
      ['i1', 'k7', 'f8'],
    ]);
  });

  it('hold the very bytes that came in, all the same', () => {
    const { camera, stream } = setUp();
    const readers = Array.from({ length: 20 }, () => stream.read({ from: 'nextGroup' }));
    const [sent] = camera.group(1);
    for (const reader of readers) {
      reader.take();
      const item = reader.take();
      expect(item?.type === 'fragment' && item.fragment.bytes).toBe(sent?.bytes);
    }
  });

  it('are told what they lost when they are slow, and go on at the newest key frame; others lose nothing', () => {
    const { camera, stream } = setUp();
    const slow = stream.read({ from: 'nextGroup' });
    const quick = stream.read({ from: 'nextGroup' });
    camera.group(5);
    expect(takeAll(slow)).toEqual(['i1', 'k0', 'f1', 'f2', 'f3', 'f4']);
    const seen = takeAll(quick);
    for (let group = 0; group < 8; group += 1) {
      camera.group(5);
      seen.push(...takeAll(quick));
    }
    expect(takeAll(slow)).toEqual(['-35', 'k40', 'f41', 'f42', 'f43', 'f44']);
    expect(seen.filter((item) => /^[kf]/.test(item))).toHaveLength(45);
    expect(seen.filter((item) => item.startsWith('-'))).toEqual([]);
  });

  it('do not decode over a gap that came from outside', () => {
    const { camera, stream } = setUp();
    const reader = stream.read({ from: 'nextGroup' });
    camera.group(3);
    camera.lose(2);
    camera.push();
    expect(takeAll(reader)).toEqual(['i1', 'k0', 'f1', 'f2']);
    camera.group(2);
    expect(takeAll(reader)).toEqual(['-3', 'k6', 'f7']);
  });

  it('skip to the newest key frame when asked, and only forwards', () => {
    const { camera, stream } = setUp();
    const reader = stream.read({ from: 'nextGroup' });
    camera.group(3);
    reader.take();
    reader.take();
    expect([reader.skipToNewestKey(), reader.behind]).toEqual([false, 2]);
    camera.group(2);
    expect(reader.skipToNewestKey()).toBe(true);
    expect(takeAll(reader)).toEqual(['-2', 'k3', 'f4']);
  });

  it('see a change of the stream as a boundary; numbers go on over restarts of an adapter', () => {
    const { hub, camera, stream } = setUp();
    const reader = stream.read({ from: 'nextGroup' });
    camera.group(2);
    camera.begin({ width: 1280 });
    camera.group(2);
    createFakeCamera(hub.sinkFor(KEY)).group(2);
    expect(takeAll(reader)).toEqual(['i1', 'k0', 'f1', 'i2', 'k2', 'f3', 'i3', 'k4', 'f5']);
  });

  it('wait until something comes, the signal aborts or the camera is removed', async () => {
    const { hub, camera, stream } = setUp();
    const reader = stream.read({ from: 'nextGroup' });
    const first = reader.next(AbortSignal.timeout(5000));
    camera.group(1);
    expect((await first)?.type).toBe('info');
    expect((await reader.next(AbortSignal.timeout(5000)))?.type).toBe('fragment');
    const controller = new AbortController();
    const aborted = reader.next(controller.signal);
    controller.abort();
    expect(await aborted).toBeUndefined();
    const ended = reader.next(AbortSignal.timeout(5000));
    hub.drop(KEY.cameraId, 'removed');
    expect(await ended).toEqual({ type: 'end', reason: 'removed' });
    expect(reader.take()).toBeUndefined();
  });

  it('cost neither others nor the camera anything when they fail', () => {
    const { camera, stream } = setUp();
    const wake = vi.fn();
    const fail = (): never => {
      throw new Error('a stream that cannot be read');
    };
    stream.read({ from: 'latestGroup', wake: fail });
    stream.onChange(fail);
    const next = stream.read({ from: 'latestGroup', wake });
    camera.group(2);
    expect(wake).toHaveBeenCalled();
    expect(takeAll(next)).toEqual(['i1', 'k0', 'f1']);
  });

  it('do not start with pictures that are no longer live', () => {
    const { clock, camera, stream } = setUp();
    camera.group(3);
    clock.advance(11_000);
    const reader = stream.read({ from: 'latestGroup' });
    expect([stream.fresh(), takeAll(reader)]).toEqual([false, []]);
    camera.group(1);
    expect(takeAll(reader)).toEqual(['i1', 'k3']);
  });
});

describe('hub', () => {
  it('tells demand with the first reader and when the last has gone', () => {
    const { hub, stream } = setUp();
    const told = vi.fn();
    hub.onDemand(told);
    const one = stream.read({ from: 'nextGroup' });
    const release = stream.hold();
    one.close();
    one.close();
    expect(told.mock.calls).toEqual([[KEY, true]]);
    const late = vi.fn();
    hub.onDemand(late);
    expect(late.mock.calls).toEqual([[KEY, true]]);
    release();
    release();
    expect(told.mock.calls).toEqual([
      [KEY, true],
      [KEY, false],
    ]);
  });

  it('a removed camera ends its demand once and its late fragments reach nobody', () => {
    const { hub, camera, stream } = setUp();
    const told = vi.fn();
    hub.onDemand(told);
    const reader = stream.read({ from: 'nextGroup' });
    camera.group(2);
    hub.drop(KEY.cameraId);
    reader.close();
    camera.group(2);
    expect(told.mock.calls).toEqual([
      [KEY, true],
      [KEY, false],
    ]);
    expect(hub.figures()).toEqual({ streams: 0, fragments: 0, bytes: 0, readers: 0 });
  });

  it('frees pictures that nobody feeds and nobody reads, and no others', () => {
    const { clock, hub, camera, stream } = setUp();
    camera.group(3);
    const release = stream.hold();
    clock.advance(60_000);
    expect(hub.figures().fragments).toBe(3);
    release();
    clock.advance(60_000);
    expect(hub.figures().fragments).toBe(0);
    hub.close();
    expect(clock.pending()).toBe(0);
  });

  it('drops what breaks the contract of fragments, and lives', () => {
    const { hub, stream } = setUp();
    const sink = hub.sinkFor(KEY);
    const camera = createFakeCamera({ info: () => {}, fragment: (fragment) => sink.fragment(fragment) });
    camera.group(3);
    expect(stream.ring.end).toBe(0);
    const good = createFakeCamera(sink);
    const [first] = good.group(2);
    if (first === undefined) throw new Error('no fragment');
    sink.fragment(first);
    sink.fragment({ ...first, sequence: 99, duration: Number.NaN });
    sink.fragment({ ...first, sequence: 99, duration: -1 });
    sink.fragment({ ...first, sequence: 99, duration: 0.5 });
    sink.fragment({ ...first, sequence: 99, duration: 2 ** 32 });
    sink.fragment({ ...first, sequence: 99, decodeTime: 2 ** 53 });
    sink.fragment({ ...first, sequence: 99, decodeTime: -1 });
    expect(stream.ring.end).toBe(2);
  });
});
