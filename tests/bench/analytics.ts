import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { COCO_CLASSES, modelCardSchema } from '../../analytics/detectors/model-card.ts';
import { createOnnxDetector, type OnnxDetector } from '../../analytics/detectors/onnx-detector.ts';
import type { Clip } from '../fakes/clip-camera.ts';
import { material } from '../material.ts';
import { percentile, round, say, table } from './figures.ts';
import { benchOnScreen } from './on-screen.ts';
import { COMES, emptyRoom, somebodyComes, standingPeople, stillRoom, walkingPeople } from './watched-clips.ts';
import { cost, playingCost, sleep, startWatching, type Watching } from './watching.ts';

/** Those who stand are known to stand after eight seconds; a decoder of everything stays for twenty more. */
const SETTLE_S = 40;
const MEASURE_S = 30;
const STEPS = [10, 20, 30, 40, 50];
/** Of one step to the next. */
const STEP_SETTLE_S = 12;
/** Key frames come every two seconds: the heartbeat is kept if the whole picture is looked at within this of its time. */
const SLIPS_MS = 3000;
const VISIT_ROUNDS = 6;
const VISITED_CAMERAS = 6;

interface Case {
  readonly what: string;
  readonly clip: Clip;
  readonly cameras: number;
  /** Only what moves is decoded and looked at; otherwise every picture, whole. */
  readonly gate: boolean;
}

/**
 * What watching a camera costs, and how long it takes until an event is stored, and seen by a person. Clips of 25
 * pictures a second with a key frame every two seconds are played into the hub in real time (fragments of 200 ms), with
 * the nano model on one thread and one rule that tells of every person once. CPU is that of this process with all its
 * children (decoders) as the kernel counts it, from when the cameras have been watched for `SETTLE_S`, less that of the
 * same clips played to nobody. What other programs take of the machine meanwhile is told: without it no latency says
 * anything.
 */
export async function benchAnalytics(): Promise<void> {
  const [street, indoor] = [
    material('clips/campus_pedestrians_vtest.mp4'),
    material('clips/indoor_one_by_one_person.mp4'),
  ];
  const model = material('models/yolox_nano_416.onnx');
  if (street === undefined || indoor === undefined || model === undefined) return;
  const detector = createOnnxDetector({ threads: 1, providers: ['cpu'], clock: systemClock, log: silentLogger() });
  const sha256 = createHash('sha256')
    .update(await readFile(model))
    .digest('hex');
  const card = { name: 'nano', licence: 'Apache-2.0', sha256, input: { channels: 'BGR' }, classes: COCO_CLASSES };
  await detector.load(model, modelCardSchema.parse(card));
  try {
    const seconds = SETTLE_S + MEASURE_S + 8;
    const room = await emptyRoom(indoor, (STEP_SETTLE_S + MEASURE_S / 2 + 4) * STEPS.length + 10);
    const walking = await walkingPeople(street, seconds);
    const standing = await standingPeople(street, seconds);
    const cases: readonly Case[] = [
      { what: 'empty room, 640×360', clip: room, cameras: 10, gate: true },
      { what: 'empty room, 1280×720', clip: await emptyRoom(indoor, seconds, '1280:720'), cameras: 10, gate: true },
      {
        what: 'empty room that stands still, 640×360',
        clip: await stillRoom(indoor, seconds),
        cameras: 10,
        gate: true,
      },
      { what: 'people who stand still, 640×360', clip: standing, cameras: 10, gate: true },
      { what: 'people always walking, 640×360', clip: walking, cameras: 3, gate: true },
      { what: 'empty room, without gate', clip: room, cameras: 2, gate: false },
      { what: 'people always walking, without gate', clip: walking, cameras: 2, gate: false },
    ];
    const rows: Readonly<Record<string, string | number>>[] = [];
    for (const one of cases) rows.push(await measure(one, detector));
    say('\n## Watching a camera: CPU for each, decoding included\n');
    say(table(rows));
    await visits(detector, await somebodyComes(indoor, COMES.everyS * (VISIT_ROUNDS + 1)));
    await untilItSlips('all in an empty room', detector, room);
    await untilItSlips('one of ten with people always walking', detector, room, await walkingPeople(street, 200));
  } finally {
    await detector.close();
  }
  await benchOnScreen(indoor, model);
}

async function measure({ what, clip, cameras, gate }: Case, detector: OnnxDetector) {
  const playing = await playingCost(clip, cameras);
  const watching = await startWatching(detector, gate);
  await watching.add(cameras, clip);
  await sleep(SETTLE_S * 1000);
  const part = await measured(watching, MEASURE_S, cameras);
  const latencies = fromPicture(watching, Date.now() - MEASURE_S * 1000);
  await watching.close();
  return {
    ...{ what, cameras },
    'CPU ms per s': round(part.busyMs / cameras - playing, 1),
    'clip player': round(playing, 1),
    ...part.shown,
    'others ms per s': round(part.othersMs, 0),
    ...spread('frame → stored', latencies),
  };
}

