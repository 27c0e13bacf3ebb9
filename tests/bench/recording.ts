import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { Fragment, StreamInfo } from '#contracts/media';
import { liveSection } from '../../config/sections/live.ts';
import { recordingsSection } from '../../config/sections/recordings.ts';
import { createDisks } from '../../recordings/disks.ts';
import { createRecorder, type Recorder } from '../../recordings/recorder.ts';
import { createSegmentStore } from '../../recordings/segment-store.ts';
import { createHub, type Hub } from '../../server/restream/hub.ts';
import { createSqliteDatabase } from '../../server/store/sqlite.ts';
import { ALWAYS } from '../fakes/recorder.ts';
import { bareRecording } from './bare-recording.ts';
import { round, say, table } from './figures.ts';

const CAMERAS = 40;
const SECONDS = 15;
const ROUNDS = 2;
/** Files are made, the ring is full, and the code is compiled before the count begins. */
const WARM_MS = 8000;
const FRAGMENT_MS = 100;
/** 2 Mbit/s. */
const FRAGMENT_BYTES = (2_000_000 / 8) * (FRAGMENT_MS / 1000);
const GROUP = 20;
const POOL = 2000;
const TIMESCALE = 90_000;

/**
 * What recording costs above live alone. In this process, one after the other: forty invented cameras push fragments
 * of 2 Mbit/s into the hub in real time, without a recorder, with one that leaves syncing to the system, and with the
 * default settings. CPU is user and system time of this process with all its threads; what the kernel does in threads
 * of its own (writing back, the journal) is not in it. Written is what the recorder hands to the disk. The cheapest of
 * two rounds counts: what else the machine does makes everything dearer, never cheaper. Beside it what no recorder can
 * do without: the digests, the writes and the syncs alone.
 */
export async function benchRecording(): Promise<void> {
  // The first run also compiles; it is not counted.
  await measure({ record: true, seconds: 3 });
  const rounds: { alone: Cost; unsynced: Cost; recorded: Cost; bareUnsynced: Cost; bare: Cost }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.push({
      alone: await measure({ record: false }),
      unsynced: await measure({ record: true, syncMs: 60_000 }),
      recorded: await measure({ record: true }),
      bareUnsynced: await measureBare(60_000),
      bare: await measureBare(recordingsSection.parse({}).syncMs),
    });
  }
  const best = (costs: readonly Cost[]): Cost => costs.reduce((a, b) => (b.cpuMs < a.cpuMs ? b : a));
  const alone = best(rounds.map((round) => round.alone));
  const unsynced = best(rounds.map((round) => round.unsynced));
  const recorded = best(rounds.map((round) => round.recorded));
  const bareUnsynced = best(rounds.map((round) => round.bareUnsynced));
  const bare = best(rounds.map((round) => round.bare));
  const row = (what: string, cost: Cost, beside?: Cost) => ({
    what,
    'CPU ms per camera-second': round(cost.cpuMs, 3),
    'above live': beside === undefined ? '' : round(cost.cpuMs - alone.cpuMs, 3),
    '÷ bare calls': beside === undefined ? '' : round((cost.cpuMs - alone.cpuMs) / beside.cpuMs, 2),
    'written ÷ received': cost.written === 0 ? '' : round(cost.written, 4),
    lost: cost.lost,
  });
  say(`\n## Recording, ${CAMERAS} cameras of 2 Mbit/s, ${SECONDS} s, best of ${ROUNDS}\n`);
  say(
    table([
      row('live alone', alone),
      row('recording, one sync a minute', unsynced, bareUnsynced),
      row('recording, one sync a second (default)', recorded, bare),
      row('bare calls, one sync a minute', bareUnsynced),
      row('bare calls, one sync a second', bare),
    ]),
  );
}

interface Cost {
  readonly cpuMs: number;
  readonly written: number;
  readonly lost: number;
}

