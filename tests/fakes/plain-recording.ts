import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StreamRole } from '#contracts/media';
import type { Disks } from '../../recordings/interfaces.ts';
import { segmentPath } from '../../recordings/segment-file.ts';
import type { SegmentStore } from '../../recordings/segment-store.ts';

/** What a test says of a recording that nobody plays; by default 100 MB of camera `a` on disk `d`. */
export interface PlainRecording {
  readonly cameraId?: string;
  readonly role?: StreamRole;
  readonly diskId?: string;
  readonly bytes?: number;
  readonly path?: string;
}

const TEN_MINUTES = 600_000;

/** A file with little in it and a row that says `bytes`. */
export async function recordPlain(
  store: SegmentStore,
  disks: Disks,
  startMs: number,
  more: PlainRecording,
): Promise<{ id: number; file: string }> {
  const { cameraId = 'a', role = 'main', diskId = 'd', bytes = 100_000_000 } = more;
  const path = more.path ?? segmentPath(cameraId, role, startMs);
  const root = disks.find(diskId)?.root;
  if (root === undefined) throw new Error(`no disk ${diskId}`);
  const file = join(root, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, 'x');
  const head = new Uint8Array(32);
  const id = await store.adopt(
    {
      ...{ cameraId, role, diskId, path, startMs, endMs: startMs + TEN_MINUTES, bytes, initBytes: 1, headBytes: 1 },
      ...{ fragments: 1, timescale: 90_000, codec: 'avc1', audioCodec: null, width: 1, height: 1 },
      ...{ previousHead: head, head },
    },
    [],
  );
  return { id, file };
}
