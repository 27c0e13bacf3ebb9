import type { Clock } from '#base/clock';
import type { PublishedFragment, Publisher } from '../publisher.ts';

/**
 * The first fragments of a stream that has announced sound, held until the sound is there or is not awaited any longer.
 * Players that are not ours (FFmpeg among them) cannot follow a stream that begins without sound and then has some: a
 * second `moov` is skipped, and sound is read as picture.
 */
export interface FirstFragments {
  /** Nothing was let go yet. */
  readonly held: boolean;
  /** Takes a fragment that is whole. The wait ends by itself, with `onOver`, which must call `release`. */
  hold(fragment: PublishedFragment, bytes: Uint8Array): void;
  /** Hands on what is held, stamped as it came. Nothing is held from then on. */
  release(): void;
}

/** Units of sound come up to half a second long, and microphones begin after lenses. */
const FIRST_SOUND_MS = 1000;
const MOST_FRAGMENTS = 64;
const MOST_BYTES = 16 * 2 ** 20;

export function createFirstFragments(deps: {
  readonly publisher: Publisher;
  readonly clock: Clock;
  readonly onOver: () => void;
}): FirstFragments {
  const { publisher, clock, onOver } = deps;
  const waiting: { readonly fragment: PublishedFragment; readonly bytes: Uint8Array }[] = [];
  let held = true;
  let size = 0;
  let stop: (() => void) | undefined;
  return {
    get held() {
      return held;
    },
    hold(fragment, bytes) {
      const arrived = { calendarMs: clock.now(), monotonicMs: clock.monotonic() };
      waiting.push({ fragment: { ...fragment, arrived }, bytes });
      size += bytes.byteLength;
      stop ??= clock.after(FIRST_SOUND_MS, onOver);
      if (waiting.length >= MOST_FRAGMENTS || size >= MOST_BYTES) onOver();
    },
    release() {
      held = false;
      stop?.();
      for (const { fragment, bytes } of waiting.splice(0)) publisher.fragment(fragment, bytes);
    },
  };
}
