import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { systemClock } from '#base/clock';
import type { Database } from '#base/database';
import { silentLogger } from '#base/log';
import { createShutdown } from '#base/shutdown';
import type { DetectionData, TamnhinEvent } from '#contracts/events';
import { type Rule, type RuleDraft, ruleSchema } from '#contracts/rules';
import { createOnnxDetector, type OnnxDetector } from '../../analytics/detectors/onnx-detector.ts';
import type { Hit, Scene } from '../../analytics/rules/rule.ts';
import { createKeyFrameDecoders } from '../../camera-adapters/ffmpeg/key-frame-decoders.ts';
import { createKeyFrameDecoder } from '../../camera-adapters/ffmpeg/key-frame-frames.ts';
import { createStillDecoder } from '../../camera-adapters/ffmpeg/still-decoder.ts';
import { configSchema } from '../../config/schema.ts';
import { type Analytics, createAnalytics } from '../../server/analytics-part.ts';
import { createEventLog, type EventLog } from '../../server/events/event-log.ts';
import { createEventPictures, type EventPictures } from '../../server/events/event-pictures.ts';
import { createHub, type Hub } from '../../server/restream/hub.ts';
import { type Clip, makeClip, playClip } from '../fakes/clip-camera.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { redModel } from '../fakes/red-model.ts';
import { cameraInput, createTestRegister, type TestRegister } from '../fakes/register.ts';

/** From a camera's fragments to a stored event with its picture, all parts real; only the rule is simple. */
const log = silentLogger();
const COMES_AFTER_S = 8;

/** A grey yard; something red comes from the left. */
let clip: Clip;
beforeAll(async () => {
  const place = `x='if(lt(t,${COMES_AFTER_S}),-100,-80+(t-${COMES_AFTER_S})*80)':y=48`;
  clip = await makeClip({
    seconds: 14,
    filter: `drawbox=c=0x606060:t=fill[yard];color=red:size=80x80:rate=25[red];[yard][red]overlay=${place}:shortest=1`,
  });
});

/** Says once that something was recognised, that something moved, or what the camera said. */
function simpleRules(rules: readonly Rule[]) {
  const told = new Set<string>();
  const hitsOf = (rule: Rule, { tracks, motion, signals }: Scene): readonly Hit[] => {
    if (rule.kind === 'cameraSignal') return signals.map(({ topic }) => ({ track: null, signal: topic }));
    if (told.has(rule.id)) return [];
    const hit = rule.kind === 'presence' ? tracks.find(({ seen }) => seen) : undefined;
    if (hit === undefined && (rule.kind !== 'motion' || (motion?.regions.length ?? 0) === 0)) return [];
    told.add(rule.id);
    return [{ track: hit ?? null }];
  };
  return {
    look: (scene: Scene) =>
      rules.flatMap((rule) => hitsOf(rule, scene).map((hit) => ({ ...hit, rule, atMs: scene.atMs }))),
    crossings: [],
  };
}
const rule = (draft: Partial<RuleDraft>): Rule =>
  ruleSchema.parse({ id: 'r', name: 'Yard', enabled: true, severity: 'severe', ...draft });

let folder: string;
let database: Database & { close(): Promise<void> };
let hub: Hub;
let test: TestRegister;
let events: EventLog;
let pictures: EventPictures;
let detector: OnnxDetector;
let analytics: Analytics;
let told: TamnhinEvent[];
let cameraId: string;
let rules: readonly Rule[];
let listeners: ((cameraId: string) => void)[];
/** As the camera reports it, while somebody listens. */
let report: (topic: string) => void;
let stopping: ReturnType<typeof createShutdown>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-detection-'));
  const config = configSchema.parse({ data: { directory: folder } });
  stopping = createShutdown(log);
  database = await createTemporaryDatabase();
  hub = createHub({ config: config.live, clock: systemClock, log });
  test = await createTestRegister(database);
  events = createEventLog({ database, log });
  pictures = await createEventPictures({ folder: join(folder, 'p'), mostBytes: 2 ** 26, clock: systemClock, log });
  told = [];
  events.onAppended((event) => void told.push(event));
  rules = [];
  listeners = [];
  report = () => {};
  detector = createOnnxDetector({ threads: 1, providers: ['cpu'], clock: systemClock, log });
  stopping.add('detector', () => detector.close());
  const keyFrames = createKeyFrameDecoders({ ffmpegPath: 'ffmpeg', clock: systemClock, log });
  stopping.add('key frame decoders', () => keyFrames.close());
  analytics = createAnalytics(
    { config, clock: systemClock, log, shutdown: stopping },
    {
      ...{ events, pictures, hub, detector, register: test.register },
      supervisor: {
        onSteered: () => () => {},
        signals: (_, onSignal, signal) =>
          new Promise((resolve) => {
            report = (topic) => onSignal({ topic, atMs: Date.now() });
            signal.addEventListener('abort', () => resolve(), { once: true });
          }),
      },
      rolesOf: () => ['main'],
      stills: createStillDecoder({ ffmpegPath: 'ffmpeg', decoders: keyFrames }),
      keyFrames: createKeyFrameDecoder(keyFrames),
      rules: {
        of: (id) => (id === cameraId ? rules : []),
        onChanged(listener) {
          listeners.push(listener);
          return () => {};
        },
      },
      createRules: simpleRules,
    },
  );
  cameraId = (await test.register.create(cameraInput())).camera.id;
  analytics.start();
});
afterEach(async () => {
  await stopping.run();
  hub.close();
  await events.close();
  await database.close();
  await rm(folder, { recursive: true });
});

