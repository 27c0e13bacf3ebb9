import { constants, PerformanceObserver } from 'node:perf_hooks';

/** Where the memory for pictures comes from. Not zeroed in every case: whoever asks writes each byte that is seen. */
export interface PictureMemory {
  /** A memory of its own. */
  allocate(bytes: number): Buffer;
}

/** As V8 gives it and counts it; it can be handed over to another thread. */
export const ownMemory: PictureMemory = { allocate: (bytes) => Buffer.allocUnsafeSlow(bytes) };

/**
 * Memory that V8 does not count. What it counts outside of its heap makes it look through the whole heap each 64 MB, a
 * limit that cannot be set: with 500 cameras of 2 Mbit/s that is every half second, a third of all CPU, and a pause for
 * whoever waits for an answer. Memory that may be shared between threads is not counted (V8 up to 13 at least), so it is
 * let go of only when V8 looks for another reason: this asks for a look each time that a part of what is held has come
 * in. Where V8 does not look in spite of that, memory is given out that it counts, until it has.
 *
 * `heldBytes`: of pictures that are wanted still; asked behind each look. `close` ends watching V8.
 */
export function createSharedMemory(deps: {
  readonly heldBytes: () => number;
  readonly collector?: Collector;
}): PictureMemory & { close(): void } {
  const { heldBytes, collector = v8Collector } = deps;
  let stepBytes = LEAST_STEP;
  let sinceLook = 0;
  let askAt = stepBytes;
  const stop = collector.onLook(() => {
    sinceLook = 0;
    stepBytes = Math.max(LEAST_STEP, heldBytes() * STEP_SHARE);
    askAt = stepBytes;
  });
  return {
    allocate(bytes) {
      sinceLook += bytes;
      if (sinceLook >= askAt) {
        askAt += stepBytes;
        collector.ask();
      }
      return sinceLook > stepBytes * MOST_STEPS ? ownMemory.allocate(bytes) : Buffer.from(new SharedArrayBuffer(bytes));
    },
    close: stop,
  };
}

/** Whoever looks through the heap and lets go of what nobody holds. */
export interface Collector {
  /** Begins a look soon, beside what runs. */
  ask(): void;
  /** After each look through the whole heap; the returned function ends that. */
  onLook(listener: () => void): () => void;
}

/** Of what is held: what comes in within three seconds where rings hold twelve. */
const STEP_SHARE = 1 / 4;
const LEAST_STEP = 16 * 2 ** 20;
/** A look takes far less time than a step. */
const MOST_STEPS = 4;
/** More than V8 lets come in between two looks. Nobody writes to it, so the system never gives it pages. */
const ASKING_BYTES = 65 * 2 ** 20;

const v8Collector: Collector = {
  ask() {
    try {
      new ArrayBuffer(ASKING_BYTES);
    } catch {
      // Refused by a system that promises no memory which it does not have: counted memory is given out soon.
    }
  },
  onLook(listener) {
    const observer = new PerformanceObserver((list) => {
      if (list.getEntries().some(isWholeLook)) listener();
    });
    observer.observe({ entryTypes: ['gc'] });
    return () => observer.disconnect();
  },
};

function isWholeLook(entry: object): boolean {
  const detail: unknown = Reflect.get(entry, 'detail');
  const kind: unknown = typeof detail === 'object' && detail !== null ? Reflect.get(detail, 'kind') : null;
  return kind === constants.NODE_PERFORMANCE_GC_MAJOR;
}
