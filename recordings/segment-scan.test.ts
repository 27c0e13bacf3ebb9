import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeClip } from '../tests/fakes/clip-camera.ts';
import {
  fakeSigner,
  plainFragments,
  plainInfo,
  type WrittenSegment,
  writeSegment,
} from '../tests/fakes/segment-files.ts';
import { RECORD_BYTES, sealedText } from './segment-file.ts';
import { type ScanOptions, type SegmentScan, scanSegment } from './segment-scan.ts';

const T0 = Date.UTC(2026, 10, 25, 1);

let root: string;
let written: WrittenSegment;
let copy: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'tamnhin-scan-'));
  copy = join(root, 'copy.mp4');
  const clip = await makeClip({ seconds: 6 });
  written = await writeSegment({
    disk: { id: 'd', root },
    info: clip.info,
    fragments: clip.fragments.map((one) => ({
      ...one,
      wallClockMs: T0 + 0.25 + (one.decodeTime * 1000) / clip.info.timescale,
    })),
    seals: { every: 11, signer: fakeSigner },
  });
});
afterAll(() => rm(root, { recursive: true }));

async function scanOf(bytes: Buffer, options?: ScanOptions): Promise<SegmentScan> {
  await writeFile(copy, bytes);
  const scan = await scanSegment(copy, options);
  if (scan.link === undefined) throw new Error(`no head: ${scan.stop}`);
  return scan;
}

const place = (at: number): number => written.places.at(at) ?? Number.NaN;

/** What the index would say if the file ended before fragment `count`. */
async function upTo(count: number): Promise<SegmentScan> {
  return scanOf(written.bytes.subarray(0, place(count)));
}

function flipped(at: number, bit = 0x10): Buffer {
  const bytes = Buffer.from(written.bytes);
  bytes[at] = (bytes[at] ?? 0) ^ bit;
  return bytes;
}

