import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { FragmentSink } from '#contracts/media';
import { CameraFault } from '../adapter.ts';
import { createPublisher, type Publisher } from '../publisher.ts';
import { type AudioMode, type IngestInput, type IngestOptions, ingestCommand } from './arguments.ts';
import { type FfmpegEnd, startFfmpeg } from './process.ts';
import { createSplitter } from './splitter.ts';
import { cannotConvertSound, faultOfEnd, refusesSound, withoutSecrets } from './stderr-faults.ts';

export type { IngestInput } from './arguments.ts';

export interface IngestRequest {
  /** Names the stream in logs and what was learnt of it before; `null` for one that is only tried. */
  readonly name: string | null;
  readonly input: IngestInput;
  readonly sink: FragmentSink;
  readonly signal: AbortSignal;
}

/** One FFmpeg for one stream: its bytes become fragments. */
export interface Ingest {
  /**
   * Feeds `sink` until the stream ends. Rejects with `CameraFault` (`ended` where the source hung up); an abort
   * resolves. When it settles, the process is gone.
   */
  run(request: IngestRequest): Promise<void>;
}

export interface IngestDeps {
  readonly ffmpegPath: string;
  /** ms; longest fragment. */
  readonly fragmentMs: number;
  /** ms without a byte after which FFmpeg gives up by itself. */
  readonly readTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a stream has taught us, so that the next dial does not learn it again. */
type Learnt = Pick<IngestOptions, 'audio' | 'timestamps'>;

/** What FFmpeg says about the stream before its first byte. */
interface Told {
  rate: number | null;
}

type Outcome =
  | { readonly kind: 'fault'; readonly fault: CameraFault }
  | { readonly kind: 'again'; readonly learnt: Learnt; readonly why: string };

/** Each lesson costs one dial, and there are three of them. */
const MOST_DIALS = 4;
const MOST_LEARNT = 20_000;
/** ms that the sound's encoder may wait for its first sample; the picture waits with it. */
const SILENT_MS = 3000;
/** Times that stand still or fall, told by FFmpeg line by line, after which we use our own. */
const MOST_BAD_TIMES = 50;
const MEMORY_MB = 256;
/** ms that a picture format must have held for its change to be worth a new dial. */
const STEADY_MS = 2000;

export function createIngest(deps: IngestDeps): Ingest {
  const { clock } = deps;
  const learntOf = new Map<string, Learnt>();

  function learn(name: string, learnt: Learnt): void {
    learntOf.delete(name);
    learntOf.set(name, learnt);
    for (const oldest of learntOf.keys()) {
      if (learntOf.size <= MOST_LEARNT) break;
      learntOf.delete(oldest);
    }
  }

  async function dial(request: IngestRequest, learnt: Learnt, publisher: Publisher, told: Told): Promise<Outcome> {
    let fault: CameraFault | undefined;
    let silent = false;
    let badTimes = 0;
    let changed = false;
    let firstAtMs: number | null = null;
    let cancelSilence: (() => void) | undefined;
    const startedBefore = publisher.fragments;
    const dialledMs = clock.monotonic();
    const log = deps.log.child({ stream: request.name ?? 'probe' });

    const ffmpeg = startFfmpeg(ingestCommand(request.input, { ...deps, ...learnt }), {
      path: deps.ffmpegPath,
      limits: { memoryMb: MEMORY_MB },
      onLine(line) {
        if (/: Redirecting to /.test(line)) {
          // FFmpeg follows by itself, and the new address went through no check of ours.
          refuse(new CameraFault('refusedAddress', 'the device sends us to another address: register that one'));
        } else if (line.startsWith('Input #0') && learnt.audio === 'aac') {
          cancelSilence = clock.after(SILENT_MS, () => {
            silent = true;
            void ffmpeg.stop();
          });
        } else if (told.rate === null && /^Stream #0:\d.*: Video: /.test(line)) {
          told.rate = rateIn(line);
        } else if (/non.monoton/i.test(line)) {
          badTimes += 1;
          if (badTimes === MOST_BAD_TIMES && learnt.timestamps === 'source') void ffmpeg.stop();
        }
      },
    });
    const refuse = (reason: CameraFault): void => {
      fault ??= reason;
      void ffmpeg.stop();
    };
    const splitter = createSplitter({
      init: publisher.init,
      fragment(fragment, bytes) {
        if (changed) return;
        cancelSilence?.();
        firstAtMs ??= clock.monotonic();
        publisher.fragment(fragment, bytes);
      },
      changed() {
        // Only FFmpeg's start writes a true init segment. A camera that changes all the time must be taken as it is.
        if (firstAtMs === null || clock.monotonic() - firstAtMs < STEADY_MS) return;
        changed = true;
        void ffmpeg.stop();
      },
    });
    ffmpeg.stdout.on('data', (chunk: Buffer) => {
      if (fault !== undefined || request.signal.aborted) return;
      try {
        splitter.push(chunk);
      } catch (error) {
        refuse(error instanceof CameraFault ? error : new CameraFault('internal', 'a fragment was refused', error));
      }
    });
    const abort = (): void => void ffmpeg.stop();
    request.signal.addEventListener('abort', abort, { once: true });
    if (request.signal.aborted) abort();
    if (request.input.kind === 'piped' && ffmpeg.stdin !== null) void feed(ffmpeg.stdin, request.input.pieces);

    let end: FfmpegEnd;
    try {
      end = await ffmpeg.ended;
    } finally {
      cancelSilence?.();
      request.signal.removeEventListener('abort', abort);
    }
    const started = publisher.fragments > startedBefore;
    log.debug({ code: end.code, lines: end.lines.map(withoutSecrets) }, 'FFmpeg has ended');
    const waitedOut = clock.monotonic() - dialledMs >= deps.readTimeoutMs;
    if (fault !== undefined) return { kind: 'fault', fault };
    if (changed) return { kind: 'again', learnt, why: 'its picture has another format now' };
    if (badTimes >= MOST_BAD_TIMES && learnt.timestamps === 'source') {
      return { kind: 'again', learnt: { ...learnt, timestamps: 'arrival' }, why: 'its clock stands still or falls' };
    }
    const audio = started ? null : lesserSound(learnt.audio, end.lines, silent);
    if (audio !== null) return { kind: 'again', learnt: { ...learnt, audio }, why: 'MP4 does not take its sound' };
    return { kind: 'fault', fault: faultOfEnd(end, started, waitedOut) };
  }

  return {
    async run(request) {
      const log = deps.log.child({ stream: request.name ?? 'probe' });
      const told: Told = { rate: null };
      const publisher = createPublisher({ sink: request.sink, clock, declaredRate: () => told.rate });
      let learnt = (request.name === null ? undefined : learntOf.get(request.name)) ?? {
        audio: 'copy',
        timestamps: 'source',
      };
      // What was piped in is gone: it cannot be dialled again.
      const mostDials = request.input.kind === 'piped' ? 1 : MOST_DIALS;
      for (let dials = 1; !request.signal.aborted; dials += 1) {
        const outcome = await dial(request, learnt, publisher, told);
        if (request.signal.aborted) return;
        if (outcome.kind === 'fault') throw outcome.fault;
        if (dials === mostDials) throw new CameraFault('malformedStream', `the stream does not settle: ${outcome.why}`);
        log.info({ ...outcome.learnt }, `dialling again: ${outcome.why}`);
        learnt = outcome.learnt;
        if (request.name !== null) learn(request.name, learnt);
      }
    },
  };
}

/** Writes as fast as FFmpeg takes it; what waits meanwhile, and how much may, is the sender's to know. */
async function feed(stdin: Writable, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const piece of pieces) {
      if (stdin.destroyed || stdin.writableEnded) return;
      if (!stdin.write(piece)) await once(stdin, 'drain');
    }
  } catch {
    // The pipe broke: FFmpeg's end says why.
  } finally {
    stdin.end();
  }
}

/** FFmpeg's own estimate; `tbr` is what the parameter sets say, or the timescale (`90k`) where they say nothing. */
export function rateIn(line: string): number | null {
  const rate = Number(/, ([\d.]+) fps\b/.exec(line)?.[1] ?? /, ([\d.]+) tbr\b/.exec(line)?.[1]);
  return rate > 0 && rate <= 240 ? rate : null;
}

/** The next way to treat the sound, or `null` when the sound is not to blame. */
function lesserSound(audio: AudioMode, lines: readonly string[], silent: boolean): AudioMode | null {
  if (audio === 'copy' && refusesSound(lines)) return 'aac';
  if (audio === 'aac' && (silent || cannotConvertSound(lines))) return 'none';
  return null;
}
