import { createHash } from 'node:crypto';
import type { Fragment, StreamInfo, StreamRole } from '#contracts/media';
import type { SegmentGroup } from '../../recordings/group-list.ts';
import type { Disk, Disks, OpenSegment, OpenSegments } from '../../recordings/interfaces.ts';
import type { NewSegment, SegmentStore } from '../../recordings/segment-store.ts';
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

/** One disk that is there, or in the state that a test puts it in. */
export function fakeDisks(root: string, state: Disk['state'] = 'ready'): Disks & { readonly disk: Disk } {
  const id = createHash('sha256').update(root).digest('hex').slice(0, 8);
  const disk: Disk = { id, root, state, detail: '', freeBytes: 1e12, totalBytes: 2e12 };
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