function setRules(...next: readonly Rule[]): void {
  rules = next;
  for (const listener of listeners) listener(cameraId);
}
const play = (): (() => void) => playClip(clip, hub.sinkFor({ cameraId, role: 'main' }), { atOnceSeconds: 0 });
const until = (is: () => boolean): Promise<boolean> => vi.waitUntil(is, { timeout: 30_000, interval: 20 });
const detection = (event: TamnhinEvent | undefined): DetectionData => {
  if (event === undefined || !('ruleId' in event.data)) throw new Error('no detection');
  return event.data;
};

it('tells who came, with the picture in which he was seen, and decodes little before', async () => {
  const { file, card } = redModel();
  await writeFile(join(folder, 'red.onnx'), file);
  await detector.load(join(folder, 'red.onnx'), card);
  setRules(rule({ kind: 'presence', area: null, receivers: ['police'] }));
  expect(hub.figures().readers).toBe(1);
  const begunMs = Date.now();
  const stop = play();
  await vi.waitUntil(() => Date.now() - begunMs > (COMES_AFTER_S - 0.5) * 1000, { timeout: 30_000 });
  // Three groups to learn at five a second, then key frames; all would be 37.
  expect(analytics.figures().frames).toBeLessThan(31);
  expect(told).toEqual([]);
  await until(() => told.length > 0);
  stop();

  const [event] = told;
  expect(event).toMatchObject({ type: 'vn.tamnhin.detection.presence', cameraId, severity: 'severe' });
  const data = detection(event);
  expect(data).toMatchObject({ label: 'person', model: 'Red and blue', alert: { receivers: ['police'] } });
  expect(data.trackId).toMatch(/-\d+$/);
  expect(data.path.length).toBeGreaterThanOrEqual(1);
  const cameMs = (event?.timeMs ?? 0) - begunMs - COMES_AFTER_S * 1000;
  expect(cameMs).toBeGreaterThan(0);
  expect(cameMs).toBeLessThan(3000);
  const jpeg = await pictures.read(cameraId, data.pictures ?? '', 'during');
  const { data: pixels, info } = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 320, height: 180 });
  const { left = 0, top = 0, width = 0, height = 0 } = data.box ?? {};
  const [x, y] = [Math.floor((left + width / 2) * info.width), Math.floor((top + height / 2) * info.height)];
  const at = (y * info.width + x) * 3;
  expect(pixels[at]).toBeGreaterThan(150);
  expect(pixels[at + 1]).toBeLessThan(100);

  setRules();
  await until(() => hub.figures().readers === 0);
});

it('tells of motion where there is no model, and of what the camera reports with its newest picture', async () => {
  setRules(rule({ kind: 'motion', area: null }), rule({ id: 's', kind: 'cameraSignal', alert: false }));
  const stop = play();
  await until(() => told.length > 0);
  expect(detection(told[0])).toMatchObject({ ruleId: 'r', label: null, box: null, model: null });
  setRules(rule({ id: 's', kind: 'cameraSignal', alert: false }));
  await until(() => hub.figures().readers === 0);
  report('RuleEngine/LineDetector/Crossed');
  await until(() => told.length > 1);
  stop();
  const data = detection(told[1]);
  expect(data).toMatchObject({ signal: 'RuleEngine/LineDetector/Crossed', alert: null });
  expect(await sharp(await pictures.read(cameraId, data.pictures ?? '', 'during')).metadata()).toMatchObject({
    width: 320,
  });
});
