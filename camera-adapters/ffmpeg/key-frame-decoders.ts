import type { Clock } from '#base/clock';
import { fittingSize, type Size } from '#base/fitting-size';
import type { Logger } from '#base/log';
import type { Fragment, StreamInfo, VideoTrack } from '#contracts/media';
import type { SharedCodec } from './empty-picture.ts';
import { createFairTurns, type TurnLine } from './fair-turns.ts';
import { type KeyFrame, keyFrameOf } from './key-frame.ts';
import { type DecodedPicture, type KeyFrameProcess, startKeyFrameProcess } from './key-frame-process.ts';

/**
 * A few decoders that stay, for the key frames of all cameras: to load FFmpeg costs ten times what a picture costs. What
 * one key frame does to its decoder is done to that one picture alone, for a decoder has but one at a time.
 */
export interface KeyFrameDecoders {
  /** For one kind of work that must not wait behind another. `most`: so many of it may wait. */
  line(most: number): TurnLine;
  /**
   * To be asked for in one's turn. At most `mostSide` pixels wide and high where that is small (`SMALL_SIDE`), else as
   * large as the stream has it. `unable` where a shared decoder gives none: one of its own may. `busy` where it gives none
   * now, as it was too late (`withinMs`) or they all are. Never rejects.
   */
  picture(info: StreamInfo, keyframe: Fragment, mostSide: number, withinMs: number): Promise<SharedPicture>;
  figures(): KeyFrameFigures;
  /** Resolves when no process is left. Who asks from then on gets nothing. */
  close(): Promise<void>;
}

export type SharedPicture = DecodedPicture | 'busy' | 'unable';

export interface KeyFrameFigures {
  readonly processes: number;
  /** Since the start: processes, pictures, and key frames of which nothing came. */
  readonly started: number;
  readonly pictures: number;
  readonly failed: number;
}

export interface KeyFrameDecodersOptions {
  readonly ffmpegPath: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Key frames that are decoded at a time; default 2. */
  readonly atATime?: number;
  /** Of all codecs and sizes; default 4: two of each would be eight. */
  readonly mostProcesses?: number;
  /** ms after which a process ends for want of work; default 30 s. */
  readonly idleMs?: number;
}

/** Thumbnails, looks and motion need no more; pixels. */
export const SMALL_SIDE = 640;

const IDLE_MS = 30_000;
/** What FFmpeg remembers of its input grows by a few bytes with each picture. */
const MOST_PICTURES = 5000;
const MOST_PROCESSES = 4;
/** So many in a row that gave not even an empty picture: this FFmpeg cannot do it, and is asked again after a while. */
const MOST_USELESS = 3;
const PAUSE_MS = 300_000;
/** Where they were only too late: a machine that is busy, as when all cameras begin. */
const SHORT_PAUSE_MS = 30_000;

/** A stream whose key frames gave nothing so often is not tried again for a while: it would hold up the others. */
const MOST_FAILED = 2;
const FAILED_MS = 600_000;

/** Processes that are told the same. */
interface Lane {
  readonly codec: SharedCodec;
  readonly isSmall: boolean;
  readonly idle: Idle[];
}

interface Idle {
  readonly process: KeyFrameProcess;
  readonly sinceMs: number;
}

