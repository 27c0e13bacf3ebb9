import { frameSize, frameTicks, keyFramesCommand } from './arguments.ts';
import { EMPTY_PICTURES, type SharedCodec } from './empty-picture.ts';
import type { KeyFrame } from './key-frame.ts';
import { startFfmpeg } from './process.ts';

/** A decoded picture: red, green, blue, three bytes a pixel, rows without gaps. */
export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array<ArrayBuffer>;
}

/**
 * One FFmpeg that decodes key frames of any stream of one codec, one after another. Empty pictures are fed
 * behind each, which end all memory of it and tell that all that came of it has come.
 */
export interface KeyFrameProcess {
  /**
   * One at a time; `null` where nothing came of it. Rejects when the process ends meanwhile, by its own or by `stop`.
   * When it has settled the next may be given.
   */
  decode(keyFrame: KeyFrame): Promise<DecodedPicture | null>;
  /** Key frames that it was given. */
  readonly decoded: number;
  /** It has decoded something, were it an empty picture. */
  readonly isReady: boolean;
  readonly isOver: boolean;
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** 4K with all that it refers to. */
const LIMITS = { memoryMb: 768 };
/** What FFmpeg may give before its lines about it have been read. */
const MOST_AHEAD_BYTES = 256 * 2 ** 20;

/**
 * Empty pictures behind a key frame. FFmpeg's decoder of H.265 gives one picture for each that it is fed, and may hold one
 * back: the second pushes the first. That of H.264 gives each at once, but for as many as a stream that it has had may
 * hold back. None more than is needed: each costs a third of what a small key frame does.
 */
const EMPTY_BEHIND: Readonly<Record<SharedCodec, number>> = { avc: 1, hevc: 2 };

interface Line {
  readonly ticks: number;
  readonly width: number;
  readonly height: number;
}

interface Work {
  /** Of the key frame; those of the empty pictures behind it follow. */
  readonly ticks: number;
  picture: DecodedPicture | null;
  readonly done: (picture: DecodedPicture | null) => void;
  readonly failed: (error: Error) => void;
}

export function startKeyFrameProcess(
  codec: SharedCodec,
  { ffmpegPath, mostSide }: { ffmpegPath: string; mostSide: number | null },
): KeyFrameProcess {
  const empty = EMPTY_PICTURES[codec];
  const lines: Line[] = [];
  let chunks: Buffer[] = [];
  let ahead = 0;
  let work: Work | undefined;
  let decoded = 0;
  let nextTicks = 1;
  /** The most that any of its key frames may have made it hold back. */
  let held = 0;
  let isReady = false;
  let isOver = false;

  const child = startFfmpeg(keyFramesCommand(mostSide), {
    path: ffmpegPath,
    limits: LIMITS,
    onLine(text) {
      const ticks = frameTicks(text);
      const size = ticks === undefined ? undefined : frameSize(text);
      if (ticks === undefined || size === undefined) return;
      isReady = true;
      lines.push({ ticks, ...size });
      match();
    },
  });
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    ahead += chunk.length;
    if (ahead > MOST_AHEAD_BYTES) void stop();
    else match();
  });
  child.stdin?.write(empty.init);
  feedEmpty(0);
  const ended = child.ended.then(({ startError, lines: said, code }) => {
    isOver = true;
    const { failed } = work ?? {};
    work = undefined;
    failed?.(startError ?? new Error(said.at(-1) ?? `code ${code}`));
  });

  function feedEmpty(ticks: number): void {
    child.stdin?.write(head(ticks, empty.sample.length));
    child.stdin?.write(empty.sample);
  }

  function stop(): Promise<void> {
    isOver = true;
    return child.stop().then(() => ended);
  }

  /** The pixels of a line are the next that come, as FFmpeg tells and gives them in the same order. */
  function match(): void {
    for (let line = lines[0]; line !== undefined; line = lines[0]) {
      const bytes = line.width * line.height * 3;
      if (ahead < bytes) return;
      lines.shift();
      const isAwaited = work !== undefined && line.ticks === work.ticks && work.picture === null;
      const pixels = take(bytes, isAwaited);
      if (work === undefined) continue;
      if (pixels !== null) work.picture = { width: line.width, height: line.height, pixels };
      else if (line.ticks > work.ticks) {
        const { done, picture } = work;
        work = undefined;
        done(picture);
      }
    }
  }

  function take(bytes: number, isKept: boolean): Uint8Array<ArrayBuffer> | null {
    const pixels = isKept ? new Uint8Array(bytes) : null;
    let filled = 0;
    let whole = 0;
    for (const chunk of chunks) {
      if (filled === bytes) break;
      const part = chunk.length <= bytes - filled ? chunk : chunk.subarray(0, bytes - filled);
      pixels?.set(part, filled);
      filled += part.length;
      if (part === chunk) whole += 1;
      else chunks[whole] = chunk.subarray(part.length);
    }
    chunks = chunks.slice(whole);
    ahead -= bytes;
    return pixels;
  }

  return {
    decode(keyFrame) {
      if (isOver || work !== undefined) return Promise.reject(new Error('the decoder takes no key frame now'));
      held = Math.max(held, keyFrame.held);
      const emptyBehind = EMPTY_BEHIND[codec] + held;
      const ticks = nextTicks;
      nextTicks += 1 + emptyBehind;
      decoded += 1;
      return new Promise((done, failed) => {
        work = { ticks, picture: null, done, failed };
        const { stdin } = child;
        stdin?.cork();
        stdin?.write(head(ticks, keyFrame.byteLength));
        for (const part of keyFrame.parts) stdin?.write(part);
        for (let behind = 1; behind <= emptyBehind; behind += 1) feedEmpty(ticks + behind);
        stdin?.uncork();
      });
    },
    get decoded() {
      return decoded;
    },
    get isReady() {
      return isReady;
    },
    get isOver() {
      return isOver;
    },
    ended,
    stop,
  };
}

/** `moof` and the head of an `mdat` for one picture of `bytes` (ISO/IEC 14496-12 §8.8), from which decoding can start. */
function head(ticks: number, bytes: number): Uint8Array {
  const made = HEAD.slice();
  const view = new DataView(made.buffer);
  view.setUint32(20, ticks + 1);
  view.setUint32(AT.decodeTime, ticks);
  view.setUint32(AT.size, bytes);
  view.setUint32(AT.mdat, bytes + 8);
  return made;
}

const AT = { decodeTime: 60, size: 92, mdat: 96 };
const HEAD = Uint8Array.from(
  Buffer.from(
    [
      '00000060' + '6d6f6f66', // moof, 96 bytes
      '00000010' + '6d666864' + '00000000' + '00000000', // mfhd: number
      '00000048' + '74726166', // traf, 72 bytes
      '00000010' + '74666864' + '00020000' + '00000001', // tfhd: default-base-is-moof, track 1
      '00000010' + '74666474' + '00000000' + '00000000', // tfdt: time
      '00000020' + '7472756e' + '00000305' + '00000001', // trun: one picture with a length and a size
      '00000068' + '02000000' + '00000001' + '00000000', // where it lies, sync sample, one tick, its size
      '00000000' + '6d646174', // mdat
    ].join(''),
    'hex',
  ),
);
