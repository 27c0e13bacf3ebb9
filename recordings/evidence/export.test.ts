import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ByteSource,
  type EvidenceManifest,
  type FileVerdict,
  manifestSchema,
  verifyFile,
  verifyManifest,
} from '#contracts/evidence';
import { makeExport, T0 } from '../../tests/fakes/evidence-export.ts';
import { createTestKey, nodeCrypto } from '../../tests/fakes/evidence-keys.ts';
import { writeArchive } from './export-archive.ts';

const run = promisify(execFile);
const SECOND = 1000;

let folder: string;
let manifest: EvidenceManifest;
let text: Buffer;
let signature: string;
let video: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tamnhin-export-'));
  const steps: number[] = [];
  await makeExport(folder, { verifier: '<!doctype html>', onProgress: (part) => steps.push(part) });
  expect(steps.at(-1)).toBeGreaterThan(0.95);
  const out = join(folder, 'out');
  text = await readFile(join(out, 'manifest.json'));
  manifest = manifestSchema.parse(JSON.parse(text.toString()));
  signature = await readFile(join(out, 'manifest.sig'), 'utf8');
  video = await readFile(join(out, 'camera-7.mp4'));
});
afterAll(() => rm(folder, { recursive: true }));

const sourceOf = (bytes: Uint8Array): ByteSource => ({
  size: bytes.byteLength,
  read: async (offset, length) => bytes.slice(offset, offset + length),
});

async function verdictOf(bytes: Uint8Array, of: EvidenceManifest = manifest): Promise<FileVerdict> {
  const [file] = of.files;
  if (file === undefined) throw new Error('no file');
  return verifyFile(file, of.sealKeys, sourceOf(bytes), nodeCrypto);
}

describe('an export', () => {
  it('plays in FFmpeg without a word, every picture of the range', async () => {
    const path = join(folder, 'out', 'camera-7.mp4');
    const counted = ['-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0'];
    const { stdout, stderr } = await run('ffprobe', ['-v', 'error', ...counted, path]);
    expect([stdout.trim(), stderr]).toEqual(['150', '']);
  });

  it('says what it is, and verifies: whole, sealed while it was recorded, and signed', async () => {
    expect(manifest).toMatchObject({ caseNumber: 'AG-2026-17', createdBy: 'Nguyễn An (an.nguyen)' });
    expect(manifest.files[0]).toMatchObject({
      fromMs: T0 + 3 * SECOND,
      toMs: T0 + 9 * SECOND,
      clock: { offsetMs: -120, measuredMs: T0 },
      processing: { kind: 'none' },
      gaps: [],
      sha256: createHash('sha256').update(video).digest('hex'),
    });
    expect(await verifyManifest(text, signature, manifest, nodeCrypto)).toBe(true);
    expect(await verdictOf(video)).toEqual({ name: 'camera-7.mp4', faults: [], sealedMs: 6000, unsealedMs: 0 });
  });

  it('holds no way to tell nothing: one flipped bit anywhere is found, and placed to its fragment', async () => {
    const [file] = manifest.files;
    let offset = file?.init.bytes ?? 0;
    const places = (file?.fragments ?? []).map(([bytes, fromMs]) => {
      const begin = offset;
      offset += bytes;
      return { begin, end: offset, fromMs };
    });
    for (let round = 0; round < 60; round += 1) {
      const at = round === 0 ? video.byteLength - 1 : Math.floor((video.byteLength * round) / 60);
      const bytes = Buffer.from(video);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (round % 8));
      const { faults } = await verdictOf(bytes);
      const place = places.find(({ begin, end }) => at >= begin && at < end);
      const expected = place === undefined ? { kind: 'init' } : { kind: 'fragment', fromMs: place.fromMs };
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatchObject(expected);
    }
  });

  it('is not whole when its end is missing or something is put behind it', async () => {
    expect((await verdictOf(video.subarray(0, -10))).faults.map(({ kind }) => kind)).toEqual(['length', 'fragment']);
    expect((await verdictOf(Buffer.concat([video, Buffer.from('x')]))).faults.map(({ kind }) => kind)).toEqual([
      'length',
    ]);
  });

  it('cannot be made anew by somebody without the keys', async () => {
    const forged = Buffer.from(text.toString().replace('AG-2026-17', 'AG-2026-18'));
    expect(await verifyManifest(forged, signature, manifest, nodeCrypto)).toBe(false);
  });

  it('tells pictures that were exchanged before the export from those that the camera sent', async () => {
    const [file] = manifest.files;
    if (file === undefined) throw new Error('no file');
    const first = file.fragments[0];
    if (first === undefined) throw new Error('no fragment');
    const bytes = Buffer.from(video);
    const at = file.init.bytes + 60;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const digest = createHash('sha256')
      .update(bytes.subarray(file.init.bytes, file.init.bytes + first[0]))
      .digest('hex');
    const fragments: typeof file.fragments = [[first[0], first[1], first[2], digest], ...file.fragments.slice(1)];
    const verdict = await verdictOf(bytes, { ...manifest, files: [{ ...file, fragments }] });
    expect(verdict.faults.map(({ kind }) => kind)).toContain('chain');
    expect(verdict.sealedMs).toBeLessThan(6000);
  });

  it('of recordings whose key is not known is whole and unsealed, not altered', async () => {
    const own = await mkdtemp(join(tmpdir(), 'tamnhin-foreign-'));
    await makeExport(own, { verifier: '', foreign: true });
    const foreign = manifestSchema.parse(JSON.parse(await readFile(join(own, 'out', 'manifest.json'), 'utf8')));
    const bytes = await readFile(join(own, 'out', 'camera-7.mp4'));
    await rm(own, { recursive: true });
    expect(await verdictOf(bytes, foreign)).toMatchObject({ faults: [], sealedMs: 0, unsealedMs: 6000 });
  });

  it('leaves nothing when it is stopped', async () => {
    const stop = new AbortController();
    stop.abort();
    const path = join(folder, 'stopped.zip');
    const { signer, publicKey } = createTestKey();
    const request = {
      files: [],
      about: { ...manifest, files: undefined },
      signer,
      publicKeys: new Map([[signer.keyId, publicKey]]),
      verifier: '',
    };
    await expect(writeArchive(path, request, { signal: stop.signal, onProgress: () => {} })).rejects.toThrow();
    expect((await readdir(folder)).filter((name) => name.startsWith('stopped'))).toEqual([]);
  });
});
