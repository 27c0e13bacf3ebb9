import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import { liveSection } from '../../config/sections/live.ts';
import { recordingsSection } from '../../config/sections/recordings.ts';
import { createDisks } from '../../recordings/disks.ts';
import { createRecorder } from '../../recordings/recorder.ts';
import { createSegmentStore } from '../../recordings/segment-store.ts';
import { createHub } from '../../server/restream/hub.ts';
import { createSqliteDatabase } from '../../server/store/sqlite.ts';
import { readClip } from './clip-camera.ts';
import { ALWAYS } from './recorder.ts';

/**
 * `recording-program.ts <folder> <clip>`: a program to be killed. It records eight streams of a clip that is played over and
 * over in real time, and writes a line on standard output for each fragment, before it goes into the hub:
 * `<camera> <sequence> <end, wall-clock ms>`; and once, when something of each is on the disk, `recording`.
 */
const STREAMS = 8;
const [, , folder = '', clipPath = ''] = process.argv;

const clock = systemClock;
const log = silentLogger();
const config = recordingsSection.parse({});
const clip = await readClip(clipPath);
const database = await createSqliteDatabase({ path: `${folder}/tamnhin.db`, clock, log });
const hub = createHub({ config: liveSection.parse({}), clock, log });
const disks = await createDisks({
  directories: [],
  defaultDirectory: `${folder}/recordings`,
  freeBytes: 2 ** 20,
  database,
  clock,
  log,
  append: async () => {},
});
await disks.look();
const ids = Array.from({ length: STREAMS }, (_, at) => `camera-${at}`);
const recorder = createRecorder({
  source: { read: (key, how) => hub.stream(key).read(how) },
  cameras: () => ids.map((id) => ({ id, roles: ['main'], policy: ALWAYS })),
  store: createSegmentStore(database),
  disks,
  config,
  clock,
  log,
});
recorder.refresh();

const tickMs = 1000 / clip.info.timescale;
const lengthMs = clip.fragments.reduce((sum, { duration }) => sum + duration * tickMs, 0);
ids.forEach((cameraId, at) => {
  const sink = hub.sinkFor({ cameraId, role: 'main' });
  sink.info(clip.info);
  // Cameras do not send in step.
  const startMs = Date.now() + at * 25;
  let sent = 0;
  const play = (): void => {
    for (;;) {
      const fragment = clip.fragments[sent % clip.fragments.length];
      if (fragment === undefined) return;
      const round = Math.floor(sent / clip.fragments.length);
      const wallClockMs = startMs + round * lengthMs + fragment.decodeTime * tickMs;
      const endMs = wallClockMs + fragment.duration * tickMs;
      if (endMs > Date.now()) return;
      const decodeTime = fragment.decodeTime + Math.round((round * lengthMs) / tickMs);
      process.stdout.write(`${cameraId} ${sent} ${endMs}\n`);
      sink.fragment({ ...fragment, sequence: sent, decodeTime, wallClockMs });
      sent += 1;
    }
  };
  setInterval(play, 10);
});

const begun = setInterval(() => {
  if (!ids.every((cameraId) => (recorder.of({ cameraId, role: 'main' })?.segment.fragments ?? 0) > 0)) return;
  clearInterval(begun);
  process.stdout.write('recording\n');
}, 10);
