import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { StreamKey, StreamRole } from '#contracts/media';
import type { RecordingPolicy, RecordingStatus } from '#contracts/recordings';
import type { RecordingsConfig } from '../config/schema.ts';
import type { DiskFiles } from './disk-files.ts';
import { createDiskLane, type DiskLane } from './disk-lane.ts';
import { createDiskThread, type DiskThread } from './disk-thread.ts';
import { LEAST_FREE_BYTES, type WatchedDisks } from './disks.ts';
import type { Disk, FragmentSource, OpenSegments, Signer } from './interfaces.ts';
import { type Happening, happens, planOf, rolesOf, shifted } from './plan.ts';
import type { Segment, SegmentStore } from './segment-store.ts';
import { AHEAD_MS, createStreamRecorder, type StreamRecorder } from './stream-recorder.ts';

/** Records what the policies say, of all cameras, to all disks. */
export interface Recorder extends OpenSegments {
  /** Cameras or policies have changed: what follows from it is done within `SETTLE_MS`. */
  refresh(): void;
  /** Something happened at this camera: where the policy is to record around events, it does. */
  trigger(cameraId: string, atMs: number): void;
  /** The camera was removed: its open files end, what was recorded stays. */
  forget(cameraId: string): void;
  /** Of every stream that is or was recorded since the start. */
  statuses(cameraId: string): readonly RecordingStatus[];
  figures(): RecorderFigures;
  /** Writes what there still is and closes all files. */
  stop(): Promise<void>;
}

export interface RecorderFigures {
  /** Streams with an open file. */
  readonly streams: number;
  readonly bytesWritten: number;
  readonly lostFragments: number;
  /** Writes and syncs that wait or run. */
  readonly waiting: number;
  readonly freeBytes: Readonly<Record<string, number>>;
}

/** A camera as the recorder sees it. */
export interface RecordedCamera {
  readonly id: string;
  /** Those that it has, the best first. */
  readonly roles: readonly StreamRole[];
  readonly policy: RecordingPolicy;
}

export interface RecorderOptions {
  readonly source: FragmentSource;
  /** All cameras that run now. */
  readonly cameras: () => readonly RecordedCamera[];
  readonly store: SegmentStore;
  readonly disks: WatchedDisks;
  readonly config: RecordingsConfig;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signer?: Signer | null;
  /** Told of a file whose row stays open, because its disk failed: to be looked at when it is well again. */
  readonly onDoubt?: (segment: Segment) => void;
  /** Of all disks; by default each has a thread of its own. */
  readonly files?: DiskFiles;
}

/** Turns of many streams lie apart: so many moments within `flushMs`. */
const PHASES = 4;
/** Fewer streams have their turn together: each moment wakes the thread of the disk, and this one by its answer. */
const STREAMS_AT_A_TIME = 32;
/** Changes come in crowds, and a new camera's policy just behind it. */
export const SETTLE_MS = 250;
/** Between two looks at hours and ends of events. */
const PLAN_MS = 1000;
/** The calendar against the monotonic clock between two looks: more is no slewing, it was set. */
const STEP_MS = 500;

