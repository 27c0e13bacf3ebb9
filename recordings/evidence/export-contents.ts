import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { evidenceFileSchema } from '#contracts/evidence';
import type { OverlayEncoder } from '#contracts/media';
import type { ArchiveContent } from './export-archive.ts';
import type { PlannedFile } from './export-file.ts';
import { drawOverlay, type Overlay } from './overlay.ts';
import { type ProcessedFile, writeProcessedFile } from './processed-file.ts';

export interface ContentRequest {
  readonly plans: readonly PlannedFile[];
  /** `undefined`: as it was recorded. */
  readonly overlayOf: (cameraId: string) => Overlay | undefined;
  readonly encoder: OverlayEncoder;
  readonly program: string;
  /** Of this export alone; made when it is needed, and for the caller to remove. */
  readonly folder: string;
}

/**
 * Encodes what needs it, one file after another. A file that an earlier run finished is taken as it lies there, if it
 * was made from the same fragments with the same overlay. `onProgress` is given 0…1 of what must be encoded, and is not
 * called where nothing must.
 */
export async function prepareContents(
  request: ContentRequest,
  options: { readonly signal: AbortSignal; readonly onProgress: (part: number) => void },
): Promise<readonly ArchiveContent[]> {
  const { plans, overlayOf, folder } = request;
  const total = plans.reduce((sum, { cameraId, bytes }) => sum + (overlayOf(cameraId) === undefined ? 0 : bytes), 0);
  let done = 0;
  const contents: ArchiveContent[] = [];
  for (const [at, plan] of plans.entries()) {
    options.signal.throwIfAborted();
    const overlay = overlayOf(plan.cameraId);
    if (overlay === undefined) {
      contents.push({ kind: 'recorded', plan });
      continue;
    }
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, `${at}.mp4`);
    const before = done;
    const file = await encoded(path, { ...request, plan, overlay }, options.signal, (bytes) => {
      done += bytes;
      options.onProgress(Math.min(1, done / Math.max(1, total)));
    });
    done = before + plan.bytes;
    contents.push({ kind: 'processed', plan, path, file });
  }
  return contents;
}

const noteSchema = z.object({
  key: z.string(),
  file: evidenceFileSchema.omit({ name: true, camera: true, role: true, clock: true }),
});

async function encoded(
  path: string,
  request: Pick<ContentRequest, 'encoder' | 'program'> & { plan: PlannedFile; overlay: Overlay },
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<ProcessedFile> {
  const { plan, overlay } = request;
  const png = await drawOverlay(overlay, plan);
  const key = keyOf(plan, png, `${request.program} ${request.encoder.settings}`);
  const notePath = `${path}.json`;
  const known = await readNote(notePath);
  if (known?.key === key) return known.file;

  const picture = `${path}.png`;
  await writeFile(picture, png, { mode: 0o600 });
  const file = await writeProcessedFile(path, { ...request, picture }, { signal, onBytes });
  await rm(picture, { force: true });
  // Behind the file: what has a note is whole.
  await writeFile(`${notePath}.part`, JSON.stringify({ key, file }), { mode: 0o600 });
  await rename(`${notePath}.part`, notePath);
  return file;
}

/** What decides what comes out. */
function keyOf(plan: PlannedFile, png: Buffer, how: string): string {
  const from = plan.pieces.map(({ segment, groups }) => [
    segment.diskId,
    segment.path,
    ...groups.map(({ offset, bytes }) => [offset, bytes]),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([from, how]))
    .update(png)
    .digest('hex');
}

async function readNote(path: string): Promise<{ key: string; file: ProcessedFile } | undefined> {
  try {
    const { key, file } = noteSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    const { processing, ...rest } = file;
    return processing.kind === 'reencoded' ? { key, file: { ...rest, processing } } : undefined;
  } catch {
    // There is none, or a stop tore it: it is encoded once more.
    return undefined;
  }
}
