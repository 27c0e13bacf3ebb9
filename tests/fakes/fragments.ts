import type { Fragment, FragmentSink, StreamInfo } from '#contracts/media';

/** Fragments without pictures, numbered and timed as a camera's are; each holds its sequence number in its bytes. */
export interface FakeCamera {
  /** Begins a generation; the first one is begun by the first fragment. */
  begin(change?: Partial<StreamInfo['video']>): StreamInfo;
  /** One fragment; `ms` long. */
  push(fragment?: { key?: boolean; ms?: number; bytes?: number }): Fragment;
  /** Whole groups: a key frame and what follows, `fragments` of `ms` each. */
  group(fragments: number, ms?: number): readonly Fragment[];
  /** Lets fragments be missing, as a lossy network does. */
  lose(fragments: number, ms?: number): void;
  /** The clock that stamps them is set on or back, which begins a generation. */
  step(ms: number): void;
}

const FAKE_TIMESCALE = 90_000;

/** `firstMs`: wall-clock of the first picture. */
export function createFakeCamera(sink: FragmentSink, firstMs = Date.UTC(2020, 0, 1, 0, 8, 20)): FakeCamera {
  let info: StreamInfo | undefined;
  let sequence = 0;
  let elapsedMs = 0;
  let startMs = firstMs;

  function begin(change: Partial<StreamInfo['video']> = {}): StreamInfo {
    const generation = (info?.generation ?? 0) + 1;
    info = {
      generation,
      video: { codec: 'avc1.64001f', width: 640, height: 360, frameRate: 25, ...change },
      audio: null,
      timescale: FAKE_TIMESCALE,
      init: new TextEncoder().encode(`init ${generation}`),
    };
    sink.info(info);
    return info;
  }

  function push({ key = false, ms = 200, bytes = 1000 } = {}): Fragment {
    const { generation } = info ?? begin();
    const body = new Uint8Array(Math.max(4, bytes));
    new DataView(body.buffer).setUint32(0, sequence);
    const fragment: Fragment = {
      generation,
      sequence,
      decodeTime: (elapsedMs * FAKE_TIMESCALE) / 1000,
      duration: (ms * FAKE_TIMESCALE) / 1000,
      wallClockMs: startMs + elapsedMs,
      keyframe: key,
      bytes: body,
    };
    sequence += 1;
    elapsedMs += ms;
    sink.fragment(fragment);
    return fragment;
  }

  return {
    begin,
    push,
    group: (fragments, ms = 200) => Array.from({ length: fragments }, (_, at) => push({ key: at === 0, ms })),
    lose(fragments, ms = 200) {
      sequence += fragments;
      elapsedMs += fragments * ms;
    },
    step(ms) {
      startMs += ms;
      begin();
    },
  };
}
