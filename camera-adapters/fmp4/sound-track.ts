import type { SoundConfig, SoundWriter } from '../codecs/codec.ts';
import { createMediaTime } from './media-time.ts';
import { createSampleTable, type SampleTable } from './movie-fragment-writer.ts';

export interface SoundSource {
  /** Ticks per second of its RTP times. */
  readonly clockRate: number;
  readonly config: SoundConfig;
}

/**
 * Sound that waits for the picture whose fragment it goes into, in the time of the picture: by arrival at first, by the
 * camera's sender reports as soon as there are some.
 */
export interface SoundTrack extends SoundWriter {
  readonly config: SoundConfig;
  readonly samples: SampleTable;
  /** Ticks per second. */
  readonly timescale: number;
  /** Of the first that waits, in ticks. */
  readonly decodeTime: number;
  readonly waitingBytes: number;
  /** Monotonic ms of the newest unit; minus infinity before the first. */
  readonly lastArrivalMs: number;
  /** Copies what waits to `memory` from `at` on. */
  copyTo(memory: Uint8Array, at: number): void;
  /** Lets go of what waits. */
  clear(): void;
  /**
   * Moves the sound so that it is at `mediaMs` of the picture where its RTP time is `rtpTime`; not where that is far from
   * what arrives beside it.
   */
  align(rtpTime: number, mediaMs: number): void;
}

/**
 * AAC units in one fragment: five seconds of the shortest, which may come before the next picture where pictures are lost
 * or read later than sound. More are dropped: the picture stands still.
 */
export const MOST_SOUND_UNITS = 256;
const FIRST_BYTES = 8192;
const MOST_BYTES = 128 * 1024;
/** Times that differ by less from where the last unit ended are rounding. */
const ROUNDING_MS = 20;
/** Sound that differs less from the picture is not moved: each move is heard. */
const ALIGNED_MS = 30;
/** Sound and picture that arrive together were taken no further apart than this, whatever the camera reports. */
const MOST_APART_MS = 3000;
/** Overlapping by more: its clock has jumped. */
const JUMP_MS = 1000;

export function createSoundTrack(deps: {
  /** `clockRate` is nearly always the rate of its samples. `config` is read when the first unit is there. */
  readonly source: SoundSource;
  readonly monotonic: () => number;
  /** Media time of the picture that arrives now, ms; `null` while there is none. */
  readonly pictureMs: () => number | null;
}): SoundTrack {
  const { source, monotonic, pictureMs } = deps;
  const { clockRate } = source;
  const ticksPerMs = clockRate / 1000;
  const time = createMediaTime(clockRate, 0);
  const samples = createSampleTable(MOST_SOUND_UNITS);
  let waiting = new Uint8Array(FIRST_BYTES);
  let waitingBytes = 0;
  /** What is added to the sound's own time; `null` until there is a picture to lie beside. */
  let shift: number | null = null;
  let decodeTime = 0;
  /** Where the last unit began and where it ends. */
  let lastTime = 0;
  let end = 0;
  let lastArrivalMs = Number.NEGATIVE_INFINITY;

  /** Where a unit lies, or `null` where it overlaps what was sent. */
  function placeOf(own: number, length: number): number | null {
    if (shift === null) {
      const picture = pictureMs();
      if (picture === null) return null;
      shift = Math.max(0, Math.round(picture * ticksPerMs) - length) - own;
    }
    const wanted = own + shift;
    if (Math.abs(wanted - end) <= ROUNDING_MS * ticksPerMs) return end;
    if (wanted > end) return wanted;
    if (wanted < end - JUMP_MS * ticksPerMs) {
      shift = end - own;
      return end;
    }
    return null;
  }

  function makeRoom(bytes: number): boolean {
    if (samples.count === MOST_SOUND_UNITS || waitingBytes + bytes > MOST_BYTES) return false;
    if (waitingBytes + bytes > waiting.length) {
      const larger = new Uint8Array(Math.max(waiting.length * 2, waitingBytes + bytes));
      larger.set(waiting);
      waiting = larger;
    }
    return true;
  }

  return {
    get config() {
      return source.config;
    },
    timescale: clockRate,
    samples,
    get decodeTime() {
      return decodeTime;
    },
    get waitingBytes() {
      return waitingBytes;
    },
    get lastArrivalMs() {
      return lastArrivalMs;
    },
    unit(rtpTime, count, bytes, start, until) {
      lastArrivalMs = monotonic();
      const length = Math.round((count * clockRate) / source.config.sampleRate);
      const at = placeOf(time.place(rtpTime, lastArrivalMs), length);
      if (at === null || until <= start || !makeRoom(until - start)) return;
      if (samples.count === 0) decodeTime = at;
      else samples.durations[samples.count - 1] = at - lastTime;
      samples.sizes[samples.count] = until - start;
      samples.durations[samples.count] = length;
      samples.count += 1;
      waiting.set(bytes.subarray(start, until), waitingBytes);
      waitingBytes += until - start;
      lastTime = at;
      end = at + length;
    },
    copyTo: (memory, at) => memory.set(waiting.subarray(0, waitingBytes), at),
    clear() {
      waitingBytes = 0;
      samples.count = 0;
    },
    align(rtpTime, mediaMs) {
      const own = time.at(rtpTime);
      const picture = pictureMs();
      const arriving = time.atArrival(monotonic());
      if (own === null || picture === null || arriving === null) return;
      const wanted = Math.round(mediaMs * ticksPerMs) - own;
      if (Math.abs(wanted - (picture * ticksPerMs - arriving)) > MOST_APART_MS * ticksPerMs) return;
      if (shift === null || Math.abs(wanted - shift) > ALIGNED_MS * ticksPerMs) shift = wanted;
    },
  };
}
