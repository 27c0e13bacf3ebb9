import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { ruleSchema } from '#contracts/rules';
import { COCO_CLASSES, modelCardSchema } from '../../analytics/detectors/model-card.ts';
import { createOnnxDetector, type OnnxDetector } from '../../analytics/detectors/onnx-detector.ts';
import type { Scene } from '../../analytics/rules/rule.ts';
import type { WatchRules } from '../../analytics/watch/interfaces.ts';
import { createWatches } from '../../analytics/watch/watches.ts';
import { createFrameDecoder } from '../../camera-adapters/ffmpeg/frame-decoder.ts';
import { configSchema } from '../../config/schema.ts';
import { createDetectionEvents } from '../../server/events/detection-events.ts';
import { createEventLog } from '../../server/events/event-log.ts';
import { createEventPictures } from '../../server/events/event-pictures.ts';
import { createHub } from '../../server/restream/hub.ts';
import { type Clip, makeClip, playClip } from '../fakes/clip-camera.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { material } from '../material.ts';
import { percentile, round, say, table } from './figures.ts';
import { cpuMs } from './process-cost.ts';

const SETTLE_S = 8;
const MEASURE_S = 20;
const clock = systemClock;
const log = silentLogger();

interface Case {
  readonly what: string;
  readonly clip: Clip;
  readonly cameras: number;
  /** Only what moves is decoded and looked at; otherwise every picture, whole. */
  readonly gate: boolean;
}

/**
 * What watching a camera costs, and how long it takes until an event is stored. Clips of 25 pictures a second with a key
 * frame every two seconds are played into the hub in real time, with the nano model on one thread and one rule that tells
 * of every person and vehicle once. CPU is that of this process with all its children (decoders) as the kernel counts it,
 * less that of the same clips played to nobody. Quiet is one picture of a street with the noise of a sensor; busy is a
 * square with people always in it. Latency runs from the arrival of a fragment to the event in the database, its picture
 * written.
 */
export async function benchAnalytics(): Promise<void> {
  const street = material('clips/campus_pedestrians_vtest.mp4');
  const model = material('models/yolox_nano_416.onnx');
  if (street === undefined || model === undefined) return;
  const still = "select='eq(n,0)',loop=loop=-1:size=1,setpts=N/25/TB,noise=alls=5:allf=t";
  const seconds = SETTLE_S + MEASURE_S + 2;
  const make = (filter: string): Promise<Clip> => makeClip({ seconds, groupSeconds: 2, file: street, filter });
  const [quiet, quietMain, busy] = [await make(still), await make(`scale=1280:720,${still}`), await make('null')];
  const detector = createOnnxDetector({ threads: 1, providers: ['cpu'], clock, log });
  const sha256 = createHash('sha256')
    .update(await readFile(model))
    .digest('hex');
  const card = { name: 'nano', licence: 'Apache-2.0', sha256, input: { channels: 'BGR' }, classes: COCO_CLASSES };
  await detector.load(model, modelCardSchema.parse(card));
  const cases: readonly Case[] = [
    { what: 'quiet, 640×360', clip: quiet, cameras: 8, gate: true },
    { what: 'quiet, 1280×720', clip: quietMain, cameras: 8, gate: true },
    { what: 'busy, 640×360', clip: busy, cameras: 3, gate: true },
    { what: 'quiet, 640×360, without gate', clip: quiet, cameras: 2, gate: false },
    { what: 'busy, 640×360, without gate', clip: busy, cameras: 2, gate: false },
    { what: 'quiet, 640×360, fifty', clip: quiet, cameras: 50, gate: true },
  ];
  try {
    const rows: Readonly<Record<string, string | number>>[] = [];
    for (const one of cases) rows.push(await measure(one, detector));
    say('\n## Watching a camera: CPU for each, decoding included, and frame to stored event\n');
    say(table(rows));
  } finally {
    await detector.close();
  }
}

