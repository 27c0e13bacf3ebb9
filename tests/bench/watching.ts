import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { type Rule, ruleSchema } from '#contracts/rules';
import type { OnnxDetector } from '../../analytics/detectors/onnx-detector.ts';
import { createCameraRules } from '../../analytics/rules/camera-rules.ts';
import { createWatches } from '../../analytics/watch/watches.ts';
import { createFrameDecoder } from '../../camera-adapters/ffmpeg/frame-decoder.ts';
import { createKeyFrameDecoders } from '../../camera-adapters/ffmpeg/key-frame-decoders.ts';
import { createKeyFrameDecoder } from '../../camera-adapters/ffmpeg/key-frame-frames.ts';
import { configSchema } from '../../config/schema.ts';
import { createDetectionEvents } from '../../server/events/detection-events.ts';
import { createEventLog } from '../../server/events/event-log.ts';
import { createEventPictures } from '../../server/events/event-pictures.ts';
import { createHub } from '../../server/restream/hub.ts';
import { type Clip, playClip } from '../fakes/clip-camera.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { cpuMs } from './process-cost.ts';

const clock = systemClock;
const log = silentLogger();
/** Cameras do not begin together. */
const APART_MS = 370;

export interface Stored {
  readonly cameraId: string;
  /** When its picture was taken, and when it was in the database with that picture written. */
  readonly timeMs: number;
  readonly storedMs: number;
}

/** Cameras that are played in real time and watched, with all that stands between a fragment and a stored event. */
export interface Watching {
  /** Adds cameras, one after another; resolves when the last has begun. */
  add(cameras: number, clip: Clip): Promise<void>;
  readonly stored: readonly Stored[];
  /** When a camera's first picture was taken. */
  begunMs(cameraId: string): number;
  /** When the fragment with the picture of this moment had come in; `undefined` where none has. */
  arrivalOf(cameraId: string, pictureMs: number): number | undefined;
  figures(): {
    readonly looks: number;
    readonly frames: number;
    readonly dropped: number;
    readonly heartbeatAgeMs: number;
  };
  readonly heartbeatMs: number;
  close(): Promise<void>;
}

export async function startWatching(detector: OnnxDetector, gate: boolean): Promise<Watching> {
  const config = configSchema.parse({ analytics: { decode: gate ? 'whatMoves' : 'everything' } });
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-bench-'));
  const database = await createTemporaryDatabase();
  const hub = createHub({ config: config.live, clock, log });
  const events = createEventLog({ database, log });
  const pictures = await createEventPictures({ folder, mostBytes: 2 ** 28, clock, log });
  const told = createDetectionEvents({ pictures, append: events.append, newestPicture: async () => null, log });
  const draft = { id: 'r', name: 'All', enabled: true, kind: 'presence', area: null, labels: ['person'] };
  const rule: Rule = ruleSchema.parse(draft);
  const keyFrames = createKeyFrameDecoders({ ffmpegPath: config.cameras.ffmpegPath, clock, log });
  const ids: string[] = [];
  const stops: (() => void)[] = [];
  const arrivals = new Map<string, { readonly fromMs: number; readonly toMs: number; readonly cameMs: number }[]>();
  const stored: Stored[] = [];
  events.onAppended(({ timeMs, cameraId }) => {
    if (cameraId !== null) stored.push({ cameraId, timeMs, storedMs: Date.now() });
  });
  const watches = createWatches({
    cameras: () => ids.map((id) => ({ id, class: 'normal', roles: ['sub'], view: '', masks: [] })),
    rules: { of: () => [rule], onChanged: () => () => {} },
    createRules: createCameraRules,
    source: { read: (key, how) => hub.stream(key).read(how) },
    decoder: createFrameDecoder({ ffmpegPath: config.cameras.ffmpegPath, clock, log }),
    keyFrames: createKeyFrameDecoder(keyFrames),
    detector,
    listener: {
      hit({ cameraId, hit, trackId, path, frame, model }) {
        const { track, atMs } = hit;
        told.told({
          ...{ cameraId, rule, atMs, frame, model, count: null, direction: null, signal: null },
          track: track === null || trackId === null ? null : { ...track, id: trackId, path },
        });
      },
      scene: () => {},
    },
    ...{ config: config.analytics, clock, log, gate },
  });
  const looksBefore = detector.figures().looks;

  function play(cameraId: string, clip: Clip): void {
    const came: { fromMs: number; toMs: number; cameMs: number }[] = [];
    arrivals.set(cameraId, came);
    const sink = hub.sinkFor({ cameraId, role: 'sub' });
    const noted: typeof sink = {
      info: sink.info,
      fragment(fragment) {
        const fromMs = fragment.wallClockMs;
        came.push({ fromMs, toMs: fromMs + (fragment.duration * 1000) / clip.info.timescale, cameMs: Date.now() });
        sink.fragment(fragment);
      },
    };
    stops.push(playClip(clip, noted, { atOnceSeconds: 0 }));
  }

  return {
    async add(cameras, clip) {
      for (let at = 0; at < cameras; at += 1) {
        const cameraId = `camera-${ids.length}`;
        ids.push(cameraId);
        play(cameraId, clip);
        watches.refresh();
        await sleep(APART_MS);
      }
    },
    stored,
    begunMs: (cameraId) => arrivals.get(cameraId)?.[0]?.fromMs ?? Number.NaN,
    arrivalOf: (cameraId, pictureMs) =>
      // A millisecond: times of pictures are rounded.
      arrivals.get(cameraId)?.find(({ fromMs, toMs }) => pictureMs >= fromMs - 1 && pictureMs < toMs)?.cameMs,
    figures: () => ({ ...watches.figures(), looks: detector.figures().looks - looksBefore }),
    heartbeatMs: config.analytics.heartbeatSeconds * 1000,
    async close() {
      for (const stop of stops) stop();
      await watches.close();
      await keyFrames.close();
      await told.close();
      await events.close();
      hub.close();
      await database.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** What playing this clip costs for each camera when nobody watches, ms of CPU for each second. */
export async function playingCost(clip: Clip, cameras: number): Promise<number> {
  const hub = createHub({ config: configSchema.parse({}).live, clock, log });
  const stops = Array.from({ length: cameras }, (_, at) =>
    playClip(clip, hub.sinkFor({ cameraId: String(at), role: 'sub' }), { atOnceSeconds: 0 }),
  );
  const each = (await cost(5)).ownMs / cameras;
  for (const stop of stops) stop();
  hub.close();
  return each;
}

/** ms of CPU for each second: of this process and its children, and of all others on the machine. */
export async function cost(seconds: number): Promise<{ readonly ownMs: number; readonly othersMs: number }> {
  const [own, all, startMs] = [cpuMs([process.pid]), machineMs(), performance.now()];
  await sleep(seconds * 1000);
  const perSecond = 1000 / (performance.now() - startMs);
  const ownMs = (cpuMs([process.pid]) - own) * perSecond;
  return { ownMs, othersMs: Math.max(0, (machineMs() - all) * perSecond - ownMs) };
}

/** What all cores have been busy, ms. */
function machineMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
