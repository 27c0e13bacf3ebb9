import { createStillDecoder } from '../../camera-adapters/ffmpeg/still-decoder.ts';
import { type House, openHouse } from '../architecture/house.ts';
import { makeClip } from '../fakes/clip-camera.ts';
import { recordClip } from '../fakes/recorded.ts';
import { cameraInput } from '../fakes/register.ts';
import { percentile, round, say, table } from './figures.ts';

const CAMERAS = 100;
const DAYS = 30;
const DAY_MS = 86_400_000;
const FILE_MS = 600_000;
/** Each of so many files is missing: a gap somewhere in each morning and evening. */
const GAP_EVERY = 61;
const ASKS = 200;
const TOGETHER = 16;
const ROUNDS = 20;

/**
 * Time to answer the timeline of thirty days, from request to the last byte of the answer over HTTP in one process with
 * its asker, out of an invented index of a hundred cameras × thirty days of ten-minute files: each answer reads 4,250
 * rows and has some 70 spans. Alone: one request at a time, of cameras in turn. Together: sixteen cameras at once, as a
 * page of sixteen asks; the time is from the first request to each answer. A request that only says who one is, is the
 * measure of this machine.
 */
export async function benchTimeline(): Promise<void> {
  const house = await openHouse();
  try {
    const cameras = await inventIndex(house);
    const ask = await asker(house);
    const toMs = Math.floor(Date.now() / 1000) * 1000;
    const path = (at: number): string =>
      `/api/cameras/${cameras[at % CAMERAS]}/timeline?fromMs=${toMs - DAYS * DAY_MS}&toMs=${toMs}`;
    for (let at = 0; at < 20; at += 1) await ask(path(at));
    const [alone, floor]: [number[], number[]] = [[], []];
    for (let at = 0; at < ASKS; at += 1) {
      alone.push((await ask(path(at))).ms);
      floor.push((await ask('/api/session')).ms);
    }
    const together: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const answers = Array.from({ length: TOGETHER }, (_, at) => ask(path(round * TOGETHER + at)));
      together.push(...(await Promise.all(answers)).map(({ ms }) => ms));
    }
    const row = (what: string, times: readonly number[]) => ({
      what,
      answers: times.length,
      p50: round(percentile(times, 0.5)),
      p95: round(percentile(times, 0.95)),
      longest: round(Math.max(...times)),
      '÷ least request': round(percentile(times, 0.5) / percentile(floor, 0.5)),
    });
    say(`\n## Timeline of ${DAYS} days, ${CAMERAS} cameras in the index, ms\n`);
    say(table([row('a least request', floor), row('alone', alone), row(`${TOGETHER} cameras at once`, together)]));
  } finally {
    await house.close();
  }
}

/** Rows alone: a timeline reads no files. */
async function inventIndex({ register, database }: House): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let at = 0; at < CAMERAS; at += 1) {
    ids.push((await register.create(cameraInput({ name: `Camera ${at}` }))).camera.id);
  }
  const files = (DAYS * DAY_MS) / FILE_MS;
  const endMs = Math.floor(Date.now() / 1000) * 1000;
  for (const id of ids) {
    await database.run(
      `WITH RECURSIVE file (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM file WHERE n + 1 < ?)
       INSERT INTO recording_segments (camera_id, role, disk_id, path, state, start_ms, end_ms, bytes, init_bytes,
         head_bytes, fragments, timescale, codec, audio_codec, width, height, previous_head, head)
       SELECT ?, 'main', 'disk', ? || '/' || n, 'closed', ? - (n + 1) * ${FILE_MS}, ? - n * ${FILE_MS}, 150000000, 800,
         1000, 3000, 90000, 'avc1.64001f', NULL, 1280, 720, zeroblob(32), zeroblob(32)
       FROM file WHERE n % ${GAP_EVERY} > 0`,
      files,
      id,
      id,
      endMs,
      endMs,
    );
  }
  return ids;
}

const STILLS = 60;
const AT_ONCE = 4;

/**
 * Thumbnails per second over HTTP, four asked for at a time, 320 pixels wide: cold, each from another key frame of
 * 640×360 H.264 by decoders that stay; and again, kept in memory. Decoding itself is what FFmpeg takes.
 */
export async function benchThumbnails(): Promise<void> {
  const house = await openHouse({ decoder: createStillDecoder({ ffmpegPath: 'ffmpeg' }) });
  try {
    const clip = await makeClip({ seconds: STILLS + 1 });
    const startMs = Date.now() - 600_000;
    const cameraId = house.inside.id;
    await recordClip({ ...house.recording, cameraId, clip, startMs });
    const ask = await asker(house);
    const pass = async (): Promise<{ perSecond: number; times: number[] }> => {
      const queue = Array.from({ length: STILLS }, (_, at) => startMs + at * 1000 + 500).values();
      const times: number[] = [];
      const begun = performance.now();
      const work = async (): Promise<void> => {
        for (const atMs of queue) {
          times.push((await ask(`/recordings/${cameraId}/thumbnail.jpg?atMs=${atMs}&width=320`)).ms);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      return { perSecond: STILLS / ((performance.now() - begun) / 1000), times };
    };
    const [cold, kept] = [await pass(), await pass()];
    const row = (what: string, { perSecond, times }: typeof cold) => ({
      what,
      'per second': round(perSecond),
      'p50 ms': round(percentile(times, 0.5)),
      'p95 ms': round(percentile(times, 0.95)),
      '÷ cold': round(perSecond / cold.perSecond),
    });
    say(`\n## Thumbnails, ${STILLS}, ${AT_ONCE} at a time\n`);
    say(table([row('cold', cold), row('kept', kept)]));
  } finally {
    await house.close();
  }
}

/** Somebody who may see everything; each answer with the ms that it took to its last byte. */
async function asker(house: House): Promise<(path: string) => Promise<{ ms: number }>> {
  await house.person('bench', [{ role: 'operator', scope: house.scopes.all }]);
  const { headers } = await house.signIn('bench', () => true);
  return async (path) => {
    const begun = performance.now();
    const reply = await fetch(new URL(path, house.url), { headers });
    await reply.arrayBuffer();
    if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
    return { ms: performance.now() - begun };
  };
}