export function createKeyFrameDecoders(options: KeyFrameDecodersOptions): KeyFrameDecoders {
  const { ffmpegPath, clock, log, atATime = 2, mostProcesses = MOST_PROCESSES, idleMs = IDLE_MS } = options;
  const turns = createFairTurns(atATime);
  const lanes: readonly Lane[] = (['avc', 'hevc'] as const).flatMap((codec) =>
    [true, false].map((isSmall) => ({ codec, isSmall, idle: [] })),
  );
  const running = new Set<KeyFrameProcess>();
  let [started, pictures, failed, useless] = [0, 0, 0, 0];
  const failedOf = new WeakMap<Uint8Array, { readonly times: number; readonly sinceMs: number }>();
  let paused: { readonly untilMs: number; readonly answer: 'busy' | 'unable' } | undefined;
  let closed = false;
  let stopSweeping: (() => void) | undefined;

  function start({ codec, isSmall }: Lane): KeyFrameProcess {
    if (running.size >= mostProcesses) endOldest();
    const process = startKeyFrameProcess(codec, { ffmpegPath, mostSide: isSmall ? SMALL_SIDE : null });
    started += 1;
    running.add(process);
    void process.ended.then(() => running.delete(process));
    stopSweeping ??= clock.every(idleMs / 3, sweep);
    return process;
  }

  function endOldest(): void {
    let oldest: { lane: Lane; sinceMs: number } | undefined;
    for (const lane of lanes) {
      const [first] = lane.idle;
      if (first !== undefined && first.sinceMs < (oldest?.sinceMs ?? Number.POSITIVE_INFINITY)) {
        oldest = { lane, sinceMs: first.sinceMs };
      }
    }
    void oldest?.lane.idle.shift()?.process.stop();
  }

  function sweep(): void {
    const before = clock.monotonic() - idleMs;
    for (const { idle } of lanes) {
      while (idle[0] !== undefined && idle[0].sinceMs <= before) void idle.shift()?.process.stop();
    }
    if (running.size > 0) return;
    stopSweeping?.();
    stopSweeping = undefined;
  }

  /** The one that worked last: the others may come to rest. */
  function take(lane: Lane): KeyFrameProcess {
    for (let last = lane.idle.pop(); last !== undefined; last = lane.idle.pop()) {
      if (!last.process.isOver) return last.process;
    }
    return start(lane);
  }

  function giveBack(lane: Lane, process: KeyFrameProcess): void {
    if (process.isOver) return;
    if (closed || process.decoded >= MOST_PICTURES) void process.stop();
    else lane.idle.push({ process, sinceMs: clock.monotonic() });
  }

  /** Of the second kind, whether the key frame may be to blame. */
  async function decode(
    lane: Lane,
    keyFrame: KeyFrame,
    withinMs: number,
  ): Promise<DecodedPicture | { readonly answer: 'busy' | 'unable'; readonly counts: boolean }> {
    const process = take(lane);
    let isLate = false;
    const cancel = clock.after(withinMs, () => {
      isLate = true;
      void process.stop();
    });
    try {
      const picture = await process.decode(keyFrame);
      useless = 0;
      return picture ?? { answer: 'unable', counts: true };
    } catch (error) {
      if (closed) return { answer: 'busy', counts: false };
      log.debug({ codec: lane.codec, err: error }, 'a decoder of key frames ended with the picture that it was given');
      const answer = isLate ? 'busy' : 'unable';
      useless = process.isReady ? 0 : useless + 1;
      if (useless >= MOST_USELESS) {
        useless = 0;
        paused = { untilMs: clock.monotonic() + (isLate ? SHORT_PAUSE_MS : PAUSE_MS), answer };
        const now = isLate ? 'key frames wait' : 'each still has its own now';
        log.warn({ codec: lane.codec, err: error }, `decoders of key frames give nothing; ${now}`);
      }
      // One that was still being loaded says nothing of the picture.
      return { answer, counts: !isLate || process.isReady };
    } finally {
      cancel();
      giveBack(lane, process);
    }
  }

  return {
    line: turns.line,
    async picture(info, keyframe, mostSide, withinMs) {
      if (closed) return 'busy';
      const nowMs = clock.monotonic();
      if (paused !== undefined && nowMs < paused.untilMs) return paused.answer;
      const failedOnce = failedOf.get(info.init);
      const failedBefore = failedOnce !== undefined && nowMs - failedOnce.sinceMs < FAILED_MS ? failedOnce.times : 0;
      const keyFrame = failedBefore < MOST_FAILED ? keyFrameOf(info, keyframe) : null;
      if (keyFrame === null) return 'unable';
      const lane = lanes.find(({ codec, isSmall }) => codec === keyFrame.codec && isSmall === mostSide <= SMALL_SIDE);
      if (lane === undefined) return 'unable';
      const decoded = await decode(lane, keyFrame, withinMs);
      if ('pixels' in decoded) {
        pictures += 1;
        if (failedOnce !== undefined) failedOf.delete(info.init);
        return decoded;
      }
      failed += 1;
      if (decoded.counts) failedOf.set(info.init, { times: failedBefore + 1, sinceMs: clock.monotonic() });
      return decoded.answer;
    },
    figures: () => ({ processes: running.size, started, pictures, failed }),
    async close() {
      closed = true;
      stopSweeping?.();
      await Promise.all([...running].map((process) => process.stop()));
    },
  };
}

/** What `SMALL_SIDE` makes of a picture. */
export function smallSize(video: Pick<VideoTrack, 'width' | 'height'>): Size {
  return fittingSize(video, { maxWidth: SMALL_SIDE, maxHeight: SMALL_SIDE });
}