describe('the scan of a segment file', () => {
  it.each(['none', 'tail', 'all'] as const)('finds all that was written, with digests of %s', async (digests) => {
    const scan = await scanOf(written.bytes, { digests });
    const { segment, end } = written;
    expect(scan).toMatchObject({ stop: 'end', wholeBytes: end.bytes, fileBytes: end.bytes, damages: [] });
    expect(scan).toMatchObject({ initBytes: segment.initBytes, headBytes: segment.headBytes });
    expect(scan.link).toMatchObject({ cameraId: 'cam-1', role: 'main', codec: segment.codec, width: 320 });
    expect(scan.fragments).toBe(end.fragments);
    expect(scan.groups).toEqual(end.groups);
    expect(Math.round(scan.endMs)).toBe(end.endMs);
    expect(Buffer.from(end.head).equals(scan.head)).toBe(true);
    expect(scan.seals.map(({ matches }) => matches)).toEqual(scan.seals.map(() => true));
    expect(scan.seals).toHaveLength(Math.ceil(end.fragments / 11));
  });

  it('goes on from a place inside', async () => {
    const half = await upTo(10);
    const rest = await scanOf(written.bytes, {
      from: { offset: half.wholeBytes, head: half.head, fragments: half.fragments },
    });
    expect(rest.head).toEqual(written.end.head);
    expect(rest.fragments).toBe(written.end.fragments);
    expect(rest.groups).toEqual(written.end.groups.slice(half.groups.length));
  });

  it('finds the same end wherever the last record or seal is torn', async () => {
    const { bytes, places } = await writeSegment({
      disk: { id: 'd', root },
      cameraId: 'torn',
      info: plainInfo,
      fragments: plainFragments(T0, 21, 300),
      seals: { every: 7, signer: fakeSigner },
    });
    const [record = 0, end = 0] = places.slice(-2);
    const seal = record + RECORD_BYTES + 300;
    const before = await scanOf(bytes.subarray(0, record));
    const behind = await scanOf(bytes.subarray(0, seal));
    expect([before, behind]).toMatchObject([
      { stop: 'end', fragments: 20 },
      { stop: 'end', fragments: 21 },
    ]);
    for (let at = record + 1; at < end; at += 1) {
      const scan = await scanOf(bytes.subarray(0, at));
      const whole = at < seal ? before : behind;
      // A box begins with its length: zeros at first.
      const stop = at === seal ? 'end' : at - whole.fileBytes < 3 ? 'zeros' : expect.stringMatching(/torn|zeros/);
      expect(scan, `torn at ${at - record}`).toEqual({ ...whole, fileBytes: at, stop });
    }
  });

  it.each([1, 23, 24, 87, 88, 4096, 300_000])('takes %i zeros behind the last record for nothing', async (zeros) => {
    const scan = await scanOf(Buffer.concat([written.bytes, Buffer.alloc(zeros)]));
    expect(scan).toMatchObject({ stop: 'zeros', wholeBytes: written.bytes.byteLength });
    expect(scan.groups).toEqual(written.end.groups);
  });

  it('finds the end where the tail was filled with zeros from any place on', async () => {
    const records = written.places.slice(-6, -1);
    for (const [at, record] of records.entries()) {
      for (const into of [0, 3, 8, 24, 30, 40, 56, 87, 88, 89, 100, 400]) {
        const bytes = Buffer.from(written.bytes);
        bytes.fill(0, record + into);
        const scan = await scanOf(bytes);
        const whole = await upTo(written.places.length - 6 + at);
        expect(scan.wholeBytes, `record ${at}, ${into} bytes in`).toBe(whole.wholeBytes);
        expect({ ...scan, stop: 0, fileBytes: 0 }).toEqual({ ...whole, stop: 0, fileBytes: 0 });
      }
    }
  });

  it('does not take somebody else’s bytes for its own', async () => {
    for (const rest of [randomBytes(5), randomBytes(50), randomBytes(70_000), Buffer.alloc(100, 0xff)]) {
      const scan = await scanOf(Buffer.concat([written.bytes, rest]));
      expect(scan.wholeBytes).toBe(written.bytes.byteLength);
      expect(scan.stop).toBe(rest.byteLength < 24 ? 'torn' : 'foreign');
    }
  });

  it('cuts a tail at the first thing that is wrong in it', async () => {
    const scan = await scanOf(flipped(place(-4) + RECORD_BYTES + 50));
    expect(scan).toMatchObject({ stop: 'digest', wholeBytes: place(-4) });
    expect({ ...scan, fileBytes: 0 }).toEqual({ ...(await upTo(-4)), fileBytes: 0, stop: 'digest' });
  });

  it('places every flipped bit', async () => {
    const { headBytes } = written.segment;
    for (let at = headBytes; at < written.bytes.byteLength; at += 1997) {
      const scan = await scanOf(flipped(at), { digests: 'all' });
      const isWrong = ({ seal, matches }: (typeof scan.seals)[number]): boolean =>
        !matches || fakeSigner.sign(sealedText(seal)) !== seal.signature;
      const wrongSeals = scan.seals.filter(isWrong).length;
      const found = scan.damages.length + wrongSeals + (scan.stop === 'end' ? 0 : 1);
      const record = written.places.findLastIndex((one) => one <= at);
      const inFragment = at >= place(record) + RECORD_BYTES && at < place(record) + 8000 && wrongSeals === 0;
      expect(found, `bit at ${at}`).toBeGreaterThan(0);
      const first = scan.damages[0];
      if (inFragment && first?.what === 'digest')
        expect(first).toMatchObject({ offset: place(record), fragment: record });
    }
  });

  it('passes over damage inside, keeps what follows, and leaves the broken group out', async () => {
    const second = written.end.groups[1];
    const broken = place(7);
    const scan = await scanOf(flipped(broken + 9), { digests: 'all' });
    expect(scan.damages[0]).toMatchObject({ offset: broken, bytes: place(8) - broken, what: 'foreign', fragment: 7 });
    expect(scan).toMatchObject({ stop: 'end', fragments: written.end.fragments - 1 });
    expect(scan.groups).toHaveLength(written.end.groups.length);
    expect(scan.groups[1]).toMatchObject({ offset: second?.offset, bytes: broken - (second?.offset ?? 0) });
    expect(scan.groups.slice(2)).toEqual(written.end.groups.slice(2));
    expect(scan.seals.every(({ matches }) => !matches)).toBe(true);
  });

  it('knows by the seals that what a decoder is told at the start was changed', async () => {
    for (const at of [20, Math.floor(written.segment.initBytes / 2), written.segment.initBytes - 1]) {
      const bytes = Buffer.from(written.bytes);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await writeFile(copy, bytes);
      const scan = await scanSegment(copy, { digests: 'all' });
      if (scan.link === undefined) throw new Error(`no head: ${scan.stop}`);
      expect(scan.damages).toEqual([]);
      expect(scan.seals.length).toBeGreaterThan(1);
      expect(scan.seals.every(({ matches }) => !matches)).toBe(true);
    }
  });

  it('goes on behind a seal that cannot be read', async () => {
    const { seals } = await scanOf(written.bytes);
    const scan = await scanOf(flipped((seals[0]?.offset ?? 0) + 24, 0x40));
    expect(scan.damages).toMatchObject([{ what: 'seal', offset: seals[0]?.offset }]);
    expect(scan.groups).toEqual(written.end.groups);
  });

  it('says of a file without a head what it is', async () => {
    const heads: [Buffer, string, boolean][] = [
      [Buffer.alloc(0), 'torn', false],
      [Buffer.alloc(10), 'torn', false],
      [Buffer.alloc(5000), 'zeros', false],
      [randomBytes(5000), 'foreign', false],
      [written.bytes.subarray(0, written.segment.initBytes), 'torn', false],
      [written.bytes.subarray(0, written.segment.headBytes - 1), 'torn', false],
      [flipped(written.segment.initBytes + 30), 'foreign', true],
      [flipped(6), 'foreign', true],
    ];
    for (const [bytes, stop, holdsRecords] of heads) {
      await writeFile(copy, bytes);
      expect(await scanSegment(copy)).toEqual({ link: undefined, fileBytes: bytes.byteLength, stop, holdsRecords });
    }
    const bare = await scanOf(written.bytes.subarray(0, written.segment.headBytes));
    expect(bare).toMatchObject({ stop: 'end', fragments: 0, groups: [] });
  });

  it('follows no link and waits for no pipe', async () => {
    const link = join(root, 'link.mp4');
    await symlink(written.file, link);
    await expect(scanSegment(link)).rejects.toThrow(/ELOOP/);
    await expect(scanSegment(root)).rejects.toThrow(/no file/);
  });

  it('passes over two minutes of 2 Mbit/s in a fraction of a second', async () => {
    const big = await writeSegment({
      disk: { id: 'd', root },
      cameraId: 'big',
      info: plainInfo,
      fragments: plainFragments(T0, 600, 50_000),
      seals: { every: 300, signer: fakeSigner },
    });
    const time = async (digests: 'tail' | 'all'): Promise<number> => {
      const before = performance.now();
      const scan = await scanSegment(big.file, { digests });
      expect(scan).toMatchObject({ stop: 'end', fragments: 600, damages: [] });
      return performance.now() - before;
    };
    expect(await time('tail')).toBeLessThan(1000);
    expect(await time('all')).toBeLessThan(5000);
  });
});