export function createRecorder(options: RecorderOptions): Recorder {
  const { source, store, disks, config, clock, log } = options;
  const streams = new Map<string, StreamRecorder>();
  const phases: Set<StreamRecorder>[] = Array.from({ length: PHASES }, () => new Set());
  const lanes = new Map<string, DiskLane>();
  const threads: DiskThread[] = [];
  /** Where each stream is written; it stays there while that disk can be used. */
  const places = new Map<string, string>();
  const known = new Map<string, RecordedCamera>();
  const happenings = new Map<string, Happening>();
  let bytesWritten = 0;
  /** Of streams that are not recorded any more. */
  let lostBefore = 0;
  const endings = new Set<Promise<void>>();
  let settling: (() => void) | undefined;
  let stopped = false;
  const calendarOffset = (): number => clock.now() - clock.monotonic();
  let offsetMs = calendarOffset();

  function lane(diskId: string): DiskLane {
    let found = lanes.get(diskId);
    if (found === undefined) {
      found = createDiskLane(clock, options.files ?? ownThread());
      lanes.set(diskId, found);
    }
    return found;
  }

  // A thread takes a moment to start: it is there before the first fragment. A disk that never was there has no id.
  for (const { id } of disks.list()) if (id !== '') lane(id);

  function ownThread(): DiskThread {
    const thread = createDiskThread();
    threads.push(thread);
    return thread;
  }

  function choose(key: StreamKey, preferredId: string | undefined): Disk | undefined {
    const name = nameOf(key);
    const place = places.get(name) ?? preferredId;
    const usable = disks.list().filter(isUsable);
    let disk = usable.find(({ id }) => id === place);
    if (disk === undefined) {
      // Most space for each stream, so that a start of all cameras at once does not choose one disk for all.
      const counts = new Map<string, number>();
      for (const id of places.values()) counts.set(id, (counts.get(id) ?? 0) + 1);
      const share = ({ id, freeBytes }: Disk): number => freeBytes / (1 + (counts.get(id) ?? 0));
      disk = usable.sort((a, b) => share(b) - share(a))[0];
    }
    if (disk === undefined) places.delete(name);
    else places.set(name, disk.id);
    return disk;
  }

  const parts = {
    source,
    store,
    clock,
    log,
    signer: options.signer ?? null,
    onDoubt: options.onDoubt ?? (() => {}),
    limits: { segmentMs: config.segmentMinutes * 60_000 },
    onWritten(bytes: number): void {
      bytesWritten += bytes;
    },
    disks: {
      ...{ choose, lane, writeFailed: disks.writeFailed, slow: disks.slow },
      confirm: (diskId: string) => disks.confirm(diskId, lane(diskId).files),
    },
  };

  /** Asks anew what there is. */
  function settle(): void {
    settling = undefined;
    if (stopped) return;
    followCalendar();
    known.clear();
    for (const camera of options.cameras()) known.set(camera.id, camera);
    for (const camera of known.values()) plan(camera);
    for (const { key, plan: change } of streams.values()) {
      const camera = known.get(key.cameraId);
      if (camera === undefined || !recordedRoles(camera).includes(key.role)) change({ kind: 'never' });
    }
  }

  function plan(camera: RecordedCamera): void {
    const now = planOf(camera.policy, happenings.get(camera.id), clock.now());
    for (const role of recordedRoles(camera)) {
      const key = { cameraId: camera.id, role };
      if (now.kind !== 'never' || streams.has(nameOf(key))) recorderOf(key).plan(now);
    }
  }

  /** Else, after a step back, all events would be taken for done until the old time comes again. */
  function followCalendar(): void {
    const stepMs = calendarOffset() - offsetMs;
    offsetMs += stepMs;
    if (Math.abs(stepMs) <= STEP_MS) return;
    for (const [cameraId, happening] of happenings) happenings.set(cameraId, shifted(happening, stepMs));
    for (const stream of streams.values()) stream.shift(stepMs);
  }

  /** Hours begin and end, and events fade. */
  function planByTime(): void {
    for (const [cameraId, { untilMs }] of happenings) {
      if (untilMs + KEEP_MS < clock.now()) happenings.delete(cameraId);
    }
    for (const camera of known.values()) {
      if (camera.policy.mode === 'event' || camera.policy.mode === 'schedule') plan(camera);
    }
  }

  function recorderOf(key: StreamKey): StreamRecorder {
    const name = nameOf(key);
    let stream = streams.get(name);
    if (stream === undefined) {
      stream = createStreamRecorder(key, parts);
      streams.set(name, stream);
      const [emptiest] = [...phases].sort((a, b) => a.size - b.size);
      (phases.find(({ size }) => size < STREAMS_AT_A_TIME) ?? emptiest)?.add(stream);
    }
    return stream;
  }

  function drop(name: string, stream: StreamRecorder): void {
    streams.delete(name);
    for (const phase of phases) phase.delete(stream);
    const ending = stream.end().finally(() => {
      lostBefore += stream.lostFragments;
      places.delete(name);
      endings.delete(ending);
    });
    endings.add(ending);
  }

  const turnsForSync = Math.max(1, Math.floor(config.syncMs / config.flushMs));
  let ticks = 0;
  function tick(): void {
    followCalendar();
    for (const stream of phases[ticks % PHASES] ?? []) stream.turn();
    // Directly behind a turn: the thread of a disk is woken once for both, and what it was just given is synced, too.
    if (ticks % (PHASES * turnsForSync) === 0) for (const one of lanes.values()) one.beat();
    ticks += 1;
  }

  function watch(): void {
    followCalendar();
    planByTime();
    for (const [diskId, one] of lanes) {
      const ms = one.oldestMs();
      if (ms > 0) disks.hangs(diskId, ms);
      if (ms > 0 && disks.find(diskId)?.state === 'failed') one.abandon();
    }
  }

  const stops = [clock.every(config.flushMs / PHASES, tick), clock.every(PLAN_MS, watch)];

  return {
    refresh() {
      if (settling === undefined && !stopped) settling = clock.after(SETTLE_MS, settle);
    },
    trigger(cameraId, atMs) {
      const camera = known.get(cameraId);
      if (camera === undefined || stopped) return;
      followCalendar();
      // A picture that was stamped before the clock was set back would have it recorded until the old time comes again.
      const at = atMs > clock.now() + AHEAD_MS ? clock.now() : atMs;
      happenings.set(cameraId, happens(happenings.get(cameraId), camera.policy, at));
      plan(camera);
    },
    forget(cameraId) {
      known.delete(cameraId);
      happenings.delete(cameraId);
      for (const [name, stream] of streams) if (stream.key.cameraId === cameraId) drop(name, stream);
    },
    statuses: (cameraId) =>
      [...streams.values()]
        .filter(({ key }) => key.cameraId === cameraId)
        .map(({ key, open, lostFragments }) => ({ ...key, recording: open !== undefined, lostFragments })),
    of: (key) => streams.get(nameOf(key))?.open,
    find(segmentId) {
      for (const { open } of streams.values()) if (open?.segment.id === segmentId) return open;
      return undefined;
    },
    figures() {
      let [open, lost, waiting] = [0, lostBefore, 0];
      for (const stream of streams.values()) {
        if (stream.open !== undefined) open += 1;
        lost += stream.lostFragments;
      }
      for (const one of lanes.values()) waiting += one.waiting;
      const freeBytes = Object.fromEntries(disks.list().map((disk) => [disk.root, disk.freeBytes]));
      return { streams: open, bytesWritten, lostFragments: lost, waiting, freeBytes };
    },
    async stop() {
      stopped = true;
      settling?.();
      for (const stop of stops) stop();
      for (const one of lanes.values()) one.hurry();
      for (const [name, stream] of [...streams]) drop(name, stream);
      await Promise.all(endings);
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}

const recordedRoles = ({ policy, roles }: RecordedCamera): readonly StreamRole[] => rolesOf(policy.streams, roles);

/** A happening is remembered so long after its end, for fragments that come late. */
const KEEP_MS = 60_000;

function isUsable({ state, freeBytes }: Disk): boolean {
  return state !== 'failed' && state !== 'missing' && freeBytes >= LEAST_FREE_BYTES;
}

const nameOf = ({ cameraId, role }: StreamKey): string => `${cameraId}/${role}`;
