import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { Fragment, StreamInfo, StreamRole } from '#contracts/media';
import { configSchema } from '../../config/schema.ts';
import type { SegmentGroup } from '../../recordings/group-list.ts';
import type { Disk, Disks, OpenSegment, OpenSegments } from '../../recordings/interfaces.ts';
import { createRecorder } from '../../recordings/recorder.ts';
import type { NewSegment, SegmentStore } from '../../recordings/segment-store.ts';
import { createHub } from '../../server/restream/hub.ts';
import { ALWAYS } from './recorder.ts';
import { writeSegment } from './segment-files.ts';

/**
 * Recordings without a recorder: segment files as they stand on a disk, and their rows in the index, written at once
 * from fragments that a test has.
 */
export interface Recorded {
  readonly id: number;
  readonly segment: NewSegment;
  readonly groups: readonly SegmentGroup[];
  readonly file: string;
}

export interface RecordOptions {
  readonly store: SegmentStore;
  readonly disk: Pick<Disk, 'id' | 'root'>;
  readonly cameraId: string;
  readonly role?: StreamRole;
  /** Its fragments' own wall-clock is not looked at: it follows from their decode times. */
  readonly clip: { readonly info: StreamInfo; readonly fragments: readonly Fragment[] };
  /** Wall-clock of the first fragment. */
  readonly startMs: number;
  /** Leaves the row as it is while the file is being written. */
  readonly open?: boolean;
}

export async function recordClip(options: RecordOptions): Promise<Recorded> {
  const { store, disk, cameraId, role = 'main', clip, startMs } = options;
  const firstTime = clip.fragments[0]?.decodeTime ?? 0;
  const fragments = clip.fragments.map((fragment) => ({
    ...fragment,
    wallClockMs: startMs + ((fragment.decodeTime - firstTime) * 1000) / clip.info.timescale,
  }));
  const { file, segment: begun, end } = await writeSegment({ disk, cameraId, role, info: clip.info, fragments });
  const { groups, ...ended } = end;
  const segment: NewSegment = { ...begun, ...ended };
  const id = options.open === true ? await store.open(begun) : await store.adopt(segment, groups);
  return { id, segment, groups, file };
}

/** The same by the real recorder: each clip comes in as a camera's stream, as if at `startMs`, and is written and indexed. */
export async function recordLive(options: {
  readonly store: SegmentStore;
  readonly disk: Disk;
  readonly clips: ReadonlyMap<string, RecordOptions['clip']>;
  readonly startMs: number;
  readonly segmentMinutes?: number;
}): Promise<void> {
  const { store, disk, clips, startMs, segmentMinutes = 10 } = options;
  await mkdir(disk.root, { recursive: true });
  const [clock, log] = [systemClock, silentLogger()];
  const config = configSchema.parse({
    // All of a clip at once.
    live: { ringSeconds: 120, ringMegabytes: 512 },
    recordings: { segmentMinutes, flushMs: 100 },
  });
  const hub = createHub({ config: config.live, clock, log });
  const stays = async (): Promise<void> => {};
  const recorder = createRecorder({
    source: { read: (key, how) => hub.stream(key).read(how) },
    cameras: () => [...clips.keys()].map((id) => ({ id, roles: ['main'], policy: ALWAYS })),
    store,
    disks: {
      ...{ list: () => [disk], find: () => disk, onChanged: () => () => {} },
      ...{ look: stays, confirm: async () => true, writeFailed: () => {}, slow: () => {}, hangs: () => {} },
      close: () => {},
    },
    config: config.recordings,
    clock,
    log,
  });
  recorder.refresh();
  let bytes = 0;
  for (const [cameraId, { info, fragments }] of clips) {
    const sink = hub.sinkFor({ cameraId, role: 'main' });
    sink.info(info);
    for (const fragment of fragments) {
      sink.fragment({ ...fragment, wallClockMs: startMs + (fragment.decodeTime * 1000) / info.timescale });
      bytes += fragment.bytes.byteLength;
    }
  }
  try {
    const deadline = performance.now() + WRITTEN_WITHIN_MS;
    while (recorder.figures().bytesWritten < bytes) {
      if (performance.now() > deadline) throw new Error('the recorder did not write what came in');
      await new Promise((done) => setTimeout(done, 20));
    }
  } finally {
    await recorder.stop();
    hub.close();
  }
}
const WRITTEN_WITHIN_MS = 30_000;

/** One disk that is there, or in the state that a test puts it in. */
export function fakeDisks(root: string, state: Disk['state'] = 'ready'): Disks & { readonly disk: Disk } {
  const id = createHash('sha256').update(root).digest('hex').slice(0, 8);
  const disk: Disk = { id, root, state, detail: '', hangs: false, freeBytes: 1e12, totalBytes: 2e12 };
  return {
    disk,
    list: () => [disk],
    find: (wanted) => (wanted === id ? disk : undefined),
    onChanged: () => () => {},
  };
}

/** What a recorder would say of the segments that it writes. */
export function fakeOpenSegments(): OpenSegments & { put(recorded: Recorded): void; remove(id: number): void } {
  const open = new Map<number, OpenSegment>();
  return {
    of: ({ cameraId, role }) =>
      [...open.values()].find(({ segment }) => segment.cameraId === cameraId && segment.role === role),
    find: (id) => open.get(id),
    put: ({ id, segment, groups }) => void open.set(id, { segment: { ...segment, id, state: 'open' }, groups }),
    remove: (id) => void open.delete(id),
  };
}
