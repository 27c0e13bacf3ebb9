import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Fault, systemCodeOf } from '#base/errors';
import { fileOnDisk, isReadable, UnsafePathError } from './disk-path.ts';
import { type FoundSegment, groupEndMs } from './find-segments.ts';
import type { Disks } from './interfaces.ts';
import { openSegmentFile } from './segment-scan.ts';

/** The bytes of one recorded file. Whoever opens it closes it, or reads one `stream` to its end. */
export interface SegmentBytes extends FoundSegment {
  /** What may be read: never more than the index or the writer vouches for. */
  readonly size: number;
  /** Strong (RFC 9110 §8.8.3): a file that is still written has another one after each write. */
  readonly etag: string;
  /** What can be seen in the bytes `from`…`to`, both included; `undefined` when they hold no picture. */
  shows(from: number, to: number): { readonly fromMs: number; readonly toMs: number } | undefined;
  read(offset: number, length: number): Promise<Buffer>;
  /** `from`…`to`, both included. Closes the file when it ends or is destroyed. */
  stream(from: number, to: number): Readable;
  close(): Promise<void>;
}

/** Rejects with `Fault`: `unavailable` without its disk, or while that hangs, `notFound` without the file. */
export async function openSegmentBytes(found: FoundSegment, disks: Disks): Promise<SegmentBytes> {
  const { segment, groups } = found;
  const disk = disks.find(segment.diskId);
  if (!isReadable(disk)) {
    throw new Fault('unavailable', 'recording.diskMissing', 'the disk of this recording is not there, or hangs');
  }
  const file = await openBelow(disk.root, segment.path);
  let size: number;
  try {
    size = Math.min((await file.stat()).size, segment.bytes);
  } catch (error) {
    await file.close();
    throw error;
  }

  return {
    segment,
    groups,
    size,
    etag: `"${segment.id}-${size}"`,
    shows(from, to) {
      const seen = groups.filter((group) => group.offset <= to && group.offset + group.bytes > from);
      const [first, last] = [seen[0], seen.at(-1)];
      if (first === undefined || last === undefined) return undefined;
      return { fromMs: first.startMs, toMs: Math.round(groupEndMs(last, segment.timescale)) };
    },
    async read(offset, length) {
      const wanted = Math.max(0, Math.min(length, size - offset));
      const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, offset);
      if (bytesRead < length)
        throw new Fault('notFound', 'recording.cut', 'the recording is shorter than its index says');
      return buffer;
    },
    stream: (from, to) => file.createReadStream({ start: from, end: Math.min(to, size - 1), highWaterMark: 2 ** 18 }),
    close: () => file.close(),
  };
}

/** Opens `path` below `root`, and nothing that only looks as if it lay there. */
async function openBelow(root: string, path: string): Promise<FileHandle> {
  try {
    return await openSegmentFile(await fileOnDisk(root, path), 'read');
  } catch (error) {
    if (error instanceof UnsafePathError || ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCodeOf(error) ?? '')) {
      throw gone();
    }
    throw error;
  }
}

function gone(): Fault {
  return new Fault('notFound', 'recording.gone', 'this recording is not there any more');
}
