import { execFile } from 'node:child_process';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { type EvidenceFile, verifyFile } from '#contracts/evidence';
import type { StreamKey } from '#contracts/media';
import { planFiles, readFile, type WrittenFile } from '../../recordings/evidence/export-file.ts';
import { sealedText } from '../../recordings/segment-file.ts';
import { type Clip, makeClip, playClip } from '../fakes/clip-camera.ts';
import { createTestKey, nodeCrypto } from '../fakes/evidence-keys.ts';
import { createTestRecorder } from '../fakes/recorder.ts';
import { recordedFiles, scanFile } from '../fakes/segment-scan.ts';

const run = promisify(execFile);
const KEY: StreamKey = { cameraId: 'gate', role: 'main' };

let clip: Clip;
beforeAll(async () => {
  clip = await makeClip({ seconds: 6 });
});

let house: Awaited<ReturnType<typeof createTestRecorder>>;
afterEach(() => house.close());

/** What another program says of a file: nothing it complains of, and so many pictures. */
async function pictures(path: string): Promise<number> {
  const { stdout, stderr } = await run('ffprobe', [
    ...['-v', 'error', '-count_frames', '-select_streams', 'v'],
    ...['-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0', path],
  ]);
  expect(stderr).toBe('');
  return Number.parseInt(stdout, 10);
}

it('records what came in: playable while it is written and after, once on the disk, its chain whole and signed', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  house = await createTestRecorder({
    signer: {
      keyId: 'test',
      sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
    },
  });
  const { hub, recorder, root, store } = house;
  house.setCamera('gate');
  const stop = playClip(clip, hub.sinkFor(KEY), { atOnceSeconds: 2 });

  await vi.waitUntil(() => (recorder.of(KEY)?.segment.fragments ?? 0) >= 15, { timeout: 10_000, interval: 20 });
  const open = recorder.of(KEY)?.segment;
  if (open === undefined) throw new Error('nothing is open');
  const path = join(root, open.path);
  expect(await pictures(path)).toBeGreaterThanOrEqual(15 * 5);
  expect(recorder.find(open.id)?.groups.length).toBeGreaterThanOrEqual(3);
  expect((await store.openOnes()).map(({ id }) => id)).toEqual([open.id]);

  await vi.waitUntil(() => recorder.of(KEY)?.segment.fragments === clip.fragments.length, { timeout: 10_000 });
  stop();
  await recorder.stop();
  expect(await recordedFiles(root)).toEqual([path]);
  expect(await pictures(path)).toBe(150);

  const file = scanFile(path);
  const row = await store.get(open.id);
  if (file === undefined || row === undefined) throw new Error('nothing was recorded');
  expect(file.wholeBytes).toBe(file.bytes);
  expect(file.records).toHaveLength(clip.fragments.length);
  expect(row).toMatchObject({ state: 'closed', bytes: file.bytes, fragments: file.records.length });
  expect(Buffer.from(row.head)).toEqual(file.head);
  const groups = await store.groups(row);
  expect(groups).toHaveLength(6);
  expect(groups.reduce((sum, group) => sum + group.bytes, row.headBytes)).toBe(row.bytes);

  const [seal] = file.seals;
  expect(file.seals).toHaveLength(1);
  if (seal === undefined) return;
  expect(seal).toMatchObject({ head: file.head.toString('hex'), fragments: file.records.length, keyId: 'test' });
  const { signature, ...text } = seal;
  const signed = Buffer.from(sealedText(text));
  expect(verify(null, signed, publicKey, Buffer.from(signature, 'base64'))).toBe(true);

  const received = clip.fragments.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  const written = statSync(path).size;
  expect(recorder.figures().bytesWritten + row.headBytes).toBe(written);
  expect((written - row.headBytes - 88 * file.records.length - file.bytes + file.wholeBytes) / received).toBeLessThan(
    1.01,
  );
});

it('goes on in another file, with the same chain, when the stream changes', async () => {
  house = await createTestRecorder();
  const { hub, recorder, root, store } = house;
  house.setCamera('gate');
  const other = await makeClip({ seconds: 2, codec: 'libx265' });
  const second = {
    info: { ...other.info, generation: 2 },
    fragments: other.fragments.map((fragment) => ({ ...fragment, generation: 2 })),
  };
  playClip(clip, hub.sinkFor(KEY), { atOnceSeconds: 7 })();
  playClip(second, hub.sinkFor(KEY), { atOnceSeconds: 3 })();
  const count = clip.fragments.length + other.fragments.length;
  const written = async (): Promise<number> => {
    const closed = await store.between('gate', 'main', 0, Date.now() + 60_000, 10);
    return closed.reduce((sum, { fragments }) => sum + fragments, recorder.of(KEY)?.segment.fragments ?? 0);
  };
  await vi.waitUntil(async () => (await written()) === count, { timeout: 10_000 });
  await recorder.stop();
  const files = (await recordedFiles(root)).map(scanFile);
  expect(files).toHaveLength(2);
  for (const path of await recordedFiles(root)) expect(await pictures(path)).toBeGreaterThan(0);
  const ordered = await store.between('gate', 'main', 0, Date.now() + 60_000, 10);
  const chain = [...ordered].sort((a, b) => a.id - b.id);
  expect(Buffer.from(chain[1]?.previousHead ?? [])).toEqual(Buffer.from(chain[0]?.head ?? []));
  expect(chain.map(({ codec }) => codec.slice(0, 4))).toEqual(['avc1', 'hvc1']);
});

it('what was recorded verifies when it is exported: from the camera’s fragments to the seal', async () => {
  const key = createTestKey();
  house = await createTestRecorder({ signer: key.signer });
  const { hub, recorder, store } = house;
  house.setCamera('gate');
  playClip(clip, hub.sinkFor(KEY), { atOnceSeconds: 7 })();
  await vi.waitUntil(() => recorder.of(KEY)?.segment.fragments === clip.fragments.length, { timeout: 10_000 });
  await recorder.stop();
  const [segment] = await store.between('gate', 'main', 0, Date.now() + 60_000, 1);
  if (segment === undefined) throw new Error('nothing was recorded');
  // The second half: its seal stands at the end, and what lies before it is known by its head alone.
  const range = { fromMs: segment.startMs + 3000, toMs: segment.endMs };
  const [plan] = await planFiles({ store, disks: house.disks, open: recorder }, { ...KEY, ...range });
  if (plan === undefined) throw new Error('nothing was planned');
  const chunks: Buffer[] = [];
  let written: WrittenFile | undefined;
  for await (const chunk of readFile(plan, (file) => (written = file))) chunks.push(chunk);
  if (written === undefined) throw new Error('the file has no end');
  const bytes = Buffer.concat(chunks);
  const { pieces, ...rest }: WrittenFile = written;
  const file: EvidenceFile = {
    ...{ ...rest, name: 'gate.mp4', role: 'main', clock: null, processing: { kind: 'none', pieces } },
    camera: { id: 'gate', number: 1, name: 'Gate', place: null },
  };
  const source = {
    size: bytes.byteLength,
    read: async (at: number, length: number) => bytes.subarray(at, at + length),
  };
  const verdict = await verifyFile(file, [{ id: key.signer.keyId, publicKey: key.publicKey }], source, nodeCrypto);
  expect(verdict).toMatchObject({ faults: [], sealedMs: 3000, unsealedMs: 0 });
});
