import { dirname, join } from 'node:path';
import type { Clock } from '#base/clock';
import { isUniqueViolation } from '#base/database';
import { messageOf, systemCodeOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { Fragment, StreamInfo, StreamKey } from '#contracts/media';
import type { DiskFiles } from './disk-files.ts';
import type { DiskLane } from './disk-lane.ts';
import type { Disk, OpenSegment, Signer } from './interfaces.ts';
import { chainStart, linkBox, nextHead, recordBox, sealBox, sealedText, segmentPath } from './segment-file.ts';
import { createSegmentProgress, type SegmentProgress } from './segment-progress.ts';
import type { NewSegment, Segment, SegmentStore } from './segment-store.ts';

/** One file while it is written. Calls come one after another; the owner waits for each. */
export interface SegmentWriter extends OpenSegment {
  readonly diskId: string;
  /** Head of the chain behind what is on the disk. */
  readonly head: Uint8Array;
  /** Whether this fragment goes into this file; if so it must be the next one written. */
  admit(fragment: Fragment, info: StreamInfo): boolean;
  /** One call of the disk for all of them. Rejects with a `SegmentWriteError`, after which only `end` may follow. */
  write(fragments: readonly Fragment[]): Promise<void>;
  /** Its disk hangs: what it is writing does not count, and is cut off when the disk is back. Then `end`. */
  giveUp(): void;
  /** Seals, syncs and closes the file, then its row. Never rejects: what fails is logged. Idempotent. */
  end(): Promise<void>;
}

/** The file holds `written` fragments of this write, whole ones, and takes no more. */
export class SegmentWriteError extends Error {
  readonly written: number;
  constructor(written: number, cause: unknown) {
    super(messageOf(cause), { cause });
    this.name = 'SegmentWriteError';
    this.written = written;
  }
}

export interface WriterParts {
  readonly store: SegmentStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly signer: Signer | null;
  readonly limits: WriterLimits;
  /** Told how many bytes went to the disk. */
  readonly onWritten: (bytes: number) => void;
  /** Told of a file that is closed, and of which nobody knows what is on the disk: its row stays open. */
  readonly onDoubt: (segment: Segment) => void;
}

export interface WriterLimits {
  readonly segmentMs: number;
}

const SEAL_MS = 60_000;
/** Two files of one stream can begin in the same millisecond only when the clock was set back. */
const MOST_NAMES = 50;

/** Makes the row and the file; rejects when the disk does not take it, and leaves neither behind. */
export async function openSegment(
  parts: WriterParts,
  at: {
    key: StreamKey;
    disk: Disk;
    lane: DiskLane;
    info: StreamInfo;
    first: Fragment;
    previousHead: Uint8Array;
  },
): Promise<SegmentWriter> {
  const { store } = parts;
  const { key, disk, info, first, previousHead } = at;
  const { files } = at.lane;
  const startMs = Math.round(first.wallClockMs);
  const link = linkBox({
    ...key,
    startMs,
    timescale: info.timescale,
    codec: info.video.codec,
    audioCodec: info.audio?.codec ?? null,
    width: info.video.width,
    height: info.video.height,
    previousHead: Buffer.from(previousHead).toString('hex'),
  });
  const fresh: Omit<NewSegment, 'path'> = {
    ...key,
    diskId: disk.id,
    startMs,
    endMs: startMs,
    bytes: info.init.byteLength + link.byteLength,
    initBytes: info.init.byteLength,
    headBytes: info.init.byteLength + link.byteLength,
    fragments: 0,
    timescale: info.timescale,
    codec: info.video.codec,
    audioCodec: info.audio?.codec ?? null,
    width: info.video.width,
    height: info.video.height,
    previousHead,
    head: chainStart(previousHead, [info.init, link]),
  };
  const { id, path, file } = await makeFile(store, files, disk, fresh);
  try {
    const written = await files.write(file, [info.init, link], 0);
    if (written < fresh.headBytes) throw Object.assign(new Error('no space is left on the disk'), { code: 'ENOSPC' });
  } catch (error) {
    await files.close(file).catch(() => {});
    await files.remove(join(disk.root, path)).catch(() => {});
    await store.remove(id);
    throw error;
  }
  const progress = createSegmentProgress({ ...fresh, path, id, state: 'open' }, info, first, parts.limits.segmentMs);
  return writerOf(parts, { disk, lane: at.lane, file, path, progress });
}

async function makeFile(store: SegmentStore, files: DiskFiles, disk: Disk, fresh: Omit<NewSegment, 'path'>) {
  for (let more = 0; ; more += 1) {
    const path = segmentPath(fresh.cameraId, fresh.role, fresh.startMs + more);
    let id: number;
    try {
      id = await store.open({ ...fresh, path });
    } catch (error) {
      if (isUniqueViolation(error) && more < MOST_NAMES) continue;
      throw error;
    }
    try {
      await files.makeFolders(disk.root, dirname(path).split('/'));
      return { id, path, file: await files.create(join(disk.root, path)) };
    } catch (error) {
      await store.remove(id);
      if (systemCodeOf(error) !== 'EEXIST' || more >= MOST_NAMES) throw error;
    }
  }
}

function writerOf(
  parts: WriterParts,
  on: { disk: Disk; lane: DiskLane; file: number; path: string; progress: SegmentProgress },
): SegmentWriter {
  const { store, clock, signer } = parts;
  const { disk, lane, file, path, progress } = on;
  const { files } = lane;
  const log = parts.log.child({ disk: disk.root, file: path });
  let sealedAtMs = clock.monotonic();
  let sealed = 0;
  let unsynced = true;
  let folderSynced = false;
  let syncing: Promise<void> | undefined;
  /** Why nothing more is written. */
  let failure: { cause: unknown } | undefined;
  /** Why nobody knows what is on the disk: the row stays open then, and `onDoubt` is told. */
  let doubt: { cause: unknown } | undefined;
  let givenUp = false;
  let writing: Promise<void> | undefined;
  let ending: Promise<void> | undefined;

  function seal(head: Uint8Array, fragments: number): Buffer | undefined {
    if (signer === null || fragments === sealed) return undefined;
    const { cameraId, role } = progress.segment;
    const text = {
      cameraId,
      role,
      head: Buffer.from(head).toString('hex'),
      fragments,
      timeMs: clock.now(),
      keyId: signer.keyId,
    };
    sealed = fragments;
    sealedAtMs = clock.monotonic();
    return sealBox({ ...text, signature: signer.sign(sealedText(text)) });
  }

  /** All of it, or an error; in both cases `progress` knows what is on the disk. */
  async function put(fragments: readonly Fragment[], end: boolean): Promise<void> {
    const steps: { bytes: number; fragment: Fragment | undefined; head: Uint8Array }[] = [];
    const buffers: Uint8Array[] = [];
    let head = progress.head;
    for (const fragment of fragments) {
      const record = recordBox(fragment);
      head = nextHead(head, record);
      buffers.push(record, fragment.bytes);
      steps.push({ bytes: record.byteLength + fragment.bytes.byteLength, fragment, head });
    }
    const due = end || clock.monotonic() - sealedAtMs >= SEAL_MS;
    const box = due ? seal(head, progress.segment.fragments + fragments.length) : undefined;
    if (box !== undefined) {
      buffers.push(box);
      steps.push({ bytes: box.byteLength, fragment: undefined, head });
    }
    if (steps.length === 0) return;

    const outcome = await writeAll(files, file, buffers, progress.bytes);
    parts.onWritten(outcome.written);
    const error = outcome.error ?? (givenUp ? new Error('the disk did not answer') : undefined);
    let left = givenUp ? 0 : outcome.written;
    let whole = 0;
    for (const step of steps) {
      if (step.bytes > left) break;
      left -= step.bytes;
      if (step.fragment !== undefined) whole += 1;
      progress.grow(step.bytes, step.fragment, step.head);
    }
    unsynced = true;
    if (error === undefined) return;
    failure = { cause: error };
    await files.truncate(file, progress.bytes).catch(doubts);
    throw new SegmentWriteError(whole, error);
  }

  async function sync(): Promise<void> {
    unsynced = false;
    try {
      await files.sync(file);
      if (folderSynced) return;
      folderSynced = true;
      for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) {
        await files.syncFolder(join(disk.root, folder));
      }
      await files.syncFolder(disk.root);
    } catch (cause) {
      failure ??= { cause };
      doubts(cause);
    }
  }

  function doubts(cause: unknown): void {
    doubt ??= { cause };
  }

  function enlist(): void {
    if (syncing !== undefined) return;
    syncing = lane.sync(sync).finally(() => {
      syncing = undefined;
      // Written meanwhile, perhaps as the last for a while.
      if (unsynced && failure === undefined && ending === undefined) enlist();
    });
  }

  async function finish(): Promise<void> {
    await writing?.catch(() => {});
    if (failure === undefined && !givenUp) await put([], true).catch(() => {});
    await syncing;
    if (unsynced) await lane.sync(sync);
    await files.close(file).catch(doubts);
    const { id, fragments, endMs, bytes, head } = progress.segment;
    if (fragments === 0) {
      await files.remove(join(disk.root, path)).catch(() => {});
      await store.remove(id);
    } else if (doubt === undefined) {
      await store.close(id, { endMs, bytes, fragments, head, groups: progress.groups });
    } else {
      log.warn({ reason: messageOf(doubt.cause) }, 'a recording ended in doubt; it is looked at when its disk is well');
      parts.onDoubt(progress.segment);
    }
  }

  return {
    diskId: disk.id,
    get segment() {
      return progress.segment;
    },
    get groups() {
      return progress.groups;
    },
    get head() {
      // A file without a fragment is taken away again, and the chain goes on as if it had not been.
      return progress.segment.fragments === 0 ? progress.segment.previousHead : progress.head;
    },
    admit: progress.admit,
    async write(fragments) {
      if (failure !== undefined) throw new SegmentWriteError(0, failure.cause);
      writing = put(fragments, false);
      await writing;
      enlist();
    },
    giveUp() {
      givenUp = true;
    },
    end() {
      ending ??= finish().catch((error: unknown) => {
        log.error({ reason: messageOf(error) }, 'a recording could not be closed; the next start looks at it');
      });
      return ending;
    },
  };
}

/** A short write is tried again for the rest: the error that cut it off comes then. */
async function writeAll(
  files: DiskFiles,
  file: number,
  buffers: readonly Uint8Array[],
  position: number,
): Promise<{ written: number; error: unknown }> {
  let rest = buffers;
  let written = 0;
  const total = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
  try {
    while (written < total) {
      const now = await files.write(file, rest, position + written);
      if (now === 0) throw Object.assign(new Error('the disk takes no more'), { code: 'ENOSPC' });
      written += now;
      if (written < total) rest = behind(rest, now);
    }
    return { written, error: undefined };
  } catch (error) {
    return { written, error };
  }
}

function behind(buffers: readonly Uint8Array[], bytes: number): readonly Uint8Array[] {
  let skip = bytes;
  return buffers.flatMap((buffer) => {
    const from = Math.min(skip, buffer.byteLength);
    skip -= from;
    return from === buffer.byteLength ? [] : [buffer.subarray(from)];
  });
}
