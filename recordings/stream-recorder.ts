import type { Clock } from '#base/clock';
import { isSystemError, messageOf } from '#base/errors';
import type { Logger } from '#base/log';
import type { Fragment, FragmentReader, StreamInfo, StreamKey } from '#contracts/media';
import type { DiskLane } from './disk-lane.ts';
import type { Disk, FragmentSource, OpenSegment } from './interfaces.ts';
import { type Plan, shifted } from './plan.ts';
import { FIRST_HEAD } from './segment-file.ts';
import { openSegment, SegmentWriteError, type SegmentWriter, type WriterParts } from './segment-writer.ts';

/** Records one stream: pulls from the hub, a turn at a time, into one file after another. */
export interface StreamRecorder {
  readonly key: StreamKey;
  /** Counts from the next turn on. */
  plan(plan: Plan): void;
  /** The calendar was set on by so much, or back: what is planned and done moves with it. */
  shift(stepMs: number): void;
  /** What came in since the last turn goes to the disk, when it is that disk's turn. Returns at once. */
  turn(): void;
  readonly open: OpenSegment | undefined;
  /** The disk that this stream is written to. */
  readonly diskId: string | undefined;
  readonly lostFragments: number;
  /** Takes what there still is, ends the file, gives up its place. Never rejects. */
  end(): Promise<void>;
}

/** Where recordings go. */
export interface DiskChoice {
  /** A disk that can be written to, if there is one. `preferredId` is where this stream was last. */
  choose(key: StreamKey, preferredId: string | undefined): Disk | undefined;
  lane(diskId: string): DiskLane;
  /** Looks at the folder once more before a file is made in it. */
  confirm(diskId: string): Promise<boolean>;
  writeFailed(diskId: string, error: unknown): void;
  /** Fragments were lost because this disk did not take them in time. */
  slow(diskId: string): void;
}

export interface StreamRecorderParts extends WriterParts {
  readonly source: FragmentSource;
  readonly disks: DiskChoice;
  readonly log: Logger;
  readonly clock: Clock;
}

/** One write is at most this much, so that the streams of a disk that is behind come in turn. */
const MOST_BYTES = 2 * 2 ** 20;
const MOST_FRAGMENTS = 400;
/** A file ends when its stream has been silent for so long: it is whole then, whatever the camera does. */
const SILENT_MS = 15_000;
/** After a fault of the disk. */
const RETRY_MS = 2000;
const STOPPED_MS = 10_000;
/** What is stamped further ahead than this came in before the clock was set back. */
export const AHEAD_MS = 10_000;

type FragmentItem = { readonly fragment: Fragment; readonly info: StreamInfo };

