import type { SoundConfig, SoundWriter } from '../codecs/codec.ts';
import { type FlacWriter, MOST_BLOCK, mostFrameBytes } from '../codecs/flac-writer.ts';
import { createMediaTime } from './media-time.ts';
import { createSampleTable, type SampleTable } from './movie-fragment-writer.ts';
import { type SoundFormat, soundFormatOf } from './sound-format.ts';

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
  readonly format: SoundFormat;
  /** What waits; the sizes hold from `seal` on. */
  readonly samples: SampleTable;
  /** Ticks per second. */
  readonly timescale: number;
  /** Of the first that waits, in ticks. */
  readonly decodeTime: number;
  /** Makes samples of MP4 of what waits, once, before `clear`; how many bytes they have. */
  seal(): number;
  /** Monotonic ms of the newest unit; minus infinity before the first. */
  readonly lastArrivalMs: number;
  /** Copies what was sealed to `memory` from `at` on. */
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
const NOTHING = new Uint8Array(0);

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
  let format: SoundFormat | undefined;
  /** As it came. */
  let waiting = new Uint8Array(FIRST_BYTES);
  let waitingBytes = 0;
  /** The same as MP4 has it, where that is something else. */
  let written: Uint8Array = NOTHING;
  let sealed: Uint8Array = NOTHING;
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

  const formatOf = (): SoundFormat => {
    format ??= soundFormatOf(source.config);
    return format;
  };

  /** Whether it becomes part of the last sample: the longer a block, the less its header weighs. */
  function joins(at: number, count: number): boolean {
    const size = samples.count === 0 ? 0 : (samples.sizes[samples.count - 1] ?? 0);
    return size > 0 && at === end && formatOf().writer !== null && size + count <= MOST_BLOCK;
  }

  function write(writer: FlacWriter): Uint8Array {
    const most = samples.count * mostFrameBytes(0) + mostFrameBytes(waitingBytes);
    if (written.length < most) written = new Uint8Array(most);
    let [from, to, number] = [0, 0, decodeTime];
    for (let index = 0; index < samples.count; index += 1) {
      // G.711 has a byte for each sample.
      const count = samples.sizes[index] ?? 0;
      const next = writer.write(waiting, from, count, number, written, to);
      samples.sizes[index] = next - to;
      from += count;
      number += samples.durations[index] ?? 0;
      to = next;
    }
    return written.subarray(0, to);
  }

  function makeRoom(bytes: number, inRow: boolean): boolean {
    if ((samples.count === MOST_SOUND_UNITS && !inRow) || waitingBytes + bytes > MOST_BYTES) return false;
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
    get format() {
      return formatOf();
    },
    get lastArrivalMs() {
      return lastArrivalMs;
    },
    unit(rtpTime, count, bytes, start, until) {
      lastArrivalMs = monotonic();
      const length = Math.round((count * clockRate) / source.config.sampleRate);
      const at = placeOf(time.place(rtpTime, lastArrivalMs), length);
      const size = until - start;
      if (at === null || size <= 0) return;
      const joined = joins(at, size);
      if (!makeRoom(size, joined)) return;
      if (joined) {
        const last = samples.count - 1;
        samples.sizes[last] = (samples.sizes[last] ?? 0) + size;
        samples.durations[last] = (samples.durations[last] ?? 0) + length;
      } else {
        if (samples.count === 0) decodeTime = at;
        else samples.durations[samples.count - 1] = at - lastTime;
        samples.sizes[samples.count] = size;
        samples.durations[samples.count] = length;
        samples.count += 1;
        lastTime = at;
      }
      waiting.set(bytes.subarray(start, until), waitingBytes);
      waitingBytes += size;
      end = at + length;
    },
    seal() {
      const { writer } = formatOf();
      sealed = writer === null ? waiting.subarray(0, waitingBytes) : write(writer);
      return sealed.length;
    },
    copyTo: (memory, at) => memory.set(sealed, at),
    clear() {
      waitingBytes = 0;
      sealed = NOTHING;
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
