import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { FragmentSink, StreamKey } from '#contracts/media';
import type { LiveConfig } from '../../config/schema.ts';
import { createStream, type LiveStream, type OwnedStream } from './live-stream.ts';

/**
 * The exchange between what comes in and what reads: one ring for each stream of each camera. A reader is demand; who
 * opens streams listens to demand. Nothing here waits for a reader, and a reader never holds up another.
 */
export interface Hub {
  /** Where the adapter of a stream puts what it reads. Bad fragments are dropped and logged, never thrown back. O(1). */
  sinkFor(key: StreamKey): FragmentSink;
  /** The stream, whether it has pictures or not. O(1). */
  stream(key: StreamKey): LiveStream;
  /** Told when the first reader comes and when the last one has gone; at once for demand that exists already. */
  onDemand(listener: (key: StreamKey, wanted: boolean) => void): () => void;
  /** Ends all readers of a camera's streams and forgets their pictures. */
  drop(cameraId: string, reason?: string): void;
  figures(): HubFigures;
  /** Ends all readers and all timers. */
  close(): void;
}

export interface HubFigures {
  /** Streams with a fragment in memory. */
  readonly streams: number;
  readonly fragments: number;
  readonly bytes: number;
  readonly readers: number;
}

/** How often streams that nobody feeds and nobody reads are looked for, to free their memory. */
const SWEEP_MS = 10_000;

export function createHub(deps: { config: LiveConfig; clock: Clock; log: Logger }): Hub {
  const { config, clock, log } = deps;
  const streams = new Map<string, OwnedStream>();
  const listeners = new Set<(key: StreamKey, wanted: boolean) => void>();
  const stopSweep = clock.every(SWEEP_MS, sweep);

  function open(key: StreamKey): OwnedStream {
    const name = `${key.cameraId}/${key.role}`;
    let stream = streams.get(name);
    if (stream === undefined) {
      stream = createStream({
        key: { cameraId: key.cameraId, role: key.role },
        limits: {
          keepMs: config.ringSeconds * 1000,
          // Groups longer than the ring are kept whole up to this, so that they can be started at all.
          mostMs: Math.max(30_000, config.ringSeconds * 4000),
          mostBytes: config.ringMegabytes * 2 ** 20,
        },
        clock,
        log,
        onDemand: (of, wanted) => {
          for (const listener of listeners) listener(of, wanted);
        },
      });
      streams.set(name, stream);
    }
    return stream;
  }

  function sweep(): void {
    for (const stream of streams.values()) stream.forgetStale(config.ringSeconds * 2000);
  }

  function drop(cameraId: string, reason: string): void {
    for (const [name, stream] of streams) {
      if (stream.key.cameraId !== cameraId) continue;
      streams.delete(name);
      stream.end(reason);
    }
  }

  return {
    // Resolved on each call: after a drop, a late adapter writes into a stream that nobody sees, until it stops.
    sinkFor: (key) => open(key).sink,
    stream: open,
    onDemand(listener) {
      listeners.add(listener);
      for (const stream of streams.values()) if (stream.readers > 0) listener(stream.key, true);
      return () => listeners.delete(listener);
    },
    drop: (cameraId, reason = 'the camera was removed') => drop(cameraId, reason),
    figures() {
      let [filled, fragments, bytes, readers] = [0, 0, 0, 0];
      for (const stream of streams.values()) {
        const count = stream.ring.end - stream.ring.start;
        if (count > 0) filled += 1;
        fragments += count;
        bytes += stream.ring.bytes;
        readers += stream.readers;
      }
      return { streams: filled, fragments, bytes, readers };
    },
    close() {
      stopSweep();
      for (const stream of [...streams.values()]) drop(stream.key.cameraId, 'the server is stopping');
    },
  };
}