export function createStreamRecorder(key: StreamKey, parts: StreamRecorderParts): StreamRecorder {
  const { source, store, disks, clock } = parts;
  const log = parts.log.child({ camera: key.cameraId, stream: key.role });

  let plan: Plan = { kind: 'never' };
  let reader: FragmentReader | undefined;
  let writer: SegmentWriter | undefined;
  const endings = new Set<Promise<void>>();

  /** The chain and the disk of the last file; known after a look at the index. */
  let last: { head: Uint8Array; diskId: string | undefined } | undefined;
  let lastSequence = Number.NEGATIVE_INFINITY;
  let lastArrivalMs = clock.monotonic();
  /** What was to be recorded around events up to here is recorded. */
  let doneMs = Number.NEGATIVE_INFINITY;
  /** Taken, but its file could not be made yet. */
  let held: FragmentItem | undefined;
  let retryAtMs = Number.NEGATIVE_INFINITY;
  let working: Promise<void> | undefined;
  /** A turn came while the one before was not done, or no disk was there: what the ring drops now is lost by us. */
  let heldUp: 'slow' | 'noDisk' | undefined;
  /** The same, of the time before the turn that takes now. */
  let wasHeldUp: typeof heldUp;
  let lost = 0;
  let ended = false;

  function lookUp(): Promise<void> {
    return store.lastWritten(key).then((segment) => {
      last = { head: segment?.head ?? FIRST_HEAD, diskId: segment?.diskId };
    });
  }

  function turn(): void {
    if (working !== undefined) {
      heldUp ??= 'slow';
      return;
    }
    if (plan.kind === 'never' && writer === undefined && reader === undefined) return;
    if (ended || clock.monotonic() < retryAtMs) return;
    working = step()
      .catch((error: unknown) => {
        retryAtMs = clock.monotonic() + RETRY_MS;
        log.error({ reason: messageOf(error) }, 'recording failed; it is tried again');
      })
      .finally(() => {
        working = undefined;
      });
  }

  async function step(): Promise<void> {
    if (last === undefined) await lookUp();
    if (plan.kind !== 'never' && reader === undefined) {
      reader = source.read(key, { from: 'oldestGroup', afterLoss: 'oldest' });
      if (plan.kind === 'around') skipTo(plan.fromMs);
    }
    const disk = disks.choose(key, writer?.diskId ?? last?.diskId);
    if (disk === undefined) {
      heldUp = 'noDisk';
      retire();
      if (plan.kind === 'never') leave();
      return;
    }
    if (writer !== undefined && writer.diskId !== disk.id) retire();
    const turn = { over: false };
    let done = false;
    await disks.lane(disk.id).write(async () => {
      await take(disk, turn);
      done = true;
    });
    if (!done) abandon(turn);
  }

  /** The disk hangs with this turn in it: the stream goes on without, and the turn finds itself over if it returns. */
  function abandon(turn: { over: boolean }): void {
    turn.over = true;
    heldUp = 'noDisk';
    writer?.giveUp();
    retire();
  }

  /** Runs when it is this stream's turn on its disk. */
  async function take(disk: Disk, turn: { readonly over: boolean }): Promise<void> {
    wasHeldUp = heldUp;
    heldUp = undefined;
    let batch: Fragment[] = [];
    let bytes = 0;
    const flush = async (): Promise<boolean> => {
      const full = batch;
      batch = [];
      if (full.length === 0 || writer === undefined) return true;
      const whole = await write(disk, writer, full, turn);
      return whole && !turn.over;
    };

    for (let item = next(); item !== undefined; item = next()) {
      if (item === 'end') {
        await flush();
        return turn.over ? undefined : leave();
      }
      if (isBehindEnd(item.fragment)) {
        const asPlanned = plan;
        await flush();
        if (turn.over) return;
        if (plan === asPlanned) return leave();
        // Another event came meanwhile: the next turn asks again.
        held = item;
        return;
      }
      const { fragment, info } = item;
      if (writer?.admit(fragment, info) !== true) {
        const whole = await flush();
        if (turn.over) return;
        if (!whole) return hold(item);
        retire();
        if (!fragment.keyframe) {
          // Nobody could decode it: its key frame was lost with a disk, or stands in a file that was full.
          lost += 1;
          continue;
        }
        const begun = await begin(disk, item, turn);
        if (turn.over) return;
        if (!begun) return hold(item);
      }
      batch.push(fragment);
      bytes += fragment.bytes.byteLength;
      if (bytes >= MOST_BYTES || batch.length >= MOST_FRAGMENTS) break;
    }
    if (!(await flush())) return;
    const silent = clock.monotonic() - lastArrivalMs > SILENT_MS;
    if (silent) retire();
    if (plan.kind === 'never' || (silent && clock.now() > stopsAt() + STOPPED_MS)) leave();
  }

  /** The next fragment that is to be recorded. */
  function next(): FragmentItem | 'end' | undefined {
    if (held !== undefined) {
      const item = held;
      held = undefined;
      return item;
    }
    for (let item = reader?.take(); item !== undefined; item = reader?.take()) {
      if (item.type === 'end') return 'end';
      if (item.type === 'lost') countLost(item.fragments);
      if (item.type !== 'fragment') continue;
      lastArrivalMs = clock.monotonic();
      if (item.fragment.sequence > lastSequence) return item;
    }
    return undefined;
  }

  /** Memory may hold more than is wanted from before an event: the group that `fromMs` lies in is the first. */
  function skipTo(fromMs: number): void {
    const scout = source.read(key, { from: 'oldestGroup', afterLoss: 'oldest' });
    for (let item = scout.take(); item !== undefined && item.type !== 'end'; item = scout.take()) {
      if (item.type !== 'fragment' || !item.fragment.keyframe) continue;
      if (item.fragment.wallClockMs > fromMs) break;
      lastSequence = Math.max(lastSequence, item.fragment.sequence - 1);
    }
    scout.close();
  }

  function stopsAt(): number {
    return plan.kind === 'around' ? plan.untilMs : Number.POSITIVE_INFINITY;
  }

  function isBehindEnd({ wallClockMs }: Fragment): boolean {
    return wallClockMs >= stopsAt() && wallClockMs <= clock.now() + AHEAD_MS;
  }

  function countLost(fragments: number): void {
    // Also the network loses fragments, before they come here: those are the camera's.
    if (wasHeldUp === undefined) return;
    lost += fragments;
    if (wasHeldUp === 'slow' && writer !== undefined) disks.slow(writer.diskId);
  }

  function hold(item: FragmentItem): void {
    held = item;
    retryAtMs = clock.monotonic() + RETRY_MS;
    heldUp = 'noDisk';
  }

  async function begin(
    disk: Disk,
    { fragment, info }: FragmentItem,
    turn: { readonly over: boolean },
  ): Promise<boolean> {
    const head = last?.head ?? FIRST_HEAD;
    if (!(await disks.confirm(disk.id)) || turn.over) return false;
    try {
      const lane = disks.lane(disk.id);
      const opened = await openSegment(parts, { key, disk, lane, info, first: fragment, previousHead: head });
      if (turn.over) {
        await opened.end();
        return false;
      }
      writer = opened;
      last = { head, diskId: disk.id };
      return writer.admit(fragment, info);
    } catch (error) {
      log.warn({ disk: disk.root, reason: messageOf(error) }, 'a recording could not be begun');
      blame(disk, error);
      return false;
    }
  }

  async function write(
    disk: Disk,
    to: SegmentWriter,
    batch: readonly Fragment[],
    turn: { readonly over: boolean },
  ): Promise<boolean> {
    const fragmentsBefore = to.segment.fragments;
    try {
      await to.write(batch);
      if (!turn.over) lastSequence = batch.at(-1)?.sequence ?? lastSequence;
      return true;
    } catch (error) {
      const written = error instanceof SegmentWriteError ? error.written : to.segment.fragments - fragmentsBefore;
      lost += batch.length - written;
      if (turn.over) return false;
      lastSequence = batch.at(-1)?.sequence ?? lastSequence;
      log.warn({ disk: disk.root, reason: messageOf(error) }, 'a recording was broken off');
      retire();
      retryAtMs = clock.monotonic() + RETRY_MS;
      heldUp = 'noDisk';
      blame(disk, error instanceof SegmentWriteError ? error.cause : error);
      return false;
    }
  }

  /** A disk that failed is taken from all streams: what the index or a fragment of this one did is no fault of it. */
  function blame(disk: Disk, error: unknown): void {
    if (isSystemError(error)) disks.writeFailed(disk.id, error);
  }

  /** The file ends beside what follows; the chain goes on from what is in it now. */
  function retire(): void {
    if (writer === undefined) return;
    last = { head: writer.head, diskId: writer.diskId };
    const ending = writer.end().finally(() => endings.delete(ending));
    endings.add(ending);
    writer = undefined;
  }

  /** The file and the place in the stream: nothing is demanded of the camera any more. */
  function leave(): void {
    retire();
    reader?.close();
    reader = undefined;
    held = undefined;
    if (plan.kind === 'around') doneMs = plan.untilMs;
    plan = { kind: 'never' };
  }

  return {
    key,
    plan(next) {
      if (next.kind !== 'around' || next.untilMs > doneMs) plan = next;
    },
    shift(stepMs) {
      doneMs += stepMs;
      if (plan.kind === 'around') plan = shifted(plan, stepMs);
    },
    turn,
    get open() {
      return writer;
    },
    get diskId() {
      return writer?.diskId ?? last?.diskId;
    },
    get lostFragments() {
      return lost;
    },
    async end() {
      await working;
      if (!ended) turn();
      ended = true;
      await working;
      leave();
      await Promise.all(endings);
    },
  };
}
