import { open, rmdir, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, systemCodeOf } from '#base/errors';
import { fileOnDisk, isThere } from './disk-path.ts';
import type { Disk } from './interfaces.ts';
import type { Segment, SegmentStore } from './segment-store.ts';

/**
 * Deletes segments: **the file first, then its row**. A crash between leaves a row without a file, which says itself
 * what it was: the next pass meets it, finds no file and removes it. The other way round a crash would leave a file
 * that nobody knows, takes its space for ever, and would come back as a recording with the next repair, although its
 * time was over. The folder is synced between the two, so that a power cut cannot turn the order round either.
 */
export interface Removed {
  readonly segments: number;
  /** Of files that were there. */
  readonly bytes: number;
  readonly refused: readonly { readonly segment: Segment; readonly why: string }[];
}

const DAY_MS = 86_400_000;

export async function removeSegments(
  store: Pick<SegmentStore, 'remove'>,
  disk: Pick<Disk, 'root'>,
  segments: readonly Segment[],
  /** Asked last, with nothing between the answer and the deletion. */
  options: { readonly mayGo: (segment: Segment) => boolean; readonly nowMs: number },
): Promise<Removed> {
  const gone: Segment[] = [];
  const refused: { segment: Segment; why: string }[] = [];
  const folders = new Map<string, Segment[]>();
  let bytes = 0;
  for (const segment of segments) {
    try {
      const file = await fileOnDisk(disk.root, segment.path);
      if (!options.mayGo(segment)) continue;
      await unlink(file);
      folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), segment]);
      bytes += segment.bytes;
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT' && (await isThere(disk.root))) gone.push(segment);
      else refused.push({ segment, why: messageOf(error) });
    }
  }
  for (const [folder, unlinked] of folders) {
    try {
      await syncFolder(folder);
    } catch (error) {
      // Their rows stay, to be met again: nobody knows whether these files are back after a power cut.
      for (const segment of unlinked) refused.push({ segment, why: messageOf(error) });
      continue;
    }
    gone.push(...unlinked);
    // Not a folder of these days: somebody may be about to write into it. `rmdir` takes none that holds anything.
    const isOfThese = unlinked.some(({ startMs }) => startMs >= options.nowMs - 2 * DAY_MS);
    if (!isOfThese) await rmdir(folder).catch(() => undefined);
  }
  for (const { id } of gone) await store.remove(id);
  return { segments: gone.length, bytes, refused };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
