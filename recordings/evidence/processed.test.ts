import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ByteSource,
  type EvidenceFile,
  type EvidenceManifest,
  type FileVerdict,
  fromBase64,
  manifestSchema,
  verifyFile,
} from '#contracts/evidence';
import { makeExport, T0 } from '../../tests/fakes/evidence-export.ts';
import { nodeCrypto } from '../../tests/fakes/evidence-keys.ts';
import { type Overlay, watermarkLines } from './overlay.ts';

const run = promisify(execFile);
const SECOND = 1000;
/** A name as somebody would choose it who wants to break a filter, a file or a page. */
const HOSTILE = `Nguyễn Thị Ánh: 'x',"y"\\;[0:v]drawtext=text=%{pts}\n<script>&amp;`;
const OVERLAY: Overlay = {
  masks: [
    {
      name: 'cửa sổ "nhà dân"',
      points: [
        [0.25, 0.25],
        [0.75, 0.25],
        [0.75, 0.75],
        [0.25, 0.75],
      ],
    },
  ],
  watermark: watermarkLines({ name: HOSTILE, timeMs: T0, caseNumber: 'AG-2026/17' }),
};

let folder: string;
let manifest: EvidenceManifest;
let file: EvidenceFile;
let video: Buffer;
let original: { manifest: EvidenceManifest; video: Buffer };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-processed-'));
  const plain = join(folder, 'plain');
  const masked = join(folder, 'masked');
  await makeExport(plain, { verifier: '' });
  await makeExport(masked, { verifier: '', overlay: OVERLAY });
  const read = async (path: string) => manifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  manifest = await read(join(masked, 'out', 'manifest.json'));
  const [only] = manifest.files;
  if (only === undefined) throw new Error('no file');
  file = only;
  video = await readFile(join(masked, 'out', file.name));
  original = {
    manifest: await read(join(plain, 'out', 'manifest.json')),
    video: await readFile(join(plain, 'out', 'camera-7.mp4')),
  };
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

const sourceOf = (bytes: Uint8Array): ByteSource => ({
  size: bytes.byteLength,
  read: async (offset, length) => bytes.slice(offset, offset + length),
});

const verdictOf = (bytes: Uint8Array, of: EvidenceFile = file): Promise<FileVerdict> =>
  verifyFile(of, manifest.sealKeys, sourceOf(bytes), nodeCrypto);

function processing(of: EvidenceFile = file) {
  if (of.processing.kind !== 'reencoded') throw new Error('it was not encoded again');
  return of.processing;
}

/** Picture `at` seconds after the first of a video, as pixels. */
async function pictureOf(bytes: Buffer, at: number) {
  const path = join(folder, `${createHash('sha256').update(bytes).digest('hex').slice(0, 8)}.mp4`);
  await writeFile(path, bytes);
  const { stdout } = await run(
    'ffmpeg',
    [
      '-v',
      'error',
      '-i',
      path,
      ...['-vf', `select='eq(n,${at * 25})'`],
      ...['-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', 'pipe:1'],
    ],
    { encoding: 'buffer', maxBuffer: 2 ** 26 },
  );
  return sharp(stdout);
}

/** How much the brightness varies in a part of a picture; 0 is flat. */
async function spread(picture: Sharp, part: { left: number; top: number; width: number; height: number }) {
  const cut = await picture.clone().extract(part).png().toBuffer();
  return (await sharp(cut).greyscale().stats()).channels[0]?.stdev ?? Number.NaN;
}

