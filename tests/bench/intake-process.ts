import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { systemClock } from '#base/clock';
import { paceCollector } from '#base/collector-pace';
import { silentLogger } from '#base/log';
import { createSharedMemory } from '#base/picture-memory';
import type { Fragment, FragmentSink, StreamInfo } from '#contracts/media';
import { createIntake } from '../../camera-adapters/rtsp/intake.ts';
import { liveSection } from '../../config/sections/live.ts';
import { recordingsSection } from '../../config/sections/recordings.ts';
import { createDisks } from '../../recordings/disks.ts';
import { createRecorder } from '../../recordings/recorder.ts';
import { createSegmentStore } from '../../recordings/segment-store.ts';
import { createHub } from '../../server/restream/hub.ts';
import { createSqliteDatabase } from '../../server/store/sqlite.ts';
import { ALWAYS } from '../fakes/recorder.ts';
import { openRtspPlayer } from '../fakes/rtsp-player.ts';
import { percentile } from './figures.ts';

/** One way of taking cameras in, in a process of its own, so that its cost can be told from everything else. */

export type IntakeKind = 'discard' | 'live' | 'recorded' | 'ffmpeg' | 'ffmpeg recording';

export interface IntakeOrder {
  readonly kind: IntakeKind;
  readonly urls: readonly string[];
  readonly fragmentMs: number;
  /** Threads of our client; 0 for the main thread. */
  readonly threads: number;
  /** A new folder for what is written. */
  readonly folder: string;
}

export interface IntakeFigures {
  /** ms from dialling to the first fragment, or the first bytes of the stream where there are none. */
  readonly firstP50: number;
  readonly firstP95: number;
  /** ms; the longest wait for a fragment beyond the length of the one before. */
  readonly longestStall: number;
  readonly fragments: number;
  /** Times that a fragment did not begin where the one before it ended: one was lost, or came twice. */
  readonly gaps: number;
  /** Fragments that were not recorded. */
  readonly lost: number;
  /** ms by which the main thread comes too late to what is due, in 99 of 100 cases, and at worst. */
  readonly lateP99: number;
  readonly lateMost: number;
}

/** Dialling all at once would be a storm that no site has. */
const DIAL_EVERY_MS = 4;

const log = silentLogger();
const clock = systemClock;

/** What is measured of each camera. */
interface Watch {
  readonly dialledMs: number;
  firstMs: number | null;
  lastMs: number;
  lastLengthMs: number;
  longestStall: number;
  fragments: number;
  gaps: number;
}

const watches: Watch[] = [];
let lost = (): number => 0;
const children: ChildProcess[] = [];
let counting = false;
/** Looks each so many ms; they are part of what it counts. */
const LOOK_MS = 2;
const lateness = monitorEventLoopDelay({ resolution: LOOK_MS });

function watchNew(): Watch {
  const watch = {
    dialledMs: performance.now(),
    ...{ firstMs: null, lastMs: 0, lastLengthMs: 0, longestStall: 0, fragments: 0, gaps: 0 },
  };
  watches.push(watch);
  return watch;
}

function seen(watch: Watch, lengthMs: number | null): void {
  const now = performance.now();
  if (watch.firstMs === null) {
    watch.firstMs = now - watch.dialledMs;
    if (watches.every(({ firstMs }) => firstMs !== null) && watches.length === expected) process.send?.('live');
  } else if (counting && lengthMs !== null) {
    watch.longestStall = Math.max(watch.longestStall, now - watch.lastMs - watch.lastLengthMs);
  }
  watch.lastMs = now;
  watch.lastLengthMs = lengthMs ?? 0;
  watch.fragments += 1;
}

let expected = 0;

async function begin(order: IntakeOrder): Promise<void> {
  expected = order.urls.length;
  const open = { discard, live, recorded: live, ffmpeg, 'ffmpeg recording': ffmpeg }[order.kind];
  const take = await open(order);
  for (const [index, url] of order.urls.entries()) {
    take(url, index, watchNew());
    await new Promise((resolve) => setTimeout(resolve, DIAL_EVERY_MS));
  }
}

type Take = (url: string, index: number, watch: Watch) => void;

async function discard(): Promise<Take> {
  return (url, _, watch) => {
    const { port, hostname } = new URL(url);
    void openRtspPlayer(Number(port), undefined, hostname).then((player) =>
      player.play(url, () => {
        if (watch.firstMs === null) seen(watch, null);
      }),
    );
  };
}

