import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Fragment, StreamInfo, StreamRole } from '#contracts/media';
import type { SegmentGroup } from '../../recordings/group-list.ts';
import type { Disk, Disks, OpenSegment, OpenSegments } from '../../recordings/interfaces.ts';
import { FIRST_HEAD, linkBox, nextHead, recordBox, segmentPath } from '../../recordings/segment-file.ts';
import type { NewSegment, SegmentStore } from '../../recordings/segment-store.ts';

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
  const { info, fragments } = clip;
  const { timescale, video } = info;
  const { codec, width, height } = video;
  const audioCodec = info.audio?.codec ?? null;
  const previousHead = Buffer.from(FIRST_HEAD);
  const firstTime = fragments[0]?.decodeTime ?? 0;
  const link = linkBox({
    ...{ cameraId, role, startMs, timescale, codec, audioCodec, width, height },
    previousHead: previousHead.toString('hex'),
  });
  const parts: Uint8Array[] = [info.init, link];
  const groups: SegmentGroup[] = [];
  let offset = info.init.byteLength + link.byteLength;
  let endMs = startMs;
  let head: Uint8Array = previousHead;
  for (const fragment of fragments) {
    const wallClockMs = startMs + ((fragment.decodeTime - firstTime) * 1000) / timescale;
    const record = recordBox({ ...fragment, wallClockMs });
    const bytes = record.byteLength + fragment.bytes.byteLength;
    const group = groups.at(-1);
    if (fragment.keyframe || group === undefined) {
      const { decodeTime, duration } = fragment;
      const place = { offset, bytes, keyBytes: bytes, fragments: 1 };
      groups.push({ startMs: Math.round(wallClockMs), decodeTime, duration, ...place });
    } else {
      groups[groups.length - 1] = {
        ...group,
        duration: group.duration + fragment.duration,
        bytes: group.bytes + bytes,
        fragments: group.fragments + 1,
      };
    }
    parts.push(record, fragment.bytes);
    offset += bytes;
    endMs = wallClockMs + (fragment.duration * 1000) / timescale;
    head = nextHead(head, record);
  }
  const segment: NewSegment = {
    ...{ cameraId, role, diskId: disk.id, path: segmentPath(cameraId, role, startMs), startMs, endMs, bytes: offset },
    ...{ initBytes: info.init.byteLength, headBytes: info.init.byteLength + link.byteLength, timescale, codec },
    ...{ audioCodec, width, height, previousHead, head, fragments: fragments.length },
  };
  const file = join(disk.root, segment.path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, parts);
  if (options.open !== true) return { id: await store.adopt(segment, groups), segment, groups, file };
  const id = await store.open({ ...segment, endMs: startMs, bytes: 0, fragments: 0, head: previousHead });
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