async function measure(how: { record: boolean; syncMs?: number; seconds?: number }): Promise<Cost> {
  const seconds = how.seconds ?? SECONDS;
  const folder = await mkdtemp(join(tmpdir(), 'tamnhin-bench-'));
  const clock = systemClock;
  const log = silentLogger();
  const database = await createSqliteDatabase({ path: join(folder, 'tamnhin.db'), clock, log });
  const hub = createHub({ config: liveSection.parse({}), clock, log });
  const ids = Array.from({ length: CAMERAS }, (_, at) => `camera-${at}`);
  let recorder: Recorder | undefined;
  let closeDisks = (): void => {};
  if (how.record) {
    const defaultDirectory = join(folder, 'recordings');
    const append = async (): Promise<void> => {};
    const disks = await createDisks({ directories: [], defaultDirectory, freeBytes: 0, database, clock, log, append });
    await disks.look();
    closeDisks = disks.close;
    recorder = createRecorder({
      source: { read: (key, from) => hub.stream(key).read(from) },
      cameras: () => ids.map((id) => ({ id, roles: ['main'], policy: ALWAYS })),
      store: createSegmentStore(database),
      disks,
      config: recordingsSection.parse(how.syncMs === undefined ? {} : { syncMs: how.syncMs }),
      clock,
      log,
    });
    recorder.refresh();
  }
  const cameras = push(hub, ids);
  try {
    await new Promise((done) => setTimeout(done, WARM_MS));
    const [before, start] = [process.cpuUsage(), performance.now()];
    const [written, received] = [recorder?.figures().bytesWritten ?? 0, cameras.sentBytes()];
    await new Promise((done) => setTimeout(done, seconds * 1000));
    const { user, system } = process.cpuUsage(before);
    const cameraSeconds = ((performance.now() - start) / 1000) * CAMERAS;
    const { bytesWritten = 0, lostFragments = 0 } = recorder?.figures() ?? {};
    return {
      cpuMs: (user + system) / 1000 / cameraSeconds,
      written: (bytesWritten - written) / (cameras.sentBytes() - received),
      lost: lostFragments,
    };
  } finally {
    cameras.stop();
    await recorder?.stop();
    closeDisks();
    hub.close();
    await database.close();
    await rm(folder, { recursive: true });
  }
}

async function measureBare(syncMs: number): Promise<Cost> {
  const { flushMs } = recordingsSection.parse({});
  const pool = fragmentPool();
  let at = 0;
  const batch = (): Uint8Array[] =>
    Array.from({ length: Math.round(flushMs / FRAGMENT_MS) }, () => {
      at = (at + 1) % POOL;
      return pool[at] ?? new Uint8Array();
    });
  const how = { files: CAMERAS, seconds: SECONDS, warmMs: WARM_MS, writeMs: flushMs, syncMs, batch };
  return { cpuMs: await bareRecording(how), written: 0, lost: 0 };
}

/** More than caches hold: what is written comes from memory, as it does from cameras. */
function fragmentPool(): readonly Uint8Array[] {
  return Array.from({ length: POOL }, (_, at) => new Uint8Array(FRAGMENT_BYTES).fill(at));
}

/** Cameras that send in real time, not in step. */
function push(hub: Hub, ids: readonly string[]): { stop(): void; sentBytes(): number } {
  const pool = fragmentPool();
  let sent = 0;
  const info: StreamInfo = {
    generation: 1,
    video: { codec: 'avc1.64001f', width: 1280, height: 720, frameRate: 25 },
    audio: null,
    timescale: TIMESCALE,
    init: new Uint8Array(800),
  };
  const cameras = ids.map((cameraId, at) => {
    const sink = hub.sinkFor({ cameraId, role: 'main' });
    sink.info(info);
    return { sink, startMs: Date.now() + (at * FRAGMENT_MS) / ids.length, sequence: 0 };
  });
  const send = (): void => {
    const nowMs = Date.now();
    for (const camera of cameras) {
      const { sink, startMs, sequence } = camera;
      if (startMs + (sequence + 1) * FRAGMENT_MS > nowMs) continue;
      const fragment: Fragment = {
        generation: 1,
        sequence,
        decodeTime: (sequence * FRAGMENT_MS * TIMESCALE) / 1000,
        duration: (FRAGMENT_MS * TIMESCALE) / 1000,
        wallClockMs: startMs + sequence * FRAGMENT_MS,
        keyframe: sequence % GROUP === 0,
        pictures: 5,
        bytes: pool[sent % POOL] ?? new Uint8Array(),
      };
      camera.sequence += 1;
      sent += 1;
      sink.fragment(fragment);
    }
  };
  const timer = setInterval(send, FRAGMENT_MS / 10);
  return {
    sentBytes: () => sent * FRAGMENT_BYTES,
    stop() {
      clearInterval(timer);
    },
  };
}