async function live({ kind, urls, fragmentMs, folder, threads }: IntakeOrder): Promise<Take> {
  const hub = createHub({ config: liveSection.parse({}), clock, log });
  // As the program does.
  paceCollector(clock, () => hub.figures().bytes);
  const memory = createSharedMemory({ heldBytes: () => hub.figures().bytes });
  const direct = createIntake(threads, { readTimeoutMs: 10_000, fragmentMs, firstPictureMs: 5000, memory, clock, log });
  const keyOf = (index: number) => ({ cameraId: `camera-${index}`, role: 'main' as const });
  if (kind === 'recorded') {
    const database = await createSqliteDatabase({ path: join(folder, 'tamnhin.db'), clock, log });
    const append = async (): Promise<void> => {};
    const defaultDirectory = join(folder, 'recordings');
    const disks = await createDisks({ directories: [], defaultDirectory, freeBytes: 0, database, clock, log, append });
    await disks.look();
    const recorder = createRecorder({
      source: { read: (key, from) => hub.stream(key).read(from) },
      cameras: () => urls.map((_, index) => ({ id: keyOf(index).cameraId, roles: ['main'], policy: ALWAYS })),
      store: createSegmentStore(database),
      ...{ disks, config: recordingsSection.parse({}), clock, log },
    });
    recorder.refresh();
    lost = () => recorder.figures().lostFragments;
  }
  return (url, index, watch) => {
    const { info, fragment } = hub.sinkFor(keyOf(index));
    let length = 0;
    let end: number | null = null;
    const sink: FragmentSink = {
      info(next: StreamInfo) {
        length = 1000 / next.timescale;
        info(next);
      },
      fragment(next: Fragment) {
        fragment(next);
        if (end !== null && Math.abs(next.decodeTime - end) > next.duration / 2) watch.gaps += 1;
        end = next.decodeTime + next.duration;
        seen(watch, next.duration * length);
      },
    };
    direct
      .run({
        ...{ name: null, url, serverName: null, transport: 'tcp', g711: 'leaveOut', sink },
        credentials: { username: '', password: '' },
        signal: new AbortController().signal,
      })
      .catch((error: unknown) => process.stderr.write(`${url}: ${error}\n`));
  };
}

async function ffmpeg({ kind, fragmentMs, folder }: IntakeOrder): Promise<Take> {
  return (url, index, watch) => {
    const movie = `-c copy -f mp4 -movflags frag_keyframe+empty_moov+default_base_moof -frag_duration ${fragmentMs * 1000}`;
    const file = `-c copy -f segment -segment_time 600 -segment_format mp4 -segment_format_options movflags=frag_keyframe+empty_moov ${join(folder, `${index}-%d.mp4`)}`;
    const words = `-nostdin -loglevel error -rtsp_transport tcp -i ${url} ${movie} pipe:1 ${kind === 'ffmpeg' ? '' : file}`;
    const child = spawn('ffmpeg', words.trim().split(' '), { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    // What a pipe brings at a time is about a fragment; how long it lasts is not looked at.
    child.stdout?.on('data', (bytes: Buffer) => {
      if (watch.firstMs !== null || bytes.includes('moof')) seen(watch, null);
    });
  };
}

function figures(): IntakeFigures {
  const first = watches.map(({ firstMs }) => firstMs ?? Number.POSITIVE_INFINITY);
  return {
    firstP50: percentile(first, 0.5),
    firstP95: percentile(first, 0.95),
    longestStall: Math.max(...watches.map(({ longestStall }) => longestStall)),
    fragments: watches.reduce((sum, { fragments }) => sum + fragments, 0),
    gaps: watches.reduce((sum, { gaps }) => sum + gaps, 0),
    lost: lost(),
    lateP99: lateness.percentile(99) / 1e6 - LOOK_MS,
    lateMost: lateness.max / 1e6 - LOOK_MS,
  };
}

function end(): never {
  for (const child of children) child.kill('SIGKILL');
  process.exit(0);
}

process.on('disconnect', end);
process.on('message', (message: IntakeOrder | 'count' | 'figures' | 'end') => {
  if (message === 'count') {
    counting = true;
    lateness.enable();
  } else if (message === 'figures') process.send?.(figures());
  else if (message === 'end') end();
  else void begin(message);
});
process.send?.('ready');
