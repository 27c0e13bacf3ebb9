import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { RuleTrial } from '#contracts/rules';
import { createOnnxDetector, type OnnxDetector } from '../../analytics/detectors/onnx-detector.ts';
import { createRuleTrials, type RuleTrials } from '../../analytics/trials/rule-trials.ts';
import { createFrameDecoder } from '../../camera-adapters/ffmpeg/frame-decoder.ts';
import { createRecordedFragments } from '../../recordings/recorded-fragments.ts';
import { createSegmentStore } from '../../recordings/segment-store.ts';
import { type Clip, makeClip } from '../fakes/clip-camera.ts';
import { createTemporaryDatabase } from '../fakes/database.ts';
import { fakeDisks, fakeOpenSegments, recordClip } from '../fakes/recorded.ts';
import { redModel } from '../fakes/red-model.ts';
import { rule } from '../fakes/walks.ts';

/** Rules on recorded video: real files, a real decoder, a real (small) model; a red square is a person. */

const START = Date.UTC(2026, 6, 15, 3);
const SECONDS = 16;
const log = silentLogger();
/** Every eight seconds it comes in from the left and leaves to the right; it is in the middle after 3.3 s. */
const WALKS =
  "drawbox=c=gray:t=fill[ground];color=red:48x48:r=25[person];[ground][person]overlay=x='-60+mod(t\\,8)*60':y=80:shortest=1";
const CROSSES = {
  kind: 'line',
  line: [
    [0.5, 1],
    [0.5, 0],
  ],
  direction: 'both',
};

let folder: string;
let clip: Clip;
let detector: OnnxDetector;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-trials-'));
  clip = await makeClip({ seconds: SECONDS, filter: WALKS });
  const { file, card } = redModel();
  await writeFile(join(folder, 'red.onnx'), file);
  detector = createOnnxDetector({ threads: 1, providers: ['cpu'], clock: systemClock, log });
  await detector.load(join(folder, 'red.onnx'), card);
});
afterAll(async () => {
  await detector.close();
  await rm(folder, { recursive: true });
});

let database: Awaited<ReturnType<typeof createTemporaryDatabase>>;
let trials: RuleTrials<string>;
let disk: ReturnType<typeof fakeDisks>;
const trialsWith = (more: object = {}): RuleTrials<string> => {
  const store = createSegmentStore(database);
  return createRuleTrials<string>({
    ...{ recorded: createRecordedFragments({ store, disks: disk, open: fakeOpenSegments() }).runs, masksOf: () => [] },
    ...{ decoder: createFrameDecoder({ ffmpegPath: 'ffmpeg', clock: systemClock, log }), detector },
    ...{ framesPerSecond: 5, heartbeatMs: 2000, ownerId: (name) => name, clock: systemClock, log },
    ...more,
  });
};
beforeEach(async () => {
  database = await createTemporaryDatabase();
  disk = fakeDisks(join(folder, 'disk'));
  const store = createSegmentStore(database);
  // Half an hour lies between them.
  for (const startMs of [START, START + 1_800_000]) {
    await recordClip({ store, disk: disk.disk, cameraId: 'gate', clip, startMs });
  }
  trials = trialsWith();
});
afterEach(async () => {
  await trials.close();
  await database.close();
  await rm(join(folder, 'disk'), { recursive: true, force: true });
});

const hour = { fromMs: START, toMs: START + 3_600_000 };
const ended = (id: string, who = 'minh'): Promise<RuleTrial> =>
  expect
    .poll(() => trials.get(who, id), { timeout: 50_000 })
    .toMatchObject({ state: expect.stringMatching(/done|failed|stopped/) })
    .then(() => trials.get(who, id));

it('says when the rule would have told, also over a gap, and how much was looked at', async () => {
  const { id, state } = trials.start('minh', 'gate', { rule: rule(CROSSES), ...hour });
  expect(state).toBe('running');
  const trial = await ended(id);
  expect(trial).toMatchObject({ state: 'done', detail: null, hitCount: 4, atMs: hour.toMs });
  const expected = [3.3, 11.3, 1803.3, 1811.3].map((seconds) => START + seconds * 1000);
  for (const [at, { timeMs, label, score }] of trial.hits.entries()) {
    expect(label).toBe('person');
    expect(score).toBeGreaterThan(0.4);
    expect(Math.abs(timeMs - (expected[at] ?? 0))).toBeLessThan(1500);
  }
  expect(trial.lookedMs).toBeGreaterThan(28_000);
  expect(trial.lookedMs).toBeLessThan(36_000);
});

it('looks at its range only, and says so where nothing was recorded', async () => {
  const range = { fromMs: START + 8000, toMs: START + 60_000 };
  const one = await ended(trials.start('minh', 'gate', { rule: rule(CROSSES), ...range }).id);
  expect(one).toMatchObject({ state: 'done', hitCount: 1 });
  const empty = { fromMs: START + 600_000, toMs: START + 700_000 };
  const none = await ended(trials.start('minh', 'gate', { rule: rule(CROSSES), ...empty }).id);
  expect(none).toMatchObject({ state: 'done', hitCount: 0, lookedMs: 0 });
});

it('is the business of who started it, one at a time, and can be stopped', async () => {
  const { id } = trials.start('minh', 'gate', { rule: rule(CROSSES), ...hour });
  expect(() => trials.get('lan', id)).toThrow('there is no such trial');
  expect(() => trials.stop('lan', id)).toThrow('there is no such trial');
  expect(() => trials.start('minh', 'gate', { rule: rule(CROSSES), ...hour })).toThrow('still running');
  const second = trials.start('lan', 'gate', { rule: rule(CROSSES), ...hour });
  const third = trials.start('hoa', 'gate', { rule: rule(CROSSES), ...hour });
  expect([second.state, third.state]).toEqual(['running', 'waiting']);
  trials.stop('minh', id);
  expect((await ended(id)).state).toBe('stopped');
  trials.stop('lan', second.id);
  expect((await ended(third.id, 'hoa')).state).toBe('done');
});

it('tries a motion rule without a model, and refuses what cannot be tried', async () => {
  const blind = createOnnxDetector({ threads: 1, providers: ['cpu'], clock: systemClock, log });
  await trials.close();
  trials = trialsWith({ detector: blind });
  expect(() => trials.start('minh', 'gate', { rule: rule(CROSSES), ...hour })).toThrow('no model');
  const signal = rule({ kind: 'cameraSignal' });
  expect(() => trials.start('minh', 'gate', { rule: signal, ...hour })).toThrow('not in the recording');
  const motion = await ended(trials.start('minh', 'gate', { rule: rule({ kind: 'motion', area: null }), ...hour }).id);
  expect(motion.state).toBe('done');
  expect(motion.hitCount).toBeGreaterThanOrEqual(2);
  expect(motion.hits[0]).toMatchObject({ label: null, score: null });
  await blind.close();
});

it('says what is wrong where the recording cannot be read', async () => {
  await rm(join(folder, 'disk'), { recursive: true });
  const trial = await ended(trials.start('minh', 'gate', { rule: rule(CROSSES), ...hour }).id);
  expect(trial).toMatchObject({ state: 'failed', hitCount: 0 });
  expect(trial.detail).toContain('not there');
});
