import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Fragment, StreamInfo, StreamRole } from '#contracts/media';
import type { SegmentGroup } from '../../recordings/group-list.ts';
import type { Disk, Disks, Signer } from '../../recordings/interfaces.ts';
import {
  chainStart,
  FIRST_HEAD,
  linkBox,
  nextHead,
  recordBox,
  type Seal,
  sealBox,
  sealedText,
  segmentPath,
} from '../../recordings/segment-file.ts';
import type { NewSegment, SegmentEnd } from '../../recordings/segment-store.ts';

/** Segment files as the recorder leaves them, written in one piece, with what the index should say of them. */
export interface WrittenSegment {
  /** Absolute. */
  readonly file: string;
  readonly segment: NewSegment;
  readonly end: SegmentEnd;
  /** Place of each record box; the last number is the end of the file. */
  readonly places: readonly number[];
  readonly bytes: Buffer;
}

export interface SegmentToWrite {
  readonly disk: Pick<Disk, 'id' | 'root'>;
  readonly cameraId?: string;
  readonly role?: StreamRole;
  readonly info: Pick<StreamInfo, 'init' | 'video' | 'audio' | 'timescale'>;
  readonly fragments: readonly Fragment[];
  readonly previousHead?: Uint8Array;
  /** A seal after every so many fragments, and at the end. */
  readonly seals?: { readonly every: number; readonly signer: Signer };
}

export async function writeSegment(options: SegmentToWrite): Promise<WrittenSegment> {
  const { disk, cameraId = 'cam-1', role = 'main', info, fragments, previousHead = FIRST_HEAD, seals } = options;
  const startMs = fragments[0]?.wallClockMs ?? 0;
  const { timescale, video, audio } = info;
  const stream = {
    cameraId,
    role,
    timescale,
    codec: video.codec,
    audioCodec: audio?.codec ?? null,
    width: video.width,
    height: video.height,
  };
  const hex = Buffer.from(previousHead).toString('hex');
  const parts: Buffer[] = [Buffer.from(info.init), linkBox({ ...stream, startMs, previousHead: hex })];
  const headBytes = lengthOf(parts);
  const places: number[] = [];
  let head: Uint8Array = chainStart(previousHead, parts);
  let at = headBytes;
  const groups: { startMs: number; first: Fragment; offset: number; keyBytes: number; fragments: number }[] = [];
  const lasts: Fragment[] = [];
  fragments.forEach((fragment, index) => {
    const record = recordBox(fragment);
    places.push(at);
    head = nextHead(head, record);
    const bytes = record.byteLength + fragment.bytes.byteLength;
    const group = groups.at(-1);
    if (fragment.keyframe || group === undefined) {
      const start = Math.round(fragment.wallClockMs);
      groups.push({ startMs: start, first: fragment, offset: at, keyBytes: bytes, fragments: 1 });
    } else group.fragments += 1;
    lasts[groups.length - 1] = fragment;
    parts.push(record, Buffer.from(fragment.bytes));
    at += bytes;
    if (seals !== undefined && ((index + 1) % seals.every === 0 || index === fragments.length - 1)) {
      const seal = sealOf(seals.signer, { cameraId, role, fragments: index + 1, timeMs: fragment.wallClockMs }, head);
      const box = sealBox(seal);
      parts.push(box);
      at += box.byteLength;
    }
  });
  places.push(at);
  const bytes = Buffer.concat(parts);
  const path = segmentPath(cameraId, role, startMs);
  const file = join(disk.root, path);
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, 'wx');
  await handle.write(bytes);
  await handle.close();
  const last = fragments.at(-1);
  const endMs = last === undefined ? startMs : last.wallClockMs + (last.duration * 1000) / timescale;
  return {
    file,
    bytes,
    places,
    segment: {
      ...stream,
      diskId: disk.id,
      path,
      startMs: Math.round(startMs),
      endMs: Math.round(startMs),
      bytes: 0,
      initBytes: info.init.byteLength,
      headBytes,
      fragments: 0,
      previousHead,
      head: previousHead,
    },
    end: {
      endMs: Math.round(endMs),
      bytes: bytes.byteLength,
      fragments: fragments.length,
      head,
      groups: groups.map(({ first, ...group }, index): SegmentGroup => {
        const final = lasts[index] ?? first;
        const { decodeTime } = first;
        const duration = final.decodeTime + final.duration - decodeTime;
        return { ...group, decodeTime, duration, bytes: (groups[index + 1]?.offset ?? at) - group.offset };
      }),
    },
  };
}

function sealOf(signer: Signer, about: Omit<Seal, 'head' | 'keyId' | 'signature'>, head: Uint8Array): Seal {
  const seal = { ...about, head: Buffer.from(head).toString('hex'), keyId: signer.keyId };
  return { ...seal, signature: signer.sign(sealedText(seal)) };
}

const lengthOf = (parts: readonly Buffer[]): number => parts.reduce((sum, part) => sum + part.byteLength, 0);

/** Not a key: the same text gives the same "signature", for files whose seals nobody verifies. */
export const fakeSigner: Signer = {
  keyId: '0123456789abcdef',
  sign: (text) => createHash('sha512').update(text).digest('base64'),
};

/** A stream without pictures whose boxes are right: for files by the thousand, and for sizes that FFmpeg does not give. */
export const plainInfo: SegmentToWrite['info'] = {
  init: Buffer.concat([box('ftyp', 16), box('moov', 400)]),
  video: { codec: 'avc1.64001f', width: 1280, height: 720, frameRate: 25 },
  audio: null,
  timescale: 90_000,
};

/** `fragments` of 200 ms, a key frame every 2 s; each of `bytes`. */
export function plainFragments(startMs: number, fragments: number, bytes = 64): Fragment[] {
  return Array.from({ length: fragments }, (_, index) => {
    const body = Buffer.concat([box('moof', 16), box('mdat', Math.max(16, bytes - 16))]);
    body.writeUInt32BE(index, body.byteLength - 4);
    return {
      generation: 1,
      sequence: index,
      decodeTime: index * 18_000,
      duration: 18_000,
      wallClockMs: startMs + index * 200,
      keyframe: index % 10 === 0,
      pictures: 5,
      bytes: body,
    };
  });
}

function box(type: string, bytes: number): Buffer {
  const out = Buffer.alloc(bytes, 0x5a);
  out.writeUInt32BE(bytes, 0);
  out.write(type, 4, 'latin1');
  return out;
}

export interface FakeDisks extends Disks {
  set(id: string, change: Partial<Disk>): void;
}

/** Disks whose state a test sets. */
export function createFakeDisks(first: readonly (Partial<Disk> & Pick<Disk, 'id' | 'root'>)[]): FakeDisks {
  const listeners = new Set<(disk: Disk) => void>();
  const disks = new Map(
    first.map((disk): [string, Disk] => [
      disk.id,
      { state: 'ready', detail: '', hangs: false, freeBytes: 1e12, totalBytes: 2e12, ...disk },
    ]),
  );
  return {
    list: () => [...disks.values()],
    find: (id) => disks.get(id),
    onChanged(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(id, change) {
      const disk = disks.get(id);
      if (disk === undefined) throw new Error(`no disk ${id}`);
      const changed = { ...disk, ...change };
      disks.set(id, changed);
      for (const listener of listeners) listener(changed);
    },
  };
}
