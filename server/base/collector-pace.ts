import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import type { Clock } from './clock.ts';

/**
 * V8 looks through the whole heap when it has grown by some part, and counts memory outside of it as growth: a small heap
 * is looked through each 4 to 8 MB of that, whatever it is. Fragments are such memory where FFmpeg or a thread of intake
 * brings them (our own client here has another, see `picture-memory`): with ten cameras of 2 Mbit/s that is every two
 * seconds, and a pause for whoever waits for an answer. So the heap may grow further before it is looked through: by an
 * eighth of what is held of pictures, which is what comes in within one or two seconds, and by up to half of it while
 * that is little beside the heap.
 *
 * `heldBytes` is asked every ten seconds. V8's own pace is given back by the returned function.
 */
export function paceCollector(
  clock: Clock,
  heldBytes: () => number,
  set: (growthPercent: number) => void = setGrowth,
): () => void {
  let told = 0;
  const tell = (percent: number): void => {
    if (percent === told) return;
    told = percent;
    set(percent);
  };
  const stop = clock.every(LOOK_MS, () => tell(growthFor(heldBytes(), getHeapStatistics().used_heap_size)));
  return () => {
    stop();
    tell(OWN_PACE);
  };
}

const LOOK_MS = 10_000;
/** Of what is held; the second up to the size of the heap. */
const SHARE = 1 / 8;
const SHARE_OF_LITTLE = 1 / 2;
/** Per cent of the heap that is held. With less, V8's own pace does. */
const WORTHWHILE = 30;
/** Per cent. With less than `LEAST` a heap that fills fast would be swept too often. */
const LEAST = 50;
const MOST = 300;
/** A figure that changes with each look would tell nobody anything. */
const STEP = 20;
/** V8 decides. */
const OWN_PACE = 0;

/** Per cent by which a heap of `heapBytes` may grow, or 0 where V8 decides. */
export function growthFor(heldBytes: number, heapBytes: number): number {
  const held = (heldBytes * 100) / heapBytes;
  if (held < WORTHWHILE) return OWN_PACE;
  const percent = Math.max(held * SHARE, Math.min(100, held * SHARE_OF_LITTLE));
  return Math.min(MOST, Math.max(LEAST, Math.round(percent / STEP) * STEP));
}

function setGrowth(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}