/** Of so many seconds from now on. */
async function measured(watching: Watching, seconds: number, cameras: number) {
  const before = watching.figures();
  let oldestMs = 0;
  const timer = setInterval(() => {
    oldestMs = Math.max(oldestMs, watching.figures().heartbeatAgeMs);
  }, 200);
  const { ownMs: busyMs, othersMs } = await cost(seconds);
  clearInterval(timer);
  const after = watching.figures();
  const each = (value: number): number => round(value / seconds / cameras, 2);
  return {
    ...{ busyMs, othersMs, oldestMs },
    shown: {
      'frames per s': each(after.frames - before.frames),
      'looks per s': each(after.looks - before.looks),
      'dropped per s': each(after.dropped - before.dropped),
      'oldest heartbeat s': round(oldestMs / 1000),
    },
  };
}

/** From the arrival of the picture in which a rule saw it to the event in the database. */
function fromPicture({ stored, arrivalOf }: Watching, sinceMs: number): readonly number[] {
  return stored.flatMap(({ cameraId, timeMs, storedMs }) => {
    const cameMs = arrivalOf(cameraId, timeMs);
    return cameMs === undefined || storedMs < sinceMs ? [] : [storedMs - cameMs];
  });
}

/**
 * Somebody who was not there is there from one picture to the next, in a room that has been empty for ten seconds; from
 * the arrival of the first fragment that shows them to the event stored.
 */
async function visits(detector: OnnxDetector, clip: Clip): Promise<void> {
  const watching = await startWatching(detector, true);
  await watching.add(VISITED_CAMERAS, clip);
  await sleep(COMES.everyS * VISIT_ROUNDS * 1000);
  const [took, sights]: [number[], number[]] = [[], []];
  let unseen = 0;
  for (let visit = 0; visit < VISITED_CAMERAS * (VISIT_ROUNDS - 1); visit += 1) {
    const cameraId = `camera-${visit % VISITED_CAMERAS}`;
    const secondsIn = COMES.atS + Math.floor(visit / VISITED_CAMERAS) * COMES.everyS;
    const comesMs = watching.begunMs(cameraId) + secondsIn * 1000;
    const cameMs = watching.arrivalOf(cameraId, comesMs + 1);
    const event = watching.stored.find(
      (each) => each.cameraId === cameraId && each.timeMs >= comesMs - 100 && each.timeMs < comesMs + 3000,
    );
    if (event === undefined || cameMs === undefined) unseen += 1;
    else {
      sights.push(event.timeMs - comesMs);
      took.push(event.storedMs - cameMs);
    }
  }
  const fromDecision = fromPicture(watching, 0);
  const told = watching.stored.length;
  await watching.close();
  say(`\n## Somebody comes into a quiet picture (${VISITED_CAMERAS} cameras, ${took.length + unseen} visits)\n`);
  say(
    table([
      { what: 'first fragment that shows them → event stored', ...spread('', took) },
      { what: 'of that, until the picture that decided was taken', ...spread('', sights) },
      { what: 'that picture in the hub → event stored', ...spread('', fromDecision) },
    ]),
  );
  say(`${unseen} visits were not told of; ${told} events in all.`);
}

/** More and more cameras; what is said of a number is measured when those have settled. */
async function untilItSlips(what: string, detector: OnnxDetector, quiet: Clip, busy?: Clip): Promise<void> {
  const playing = await playingCost(quiet, 50);
  const watching = await startWatching(detector, true);
  const rows: Readonly<Record<string, string | number>>[] = [];
  let count = 0;
  for (const cameras of STEPS) {
    if (busy !== undefined) await watching.add(1, busy);
    await watching.add(cameras - count - (busy === undefined ? 0 : 1), quiet);
    count = cameras;
    await sleep(STEP_SETTLE_S * 1000);
    const sinceMs = Date.now();
    const { busyMs, othersMs, oldestMs, shown } = await measured(watching, MEASURE_S / 2, cameras);
    rows.push({
      cameras,
      'CPU ms per s, all': round(busyMs, 0),
      'of that, playing the clips': round(playing * cameras, 0),
      'others ms per s': round(othersMs, 0),
      ...shown,
      slips: oldestMs > watching.heartbeatMs + SLIPS_MS ? 'yes' : 'no',
      ...spread('frame → stored', fromPicture(watching, sinceMs)),
    });
  }
  await watching.close();
  say(`\n## Cameras on this machine until the heartbeat of ${watching.heartbeatMs / 1000} s slips: ${what}\n`);
  say(table(rows));
}

function spread(what: string, values: readonly number[]) {
  const of = (share: number): string | number => (values.length === 0 ? '' : Math.round(percentile(values, share)));
  const name = what === '' ? '' : `${what} `;
  return { [`${name}events`]: values.length, 'p50 ms': of(0.5), 'p95 ms': of(0.95) };
}
