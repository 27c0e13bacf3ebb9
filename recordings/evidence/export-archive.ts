import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { EvidenceFile, EvidenceManifest } from '#contracts/evidence';
import type { Signer } from '../interfaces.ts';
import { type PlannedFile, readFile, type WrittenFile } from './export-file.ts';

/** What a planned file shows: filled in by who knows cameras. */
export interface NamedFile {
  readonly plan: PlannedFile;
  readonly name: string;
  readonly camera: EvidenceFile['camera'];
  readonly clockOffsetMs: number | null;
}

export interface ArchiveRequest {
  readonly files: readonly NamedFile[];
  readonly about: Omit<EvidenceManifest, 'format' | 'files' | 'key' | 'sealKeys'>;
  readonly signer: Signer;
  /** Public keys by id, raw, base64; that of `signer` among them. */
  readonly publicKeys: ReadonlyMap<string, string>;
  /** The page that checks the export, whole. */
  readonly verifier: string;
}

/**
 * One zip: files stored as they are (video does not compress), manifest, signature, verifier. It is written beside
 * `path` and appears there when it is whole; an abort or a fault leaves nothing. `onProgress` is given 0…1.
 */
export async function writeArchive(
  path: string,
  request: ArchiveRequest,
  options: { readonly signal: AbortSignal; readonly onProgress: (part: number) => void },
): Promise<{ readonly bytes: number; readonly manifest: EvidenceManifest }> {
  const partial = `${path}.part`;
  const zip = new ZipFile();
  const out = createWriteStream(partial, { mode: 0o600 });
  const writing = pipeline(zip.outputStream, out, { signal: options.signal });
  // A fault of the disk must not be an unhandled one while a file is being read.
  writing.catch(() => {});
  try {
    const files: EvidenceFile[] = [];
    const total = Math.max(
      1,
      request.files.reduce((sum, { plan }) => sum + plan.bytes, 0),
    );
    let done = 0;
    for (const { plan, name, camera, clockOffsetMs } of request.files) {
      const written = await store(zip, name, plan, options.signal, (bytes) => {
        done += bytes;
        options.onProgress(Math.min(1, done / total));
      });
      files.push({ name, camera, clockOffsetMs, role: plan.role, processing: 'none', ...written });
    }
    const manifest = manifestOf(request, files);
    const text = Buffer.from(`${JSON.stringify(manifest)}\n`);
    const beside = {
      'manifest.json': text,
      'manifest.sig': request.signer.sign(text.toString()),
      'verify.html': request.verifier,
    };
    // Stored, so that the verifier reads the zip without a decompressor.
    for (const [name, content] of Object.entries(beside))
      zip.addBuffer(Buffer.from(content), name, { compress: false });
    zip.end();
    await writing;
    await rename(partial, path);
    return { bytes: out.bytesWritten, manifest };
  } catch (error) {
    out.destroy();
    await rm(partial, { force: true });
    throw error;
  }
}

async function store(
  zip: ZipFile,
  name: string,
  plan: PlannedFile,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<WrittenFile> {
  let written: WrittenFile | undefined;
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const chunk of readFile(plan, (file) => {
      written = file;
    })) {
      signal.throwIfAborted();
      onBytes(chunk.byteLength);
      yield chunk;
    }
  }
  const stream = Readable.from(chunks(), { objectMode: false, highWaterMark: 1 << 20 });
  zip.addReadStream(stream, name, { compress: false, mtime: new Date(plan.fromMs), mode: 0o100644 });
  // The package listens to no errors of what it is given.
  stream.on('error', () => {});
  try {
    await finished(stream, { signal });
  } finally {
    // Closes the recording that is being read.
    stream.destroy();
  }
  if (written === undefined) throw new Error(`${name} ended before its end`);
  return written;
}

/** Seals by keys that are not known here (recordings of another house) prove nothing to anybody and are left out. */
function manifestOf({ about, signer, publicKeys }: ArchiveRequest, files: EvidenceFile[]): EvidenceManifest {
  const keyOf = (id: string): { id: string; publicKey: string } => {
    const publicKey = publicKeys.get(id);
    if (publicKey === undefined) throw new Error(`the public key of ${id} is not known`);
    return { id, publicKey };
  };
  const provable = files.map((file) => ({
    ...file,
    pieces: file.pieces.map((piece) => ({
      ...piece,
      seals: piece.seals.filter(({ seal }) => publicKeys.has(seal.keyId)),
    })),
  }));
  const seals = provable.flatMap(({ pieces }) => pieces.flatMap((piece) => piece.seals.map(({ seal }) => seal.keyId)));
  return {
    format: 'tamnhin-evidence-1',
    ...about,
    key: keyOf(signer.keyId),
    sealKeys: [...new Set(seals)].map(keyOf),
    files: provable,
  };
}
