import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemClock } from '#base/clock';
import { silentLogger } from '#base/log';
import type { OverlayEncoder } from '#contracts/media';
import { createOverlayEncoder } from '../../camera-adapters/ffmpeg/overlay-encoder.ts';
import { writeArchive } from '../../recordings/evidence/export-archive.ts';
import { prepareContents } from '../../recordings/evidence/export-contents.ts';
import { planFiles } from '../../recordings/evidence/export-file.ts';
import type { Overlay } from '../../recordings/evidence/overlay.ts';
import { createSegmentStore } from '../../recordings/segment-store.ts';
import { makeClip } from './clip-camera.ts';
import { createTemporaryDatabase } from './database.ts';
import { createTestKey } from './evidence-keys.ts';
import { createFakeDisks, writeSegment } from './segment-files.ts';

export const T0 = Date.UTC(2026, 10, 25, 1);
const SECOND = 1000;

/** The real one, for tests of parts that are handed it. */
function ffmpegEncoder(): OverlayEncoder {
  return createOverlayEncoder({ ffmpegPath: 'ffmpeg', clock: systemClock, log: silentLogger() });
}

/**
 * Twelve seconds recorded in two files of one chain, of which seconds 3 to 9 are exported to `folder/export.zip` and
 * unpacked to `folder/out`.
 */
export async function makeExport(
  folder: string,
  options: {
    readonly verifier: string;
    /** What is burnt in; the file is called `camera-7-masked.mp4` then. */
    readonly overlay?: Overlay;
    /** It was recorded by a program whose key is lost. */
    readonly foreign?: boolean;
    readonly onProgress?: (part: number) => void;
  },
): Promise<void> {
  const [key, recordingKey] = [createTestKey(), createTestKey()];
  const disk = { id: 'disk', root: join(folder, 'disk') };
  const database = await createTemporaryDatabase();
  const store = createSegmentStore(database);
  const clip = await makeClip({ seconds: 12 });
  const fragments = clip.fragments.map((one) => ({
    ...one,
    wallClockMs: T0 + (one.decodeTime * 1000) / clip.info.timescale,
  }));
  let previousHead: Uint8Array | undefined;
  for (const half of [fragments.slice(0, 30), fragments.slice(30)]) {
    const written = await writeSegment({
      disk,
      info: clip.info,
      fragments: half,
      seals: { every: 8, signer: recordingKey.signer },
      ...(previousHead === undefined ? {} : { previousHead }),
    });
    previousHead = written.end.head;
    await store.close(await store.open(written.segment), written.end);
  }
  const open = { of: () => undefined, find: () => undefined };
  const sources = { store, disks: createFakeDisks([disk]), open };
  const range = { fromMs: T0 + 3 * SECOND, toMs: T0 + 9 * SECOND };
  const plans = await planFiles(sources, { cameraId: 'cam-1', role: 'main', ...range });
  const signal = new AbortController().signal;
  const contents = await prepareContents(
    {
      plans,
      overlayOf: () => options.overlay,
      encoder: ffmpegEncoder(),
      program: 'test',
      folder: join(folder, 'work'),
    },
    { signal, onProgress: () => {} },
  );
  const suffix = options.overlay === undefined ? '' : '-masked';
  const camera = { id: 'cam-1', number: 7, name: 'Cầu Tôn Đức Thắng', place: null };
  await writeArchive(
    join(folder, 'export.zip'),
    {
      files: contents.map((content, at) => ({
        content,
        name: `camera-7${suffix}${at === 0 ? '' : `-${at}`}.mp4`,
        camera,
        clock: { offsetMs: -120, measuredMs: T0 },
      })),
      about: {
        exportId: 'e1',
        createdMs: T0 + 3600 * SECOND,
        createdBy: 'Nguyễn An (an.nguyen)',
        reason: 'va chạm giao thông',
        caseNumber: 'AG-2026-17',
        asked: range,
        program: 'test',
      },
      signer: key.signer,
      publicKeys: new Map(
        (options.foreign === true ? [key] : [key, recordingKey]).map(({ signer, publicKey }) => [
          signer.keyId,
          publicKey,
        ]),
      ),
      verifier: options.verifier,
    },
    { signal, onProgress: options.onProgress ?? (() => {}) },
  );
  await database.close();
  const out = join(folder, 'out');
  await mkdir(out);
  await promisify(execFile)('python3', ['-m', 'zipfile', '-e', join(folder, 'export.zip'), out]);
}
