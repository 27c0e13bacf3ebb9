import { Fault, messageOf } from '#base/errors';
import type { Fragment, StillDecoder, StreamInfo, StreamRole } from '#contracts/media';
import { type FindSegments, type FoundSegment, groupEndMs } from './find-segments.ts';
import type { SegmentGroup } from './group-list.ts';
import type { SegmentBytes } from './segment-bytes.ts';
import { RECORD_BYTES, readRecord } from './segment-file.ts';
import type { Segment } from './segment-store.ts';

/** A JPEG of a recorded key frame. */
export interface RecordedStill {
  readonly jpeg: Uint8Array;
  readonly role: StreamRole;
  /** When the picture was taken, ms since 1970. */
  readonly takenMs: number;
}

export interface RecordedStills {
  /** Rejects with `Fault`: `notFound` where nothing was recorded, `tooMany`, or `unavailable` when undecodable. */
  still(cameraId: string, atMs: number, width: number | undefined, signal: AbortSignal): Promise<RecordedStill>;
}

/** Few, so that askers meet on the same ones; pixels. */
const WIDTHS = [160, 320, 640, 1280] as const;
/** From this width on the main stream is worth its decoding. */
const MAIN_FROM = 640;
/** A key frame is not shown for a moment that lies further than this behind the end of its group. */
const MOST_BEHIND_MS = 10_000;
/** Key frames stand at most this far apart in streams that we still find a still for. */
const LOOK_BACK_MS = 120_000;
const AT_A_TIME = 2;
const MOST_WAITING = 64;
const KEPT_BYTES = 32 * 2 ** 20;

interface Work {
  readonly jpeg: Promise<Uint8Array>;
  readonly abandoned: AbortController;
  askers: number;
}

/** Stills of recordings, a few decoded at a time and the last ones kept: a cursor over a timeline asks for many. */
export function createRecordedStills(deps: {
  segments: FindSegments;
  open: (found: FoundSegment) => Promise<SegmentBytes>;
  decoder: StillDecoder;
}): RecordedStills {
  const { segments, open, decoder } = deps;
  const kept = createKept(KEPT_BYTES);
  const working = new Map<string, Work>();
  const waiting: (() => void)[] = [];
  let busy = 0;

  async function find(cameraId: string, role: StreamRole, atMs: number) {
    const found = await segments.between(cameraId, role, atMs - LOOK_BACK_MS, atMs + 1);
    for (const each of found.reverse()) {
      const group = each.groups.findLast(({ startMs }) => startMs <= atMs);
      if (group === undefined) continue;
      return groupEndMs(group, each.segment.timescale) + MOST_BEHIND_MS < atMs ? undefined : { found: each, group };
    }
    return undefined;
  }

  /** One of a few at a time; who is not wanted any more when its turn comes does nothing. */
  async function inTurn<T>(abandoned: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (busy >= AT_A_TIME) {
      if (waiting.length >= MOST_WAITING) throw new Fault('tooMany', 'still.tooMany', 'too many stills are waited for');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else {
      busy += 1;
    }
    try {
      if (abandoned.aborted) throw new Fault('timeout', 'still.abandoned', 'nobody waits for this still any more');
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    }
  }

  async function decode(found: FoundSegment, group: SegmentGroup, width: number): Promise<Uint8Array> {
    const file = await open(found);
    try {
      const init = await file.read(0, found.segment.initBytes);
      const key = await file.read(group.offset, group.keyBytes);
      const fragment = fragmentOf(key, group);
      return await decoder.jpeg(infoOf(found.segment, init), fragment, width);
    } catch (cause) {
      if (cause instanceof Fault) throw cause;
      throw new Fault('unavailable', 'still.undecodable', `no still: ${messageOf(cause)}`, { cause });
    } finally {
      await file.close();
    }
  }

  function workFor(key: string, found: FoundSegment, group: SegmentGroup, width: number): Work {
    const known = working.get(key);
    if (known !== undefined) return known;
    const abandoned = new AbortController();
    const jpeg = inTurn(abandoned.signal, () => decode(found, group, width));
    const work: Work = { jpeg, abandoned, askers: 0 };
    working.set(key, work);
    const end = (): void => {
      if (working.get(key) === work) working.delete(key);
    };
    jpeg.then((bytes) => kept.put(key, bytes)).then(end, end);
    return work;
  }

  return {
    async still(cameraId, atMs, wanted, signal) {
      const width = WIDTHS.find((each) => each >= (wanted ?? 320)) ?? 1280;
      const roles: readonly StreamRole[] = width > MAIN_FROM ? ['main', 'sub'] : ['sub', 'main'];
      const place = (await find(cameraId, roles[0] ?? 'main', atMs)) ?? (await find(cameraId, roles[1] ?? 'sub', atMs));
      if (place === undefined) {
        throw new Fault('notFound', 'recording.nothingThere', 'nothing was recorded at this moment');
      }
      const { found, group } = place;
      const answer = (jpeg: Uint8Array): RecordedStill => ({ jpeg, role: found.segment.role, takenMs: group.startMs });
      const key = `${found.segment.id}/${group.offset}/${width}`;
      const ready = kept.get(key);
      if (ready !== undefined) return answer(ready);
      const work = workFor(key, found, group, width);
      work.askers += 1;
      const leave = (): void => {
        work.askers -= 1;
        if (work.askers > 0) return;
        work.abandoned.abort();
        // Who asks from now on must not share its fate.
        if (working.get(key) === work) working.delete(key);
      };
      signal.addEventListener('abort', leave, { once: true });
      try {
        return answer(await work.jpeg);
      } finally {
        signal.removeEventListener('abort', leave);
      }
    },
  };
}

/** The least recently used go first. */
function createKept(mostBytes: number) {
  const entries = new Map<string, Uint8Array>();
  let bytes = 0;
  return {
    get(key: string): Uint8Array | undefined {
      const found = entries.get(key);
      if (found === undefined) return undefined;
      entries.delete(key);
      entries.set(key, found);
      return found;
    },
    put(key: string, value: Uint8Array): void {
      bytes += value.byteLength - (entries.get(key)?.byteLength ?? 0);
      entries.delete(key);
      entries.set(key, value);
      for (const [oldest, old] of entries) {
        if (bytes <= mostBytes) break;
        entries.delete(oldest);
        bytes -= old.byteLength;
      }
    },
  };
}

function fragmentOf(key: Buffer, group: SegmentGroup): Fragment {
  const record = readRecord(key.subarray(0, RECORD_BYTES));
  if (record === undefined || RECORD_BYTES + record.length > key.byteLength) {
    throw new Fault('notFound', 'recording.cut', 'there is no key frame where the index says');
  }
  return {
    generation: 1,
    sequence: record.sequence,
    decodeTime: record.decodeTime,
    duration: record.duration,
    wallClockMs: group.startMs,
    keyframe: true,
    bytes: key.subarray(RECORD_BYTES, RECORD_BYTES + record.length),
  };
}

function infoOf(segment: Segment, init: Uint8Array): StreamInfo {
  const { codec, width, height, timescale } = segment;
  return { generation: 1, video: { codec, width, height, frameRate: null }, audio: null, timescale, init };
}
