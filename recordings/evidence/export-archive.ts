import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import { type EvidenceFile, type EvidenceManifest, type EvidencePiece, piecesOf } from '#contracts/evidence';
import type { Signer } from '../interfaces.ts';
import { type PlannedFile, readFile, type WrittenFile } from './export-file.ts';
import type { ProcessedFile } from './processed-file.ts';

/** A file of an archive, and what it shows: filled in by who knows cameras. */
export interface NamedFile {
  readonly content: ArchiveContent;
  readonly name: string;
  readonly camera: EvidenceFile['camera'];
  readonly clock: EvidenceFile['clock'];
}

/** Read from the recordings as they are, or encoded already and lying at `path`. */
export type ArchiveContent =
  | { readonly kind: 'recorded'; readonly plan: PlannedFile }
  | { readonly kind: 'processed'; readonly plan: PlannedFile; readonly path: string; readonly file: ProcessedFile };

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
  const partial = partialOf(path);
  const zip = new ZipFile();
  const out = createWriteStream(partial, { mode: 0o600 });
  const broken = new AbortController();
  const signal = AbortSignal.any([options.signal, broken.signal]);
  const writing = pipeline(zip.outputStream, out, { signal: options.signal });
  // A fault of the disk ends the reading: nobody takes any more of what is read, and it would wait for ever.
  writing.catch((error: unknown) => broken.abort(error));
  try {
    const files: EvidenceFile[] = [];
    const total = Math.max(
      1,
      request.files.reduce((sum, { content }) => sum + bytesOf(content), 0),
    );
    let done = 0;
    for (const { content, name, camera, clock } of request.files) {
      const written = await store(zip, name, content, signal, (bytes) => {
        done += bytes;
        options.onProgress(Math.min(1, done / total));
      });
      files.push({ name, camera, clock, role: content.plan.role, ...written });
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
    // Before the output is closed, which is a fault of its own.
    const cause: unknown = broken.signal.aborted ? broken.signal.reason : error;
    out.destroy();
    await rm(partial, { force: true });
    throw cause;
  }
}

/** Where an archive is written until it is whole. */
export const partialOf = (path: string): string => `${path}.part`;

function bytesOf(content: ArchiveContent): number {
  return content.kind === 'recorded' ? content.plan.bytes : content.file.bytes;
}

type StoredFile = Omit<EvidenceFile, 'name' | 'camera' | 'clock' | 'role'>;

async function store(
  zip: ZipFile,
  name: string,
  content: ArchiveContent,
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<StoredFile> {
  const { plan } = content;
  let written: StoredFile | undefined;
  const done = (file: StoredFile): void => {
    written = file;
  };
  async function* chunks(): AsyncGenerator<Buffer> {
    const bytes =
      content.kind === 'recorded' ? readFile(plan, (file) => done(asRecorded(file))) : readProcessed(content, done);
    for await (const chunk of bytes) {
      signal.throwIfAborted();
      onBytes(chunk.byteLength);
      yield chunk;
    }
  }
  // One chunk at a time: what a stream holds more of it copies together.
  const stream = Readable.from(chunks(), { objectMode: false, highWaterMark: 1 });
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

function asRecorded({ pieces, ...file }: WrittenFile): StoredFile {
  return { ...file, processing: { kind: 'none', pieces } };
}

/** What was encoded lay on a disk since: it must be what the manifest says of it. */
async function* readProcessed(
  { path, file }: ArchiveContent & { kind: 'processed' },
  done: (file: StoredFile) => void,
): AsyncGenerator<Buffer> {
  const sum = createHash('sha256');
  const stream = createReadStream(path, { highWaterMark: 1 << 20 });
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    sum.update(bytes);
    yield bytes;
  }
  if (sum.digest('hex') !== file.sha256) throw new Error(`${path} is not what was encoded`);
  done(file);
}

/** Seals by keys that are not known here (recordings of another house) prove nothing to anybody and are left out. */
function manifestOf({ about, signer, publicKeys }: ArchiveRequest, files: EvidenceFile[]): EvidenceManifest {
  const keyOf = (id: string): { id: string; publicKey: string } => {
    const publicKey = publicKeys.get(id);
    if (publicKey === undefined) throw new Error(`the public key of ${id} is not known`);
    return { id, publicKey };
  };
  const known = (pieces: readonly EvidencePiece[]): EvidencePiece[] =>
    pieces.map((piece) => ({ ...piece, seals: piece.seals.filter(({ seal }) => publicKeys.has(seal.keyId)) }));
  const provable = files.map((file): EvidenceFile => {
    const { processing } = file;
    if (processing.kind === 'none') return { ...file, processing: { kind: 'none', pieces: known(processing.pieces) } };
    const { original } = processing;
    return { ...file, processing: { ...processing, original: { ...original, pieces: known(original.pieces) } } };
  });
  const seals = provable.flatMap((file) =>
    piecesOf(file).flatMap((piece) => piece.seals.map(({ seal }) => seal.keyId)),
  );
  return {
    format: 'tamnhin-evidence-1',
    ...about,
    key: keyOf(signer.keyId),
    sealKeys: [...new Set(seals)].map(keyOf),
    files: provable,
  };
}
