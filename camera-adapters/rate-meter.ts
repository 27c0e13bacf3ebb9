import type { Clock } from '#base/clock';

/** Bits and pictures per second over the last seconds, in memory that does not grow with either. */
export interface RateMeter {
  add(bytes: number, pictures: number): void;
  /** `null` until a second has been measured, and when nothing came during the window. */
  read(): { readonly bitrate: number | null; readonly frameRate: number | null };
  reset(): void;
}

const SLOT_MS = 500;
const SLOTS = 10;

interface Slot {
  /** Number of the slot since the start of the clock; another number means that it is old. */
  index: number;
  bytes: number;
  pictures: number;
}

export function createRateMeter(clock: Clock): RateMeter {
  const slots: Slot[] = Array.from({ length: SLOTS + 1 }, () => ({ index: -1, bytes: 0, pictures: 0 }));
  let since = Number.POSITIVE_INFINITY;

  return {
    add(bytes, pictures) {
      const now = clock.monotonic();
      since = Math.min(since, now);
      const index = Math.floor(now / SLOT_MS);
      const slot = slots[index % slots.length];
      if (slot === undefined) return;
      if (slot.index !== index) Object.assign(slot, { index, bytes: 0, pictures: 0 });
      slot.bytes += bytes;
      slot.pictures += pictures;
    },
    read() {
      const now = clock.monotonic();
      const current = Math.floor(now / SLOT_MS);
      // The running slot is not full yet; it would make every reading too low.
      const whole = slots.filter((slot) => slot.index >= current - SLOTS && slot.index < current);
      const seconds = Math.min(SLOTS * SLOT_MS, current * SLOT_MS - since) / 1000;
      if (whole.length === 0 || seconds < 1) return { bitrate: null, frameRate: null };
      const bytes = whole.reduce((sum, slot) => sum + slot.bytes, 0);
      const pictures = whole.reduce((sum, slot) => sum + slot.pictures, 0);
      return {
        bitrate: Math.round((bytes * 8) / seconds),
        frameRate: pictures === 0 ? null : Math.round((pictures * 10) / seconds) / 10,
      };
    },
    reset() {
      since = Number.POSITIVE_INFINITY;
      for (const slot of slots) slot.index = -1;
    },
  };
}