describe('an export with masks and a watermark', () => {
  it('covers what the masks cover, in every picture, and nothing else', async () => {
    for (const at of [0, 2, 5]) {
      const [was, is] = [await pictureOf(original.video, at), await pictureOf(video, at)];
      // 320 × 180; the mask is its middle quarter.
      const inside = { left: 80, top: 45, width: 160, height: 90 };
      expect(await spread(was, inside)).toBeGreaterThan(20);
      expect(await spread(is, inside)).toBeLessThan(1.5);
      for (const outside of [
        { left: 0, top: 0, width: 70, height: 180 },
        { left: 250, top: 0, width: 70, height: 180 },
      ]) {
        expect(await spread(is, outside)).toBeGreaterThan(20);
      }
    }
  });

  it('has the watermark in every quarter of the picture', async () => {
    const only = { masks: [], watermark: OVERLAY.watermark };
    const marked = join(folder, 'marked');
    await makeExport(marked, { verifier: '', overlay: only });
    const is = await pictureOf(await readFile(join(marked, 'out', 'camera-7-masked.mp4')), 1);
    const was = await pictureOf(original.video, 1);
    const both = await was
      .composite([{ input: await is.png().toBuffer(), blend: 'difference' }])
      .png()
      .toBuffer();
    for (const left of [0, 160]) {
      for (const top of [0, 90]) {
        const quarter = await sharp(both).extract({ left, top, width: 160, height: 90 }).greyscale().raw().toBuffer();
        // Encoding alone changes a picture by a few steps.
        expect(quarter.filter((value) => value > 20).length).toBeGreaterThan(150);
      }
    }
  });

  it('shows each picture at the time at which it was taken', async () => {
    expect([file.fromMs, file.toMs]).toEqual([T0 + 3 * SECOND, T0 + 9 * SECOND]);
    expect(file.gaps).toEqual([]);
    let fromMs = T0 + 3 * SECOND;
    for (const [, startMs, durationMs] of file.fragments) {
      expect(startMs).toBeCloseTo(fromMs, 1);
      fromMs = startMs + durationMs;
    }
    const times = ['-select_streams', 'v', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0'];
    const { stdout } = await run('ffprobe', ['-v', 'error', ...times, join(folder, 'masked', 'out', file.name)]);
    const seconds = stdout.trim().split('\n').map(Number);
    expect(seconds).toHaveLength(150);
    for (const [at, second] of seconds.entries()) expect(second).toBeCloseTo(at / 25, 3);
  });

  it('verifies as a copy: itself, and the fingerprints of what it was made from, which were sealed while recording', async () => {
    expect(await verdictOf(video)).toEqual({ name: file.name, faults: [], sealedMs: 6000, unsealedMs: 0 });
    expect(file.sha256).toBe(createHash('sha256').update(video).digest('hex'));
    expect(file.codec).toMatch(/^avc1\.64/);
    const [plain] = original.manifest.files;
    const { sha256, bytes, init, fromMs, toMs } = processing().original;
    expect({ sha256, bytes, init, fromMs, toMs }).toEqual({
      sha256: plain?.sha256,
      bytes: plain?.bytes,
      init: plain?.init,
      fromMs: plain?.fromMs,
      toMs: plain?.toMs,
    });
    expect(processing()).toMatchObject({ masks: OVERLAY.masks, watermark: OVERLAY.watermark });
    expect(processing().encoder).toMatch(/^test, FFmpeg -c:v libx264 /);
  });

  it('finds one flipped bit anywhere, and places it to its second', async () => {
    for (let round = 0; round < 40; round += 1) {
      const at = Math.floor((video.byteLength * (round + 0.5)) / 40);
      const bytes = Buffer.from(video);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (round % 8));
      const { faults } = await verdictOf(bytes);
      expect(faults).toHaveLength(1);
      let end = file.init.bytes;
      const hit = file.fragments.find(([size]) => {
        end += size;
        return at < end;
      });
      if (at < file.init.bytes) expect(faults[0]).toMatchObject({ kind: 'init' });
      else expect(faults[0]).toMatchObject({ kind: 'fragment', fromMs: hit?.[1] });
      expect((faults[0]?.toMs ?? 0) - (faults[0]?.fromMs ?? 0)).toBeLessThanOrEqual(SECOND);
    }
  });

  it('does not verify with fingerprints that nobody sealed', async () => {
    const own = processing();
    const records = Buffer.from(fromBase64(own.original.records));
    records[60] = (records[60] ?? 0) ^ 1;
    const forged: EvidenceFile = {
      ...file,
      processing: { ...own, original: { ...own.original, records: records.toString('base64') } },
    };
    const { faults, sealedMs } = await verdictOf(video, forged);
    expect(faults.map(({ kind }) => kind)).toContain('chain');
    expect(sealedMs).toBeLessThan(6000);
  });

  it('keeps a hostile name as text, on one line', () => {
    const [name, when] = processing().watermark ?? [];
    expect(name).toBe(HOSTILE.replace('\n', ' '));
    expect(when).toMatch(/^2026-11-25 \d\d:00:00 [+-]\d\d:\d\d · AG-2026\/17$/);
  });
});
