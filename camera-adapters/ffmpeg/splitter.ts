import { type Box, printable, typeAt, viewOf } from '#base/mp4/boxes';
import { type InitSegment, readInitSegment } from './init-segment.ts';
import { faultOfBoxes, malformed } from './malformed.ts';
import { type MovieFragment, readMovieFragment } from './movie-fragment.ts';
import { sequenceSets } from './parameter-sets.ts';

/**
 * Cuts a byte stream of fragmented MP4 into its initialisation segment and its fragments. Chunks come in any size; a
 * fragment's bytes are copied once, when it is whole. What does not look like fragmented MP4 throws `CameraFault`
 * `malformedStream`, and after that nothing more is taken.
 */
export interface Splitter {
  push(chunk: Uint8Array): void;
}

export interface SplitterOutput {
  /** `bytes`: `ftyp` and `moov`. */
  init(init: InitSegment, bytes: Uint8Array): void;
  /** `bytes`: `moof` and `mdat`; where sound came without video, its boxes stand in front. */
  fragment(fragment: MovieFragment, bytes: Uint8Array): void;
  /** The fragment that follows has other parameter sets than the ones before: the init segment is no longer true. */
  changed?(): void;
}

/** Larger boxes are faults: 32 MiB in one fragment is a second of more than 250 Mbit/s. */
const MOST_BYTES: Readonly<Record<string, number>> = {
  ftyp: 4096,
  moov: 2 ** 20,
  moof: 4 * 2 ** 20,
  mdat: 32 * 2 ** 20,
};
const MOST_OTHER_BYTES = 2 ** 20;
/** Sound that waits for video; more is dropped. */
const MOST_WAITING_SOUND_BYTES = 2 ** 20;

export function createSplitter(output: SplitterOutput): Splitter {
  /** What came and is not used yet; the first `used` bytes of the first chunk are. */
  let chunks: Uint8Array[] = [];
  let held = 0;
  /** Boxes that belong together (`ftyp` + `moov`, `moof` + `mdat`) reach to here; the next header stands there. */
  let whole = 0;
  /** Nothing can be decided with less than this. */
  let needed = 8;
  let moofEnd = 0;
  let sound: Uint8Array[] = [];
  let sets: string | null = null;
  let init: InitSegment | undefined;
  let broken: Error | undefined;

  function push(chunk: Uint8Array): void {
    if (broken !== undefined) throw broken;
    if (chunk.length === 0) return;
    chunks.push(chunk);
    held += chunk.length;
    try {
      while (held >= needed) step();
    } catch (error) {
      chunks = [];
      broken = error instanceof Error ? error : malformed(String(error));
      throw broken;
    }
  }

  /** Reads the header at `whole`, and the box when all of it is there. */
  function step(): void {
    const header = viewOf(peek(whole, 8));
    const size = header.getUint32(0);
    const type = typeAt(header, 4);
    const most = MOST_BYTES[type] ?? MOST_OTHER_BYTES;
    if (size < 8 || size > most) throw malformed(`box '${printable(type)}' of ${size} bytes`);
    const end = whole + size;
    if (held < end) {
      needed = end;
      return;
    }
    if (type === 'ftyp' || type === 'moof') {
      if (whole !== 0) throw malformed(`'${type}' in the middle of a fragment`);
      if (type === 'moof') moofEnd = end;
      whole = end;
      needed = end + 8;
      return;
    }
    if (type === 'mdat' ? moofEnd === 0 : moofEnd !== 0 || (whole !== 0 && type !== 'moov')) {
      throw malformed(`'${printable(type)}' out of place`);
    }
    const bytes = take(end);
    const moof = { type: 'moof', start: 8, end: moofEnd };
    whole = 0;
    needed = 8;
    moofEnd = 0;
    if (type === 'moov') begin(bytes);
    else if (type === 'mdat') deliver(bytes, moof);
  }

  function begin(bytes: Uint8Array): void {
    try {
      init = readInitSegment(bytes);
    } catch (error) {
      throw faultOfBoxes(error);
    }
    sound = [];
    sets = null;
    output.init(init, bytes);
  }

  function deliver(bytes: Uint8Array, moof: Box): void {
    if (init === undefined) throw malformed('a fragment before the initialisation segment');
    const fragment = read(bytes, moof, init);
    if (fragment === null) {
      const waiting = sound.reduce((sum, part) => sum + part.length, 0);
      if (waiting + bytes.length <= MOST_WAITING_SOUND_BYTES) sound.push(bytes);
      return;
    }
    if (fragment.keyframe) {
      const found = sequenceSets(init.video.codec, bytes, fragment.first);
      if (found !== null && sets !== null && found !== sets) output.changed?.();
      sets = found ?? sets;
    }
    const all = sound.length === 0 ? bytes : join([...sound, bytes]);
    sound = [];
    output.fragment(fragment, all);
  }

  /** `count` bytes from `offset`, without using them up. */
  function peek(offset: number, count: number): Uint8Array {
    let skip = offset;
    const found = new Uint8Array(count);
    let filled = 0;
    for (const chunk of chunks) {
      if (skip >= chunk.length) {
        skip -= chunk.length;
        continue;
      }
      const part = chunk.subarray(skip, skip + count - filled);
      found.set(part, filled);
      filled += part.length;
      skip = 0;
      if (filled === count) break;
    }
    return found;
  }

  /** The first `count` bytes as one copy; the rest stays. */
  function take(count: number): Uint8Array {
    const taken = uninitialised(count);
    let filled = 0;
    let index = 0;
    for (; index < chunks.length && filled < count; index += 1) {
      const chunk = chunks[index];
      if (chunk === undefined) break;
      const part = chunk.length <= count - filled ? chunk : chunk.subarray(0, count - filled);
      taken.set(part, filled);
      filled += part.length;
      if (part.length < chunk.length) {
        chunks[index] = chunk.subarray(part.length);
        break;
      }
    }
    chunks.splice(0, index);
    held -= count;
    return taken;
  }

  return { push };
}

function read(bytes: Uint8Array, moof: Box, init: InitSegment): MovieFragment | null {
  try {
    return readMovieFragment(viewOf(bytes), moof, init);
  } catch (error) {
    throw faultOfBoxes(error);
  }
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = uninitialised(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Memory of its own, not zeroed first: every byte is written before anybody sees it. */
function uninitialised(bytes: number): Uint8Array {
  return new Uint8Array(Buffer.allocUnsafeSlow(bytes).buffer);
}