async function measure({ what, clip, cameras, gate }: Case, detector: OnnxDetector) {
  const config = configSchema.parse({ analytics: { decode: gate ? 'whatMoves' : 'everything' } });
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-bench-'));
  const database = await createTemporaryDatabase();
  const hub = createHub({ config: config.live, clock, log });
  const events = createEventLog({ database, log });
  const pictures = await createEventPictures({ folder, mostBytes: 2 ** 28, clock, log });
  const told = createDetectionEvents({ pictures, append: events.append, newestPicture: async () => null, log });
  const ids = Array.from({ length: cameras }, (_, at) => `camera-${at}`);
  /** When each fragment came, by its wall-clock. */
  const arrivals: { wallClockMs: number; cameMs: number }[] = [];
  const latencies: number[] = [];
  events.onAppended(({ timeMs }) => {
    const arrival = arrivals.findLast(({ wallClockMs }) => wallClockMs <= timeMs);
    if (arrival !== undefined) latencies.push(Date.now() - arrival.cameMs);
  });
  const play = (): (() => void) => {
    const stops = ids.map((cameraId) => {
      const sink = hub.sinkFor({ cameraId, role: 'sub' });
      const noted: typeof sink = {
        info: sink.info,
        fragment(fragment) {
          arrivals.push({ wallClockMs: fragment.wallClockMs, cameMs: Date.now() });
          sink.fragment(fragment);
        },
      };
      return playClip(clip, noted, { atOnceSeconds: 0 });
    });
    return () => {
      for (const stop of stops) stop();
    };
  };
  let stopPlaying = play();
  const idle = await cost(5);
  stopPlaying();
  arrivals.length = 0;

  const rule = ruleSchema.parse({ id: 'r', name: 'All', enabled: true, kind: 'presence', area: null });
  const watches = createWatches({
    cameras: () => ids.map((id) => ({ id, class: 'normal', roles: ['sub'], view: '', masks: [] })),
    rules: { of: () => [rule], onChanged: () => () => {} },
    createRules: () => onceForEach(rule),
    source: { read: (key, how) => hub.stream(key).read(how) },
    decoder: createFrameDecoder({ ffmpegPath: config.cameras.ffmpegPath, clock, log }),
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
  watches.refresh();
  stopPlaying = play();
  await sleep(SETTLE_S * 1000);
  const before = { ...watches.figures(), looks: detector.figures().looks };
  const busyMs = await cost(MEASURE_S);
  const after = { ...watches.figures(), looks: detector.figures().looks };
  stopPlaying();
  await watches.close();
  await told.close();
  await events.close();
  hub.close();
  await database.close();
  await rm(folder, { recursive: true });
  const each = (value: number): number => round(value / MEASURE_S / cameras, 2);
  return {
    what,
    cameras,
    'CPU ms per s': round((busyMs - idle) / cameras, 1),
    'frames per s': each(after.frames - before.frames),
    'looks per s': each(after.looks - before.looks),
    'dropped per s': each(after.dropped - before.dropped),
    'heartbeat s': round(after.heartbeatAgeMs / 1000),
    events: latencies.length,
    'p50 ms': latencies.length === 0 ? '' : Math.round(percentile(latencies, 0.5)),
    'p95 ms': latencies.length === 0 ? '' : Math.round(percentile(latencies, 0.95)),
  };
}

/** Of this process and its children, ms of CPU for each second. */
async function cost(seconds: number): Promise<number> {
  const [before, startMs] = [cpuMs([process.pid]), performance.now()];
  await sleep(seconds * 1000);
  return ((cpuMs([process.pid]) - before) * 1000) / (performance.now() - startMs);
}

function onceForEach(rule: ReturnType<typeof ruleSchema.parse>): WatchRules {
  const known = new Set<number>();
  return {
    look: ({ tracks, atMs }: Scene) =>
      tracks.flatMap((track) => {
        if (known.has(track.id)) return [];
        known.add(track.id);
        return [{ rule, atMs, track }];
      }),
    crossings: [],
  };
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
