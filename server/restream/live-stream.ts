import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { FragmentSink, StreamInfo, StreamKey } from '#contracts/media';
import { createRing, type Ring, type RingLimits } from './ring.ts';
import { createReader, type OwnedReader, type ReaderOptions, STALE_MS, type StreamReader } from './stream-reader.ts';

/** MP4 and recordings have 32 bits for how long a fragment lasts. */
const MOST_TICKS = 2 ** 32 - 1;

/** One stream of one camera in the hub. */
export interface LiveStream {
  readonly key: StreamKey;
  readonly ring: Ring;
  /** Of the newest generation; `null` until the adapter has said it. */
  info(): StreamInfo | null;
  /** True while the newest pictures are recent enough to be called live. */
  fresh(): boolean;
  /** A reader counts as demand until it is closed. */
  read(options: ReaderOptions): StreamReader;
  /** Demand without reading. */
  hold(): () => void;
  /** Called in the same turn after each info, each fragment and the end; must not throw. No demand of its own. */
  onChange(listener: () => void): () => void;
  /** Set once the camera was removed. */
  readonly ended: boolean;
}

export interface OwnedStream extends LiveStream {
  readonly sink: FragmentSink;
  /** Readers and holds. */
  readonly readers: number;
  /** Frees the pictures when none came for `ms` and nobody reads. */
  forgetStale(ms: number): void;
  end(reason: string): void;
}

export function createStream(deps: {
  key: StreamKey;
  limits: RingLimits;
  clock: Clock;
  log: Logger;
  onDemand: (key: StreamKey, wanted: boolean) => void;
}): OwnedStream {
  const { key, clock } = deps;
  const log = deps.log.child({ camera: key.cameraId, stream: key.role });
  const ring = createRing(deps.limits);
  const readers = new Set<OwnedReader>();
  const listeners = new Set<() => void>();
  let demand = 0;
  let lastArrivalMs = Number.NEGATIVE_INFINITY;
  let lastSequence = -1;
  let dropped = 0;
  let failures = 0;
  let ended = false;

  function want(): () => void {
    let released = false;
    demand += 1;
    if (demand === 1 && !ended) deps.onDemand(key, true);
    return () => {
      if (released) return;
      released = true;
      demand -= 1;
      if (demand === 0 && !ended) deps.onDemand(key, false);
    };
  }

  function changed(): void {
    for (const reader of readers) guarded(reader.notify);
    for (const listener of listeners) guarded(listener);
  }

  /** One that throws, though it must not, costs neither the others their turn nor the camera its way in. */
  function guarded(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      failures += 1;
      if ((failures & (failures - 1)) === 0) log.error({ failures, err: error }, 'a reader of a stream failed');
    }
  }

  /** An adapter that breaks its contract costs its own picture: logged at the first and then at each power of two. */
  function refuse(reason: string): void {
    dropped += 1;
    if ((dropped & (dropped - 1)) === 0) log.warn({ dropped }, `fragment dropped: ${reason}`);
  }

  /**
   * Adapters number from where they like after a restart; in here generations and sequence only rise. Zero as long as
   * the adapter's own numbers do, so that the usual fragment goes in as it came.
   */
  let generationShift = 0;
  let sequenceShift = 0;
  let begins = false;

  const sink: FragmentSink = {
    info(info) {
      if (ended) return;
      if (!(info.timescale > 0)) return refuse(`timescale ${info.timescale}`);
      const last = ring.newestInfo()?.generation ?? 0;
      generationShift = info.generation > last ? 0 : last + 1 - info.generation;
      begins = true;
      ring.begin(generationShift === 0 ? info : { ...info, generation: info.generation + generationShift });
      changed();
    },
    fragment(fragment) {
      if (ended) return;
      const generation = fragment.generation + generationShift;
      if (generation !== ring.newestInfo()?.generation) return refuse(`generation ${fragment.generation} has no info`);
      const { duration, decodeTime } = fragment;
      if (!isWhole(duration, MOST_TICKS)) return refuse(`duration ${duration}`);
      if (!isWhole(decodeTime, Number.MAX_SAFE_INTEGER)) return refuse(`decode time ${decodeTime}`);
      if (begins) sequenceShift = fragment.sequence > lastSequence ? 0 : lastSequence + 1 - fragment.sequence;
      const sequence = fragment.sequence + sequenceShift;
      if (sequence <= lastSequence) return refuse(`sequence ${fragment.sequence} does not rise`);
      begins = false;
      lastSequence = sequence;
      lastArrivalMs = clock.monotonic();
      const asCame = generationShift === 0 && sequenceShift === 0;
      ring.push(asCame ? fragment : { ...fragment, generation, sequence });
      changed();
    },
  };

  return {
    key,
    ring,
    sink,
    get readers() {
      return demand;
    },
    get ended() {
      return ended;
    },
    info: () => ring.newestInfo() ?? null,
    fresh: () => ring.end > ring.start && clock.monotonic() - lastArrivalMs <= STALE_MS,
    read(options) {
      const release = want();
      const reader = createReader({
        ring,
        clock,
        options,
        lastArrivalMs: () => lastArrivalMs,
        onClose: (closed) => {
          readers.delete(closed);
          release();
        },
      });
      readers.add(reader);
      if (ended) reader.end('the camera was removed');
      return reader;
    },
    hold: want,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    forgetStale(ms) {
      if (demand === 0 && clock.monotonic() - lastArrivalMs > ms) ring.clear();
    },
    end(reason) {
      if (ended) return;
      if (demand > 0) deps.onDemand(key, false);
      ended = true;
      ring.clear();
      for (const reader of readers) reader.end(reason);
      for (const listener of listeners) listener();
    },
  };
}

function isWhole(ticks: number, most: number): boolean {
  return Number.isInteger(ticks) && ticks >= 0 && ticks <= most;
}
