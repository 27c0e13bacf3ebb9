import { z } from 'zod';
import { STREAM_ROLES } from './media.ts';

/**
 * What an export says of itself, and how that is checked: the same code runs in the server's tests and in the page that
 * lies in every export and needs no network.
 *
 * An export is a zip with MP4 files, `manifest.json`, `manifest.sig` (Ed25519, RFC 8032, over the exact bytes of
 * `manifest.json`, base64) and `verify.html`. The manifest holds a digest of each fragment, so an altered bit is placed
 * to the fragment; and for each piece of a recording the heads that were signed while it was recorded, so that the
 * pictures are known to be the ones that came from the camera then, and not only the ones that were exported.
 *
 * A file that was encoded again (privacy masks, watermark) has digests of its own fragments, and beside them all that is
 * needed to prove the fingerprints of what it was made from: the record boxes, whose chain the seals sign. Who holds the
 * recording compares it with them.
 */

const hex32 = z.string().regex(/^[0-9a-f]{64}$/);
const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const ms = z.number();

export const sealSchema = z.object({
  cameraId: z.string(),
  role: z.enum(STREAM_ROLES),
  /** Head of the chain, hex. */
  head: hex32,
  /** Fragments of the recorded file up to here. */
  fragments: count,
  /** When it was signed, ms since 1970. */
  timeMs: ms,
  keyId: z.string(),
  /** Base64, over `sealedText`. */
  signature: base64,
});
/** A signed head of a recording's chain. */
export type Seal = z.output<typeof sealSchema>;

/** The exact text that a seal's signature covers. */
export function sealedText(seal: Omit<Seal, 'signature'>): string {
  return ['tamnhin-seal-1', seal.cameraId, seal.role, seal.head, seal.fragments, seal.timeMs, seal.keyId].join('\n');
}

/**
 * `[bytes, wall-clock ms, duration ms, SHA-256 hex]`; the bytes are those of the record box, where the file has them (it
 * was not encoded again), and of the fragment.
 */
const fragmentSchema = z.tuple([count, ms, ms, hex32]);

const pieceSchema = z.object({
  /** The recorded file that it was taken from, below its disk. */
  recording: z.string(),
  /** Fragments of the file, or records of the original, that belong to it. */
  first: count,
  count,
  /** Head of the chain before the first of them. */
  headBefore: hex32,
  /** Record boxes that follow in the recording up to its next seal, one behind another. */
  tail: base64,
  /** Seals, and behind how many records of this piece and its tail each stands. */
  seals: z.array(z.object({ after: count, seal: sealSchema })),
});

/** What an overlay was made of; see `privacyMaskSchema` for the points. */
const burntMaskSchema = z.object({ name: z.string(), points: z.array(z.tuple([z.number(), z.number()])) });

/** An MP4 as it stands in an export, or as it would. */
const videoShape = {
  codec: z.string(),
  width: count,
  height: count,
  /** Of the first and behind the last picture in it: whole groups of pictures around what was asked for. */
  fromMs: ms,
  toMs: ms,
  bytes: count,
  /** Of the whole file. */
  sha256: hex32,
  init: z.object({ bytes: count, sha256: hex32 }),
};

/** The file as it would have been exported without processing: what it was made from can be proved by it. */
const originalSchema = z.object({
  ...videoShape,
  /** Ticks per second of the durations in `records`. */
  timescale: z.number().int().min(1),
  /** Its record boxes, one behind another: each holds the time, the length and the SHA-256 of a fragment. */
  records: base64,
  pieces: z.array(pieceSchema),
});
export type EvidenceOriginal = z.output<typeof originalSchema>;

const processingSchema = z.discriminatedUnion('kind', [
  /** As it came from the camera, bit for bit: what was signed while it was recorded is the file itself. */
  z.object({ kind: z.literal('none'), pieces: z.array(pieceSchema) }),
  /** Pictures were changed and encoded again: what was signed while it was recorded is `original`. */
  z.object({
    kind: z.literal('reencoded'),
    /** Burnt in; empty where only a watermark was. */
    masks: z.array(burntMaskSchema),
    /** Lines that were burnt in all over the picture; `null` where only masks were. */
    watermark: z.array(z.string()).nullable(),
    /** Program and settings. */
    encoder: z.string(),
    original: originalSchema,
  }),
]);
export type EvidenceProcessing = z.output<typeof processingSchema>;

/** Also read back by an export that a stop interrupted. */
export const evidenceFileSchema = z.object({
  name: z.string().regex(/^[^/\\]{1,200}\.mp4$/),
  camera: z.object({
    id: z.string(),
    number: z.number(),
    name: z.string(),
    place: z.object({ latitude: z.number(), longitude: z.number() }).nullable(),
  }),
  role: z.enum(STREAM_ROLES),
  ...videoShape,
  /** The camera's clock minus the server's when it was last asked for; `null` where it never told. */
  clock: z.object({ offsetMs: ms, measuredMs: ms }).nullable(),
  fragments: z.array(fragmentSchema),
  /** Times without any picture: none was recorded between two, or what was recorded there is damaged. */
  gaps: z.array(z.object({ fromMs: ms, toMs: ms })),
  processing: processingSchema,
});
export type EvidenceFile = z.output<typeof evidenceFileSchema>;
export type EvidencePiece = z.output<typeof pieceSchema>;

/** Of what was recorded: the file itself, or what it was made from. */
export function piecesOf({ processing }: EvidenceFile): readonly EvidencePiece[] {
  return processing.kind === 'reencoded' ? processing.original.pieces : processing.pieces;
}

const keySchema = z.object({ id: z.string(), publicKey: base64 });

export const manifestSchema = z.object({
  format: z.literal('tamnhin-evidence-1'),
  exportId: z.string(),
  createdMs: ms,
  createdBy: z.string(),
  reason: z.string(),
  caseNumber: z.string(),
  asked: z.object({ fromMs: ms, toMs: ms }),
  program: z.string(),
  /** The key of this manifest's signature; raw, 32 bytes. */
  key: keySchema,
  /** Keys of the seals. */
  sealKeys: z.array(keySchema),
  files: z.array(evidenceFileSchema),
});
export type EvidenceManifest = z.output<typeof manifestSchema>;

// ---- checking --------------------------------------------------------------------------------------------------------

/** Where the bytes of a file come from: a file that somebody chose, or one on a disk. */
export interface ByteSource {
  readonly size: number;
  /** Fewer bytes than asked for only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

export interface EvidenceCrypto {
  sha256(...parts: readonly Uint8Array[]): Promise<Uint8Array>;
  /** Ed25519: raw public key of 32 bytes, signature of 64. */
  verify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean>;
}

/**
 * `fragment`: these bytes are not the ones that were exported. `init`: the head of the file. `length`: bytes are missing
 * or too many. `chain`: not what was recorded, although it is what was exported. `seal`: a seal's signature is wrong.
 */
export type EvidenceFaultKind = 'missing' | 'length' | 'init' | 'fragment' | 'chain' | 'seal';
export interface EvidenceFault {
  readonly kind: EvidenceFaultKind;
  /** Which pictures, ms since 1970; `null` where it is about the whole file. */
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** In the file. */
  readonly offset: number;
}

export interface FileVerdict {
  readonly name: string;
  readonly faults: readonly EvidenceFault[];
  /**
   * How long is covered by a seal that was made while it was recorded, and how long is not; of a file that was encoded
   * again it is said of the original's fingerprints.
   */
  readonly sealedMs: number;
  readonly unsealedMs: number;
}

const RECORD_BYTES = 88;
/** Faults listed for a file; more say nothing new. */
const MOST_FAULTS = 1000;

/** Is the manifest the one that the holder of its key signed? Whose key that is, a person must compare. */
export async function verifyManifest(
  text: Uint8Array,
  signature: string,
  manifest: EvidenceManifest,
  crypto: EvidenceCrypto,
): Promise<boolean> {
  return crypto.verify(fromBase64(manifest.key.publicKey), fromBase64(signature), text);
}

/** Reads the file once, from its beginning to its end. `onProgress` is given 0…1. */
export async function verifyFile(
  file: EvidenceFile,
  sealKeys: EvidenceManifest['sealKeys'],
  source: ByteSource,
  crypto: EvidenceCrypto,
  onProgress: (part: number) => void = () => {},
): Promise<FileVerdict> {
  const faults: EvidenceFault[] = [];
  const add = (fault: EvidenceFault): void => {
    if (faults.length < MOST_FAULTS) faults.push(fault);
  };
  if (source.size !== file.bytes)
    add({ kind: 'length', fromMs: null, toMs: null, offset: Math.min(source.size, file.bytes) });
  const init = await source.read(0, file.init.bytes);
  if (toHex(await crypto.sha256(init)) !== file.init.sha256) add({ kind: 'init', fromMs: null, toMs: null, offset: 0 });

  const records: Uint8Array[] = [];
  const intact: boolean[] = [];
  let offset = file.init.bytes;
  for (const [at, [bytes, fromMs, durationMs, digest]] of file.fragments.entries()) {
    const read = await source.read(offset, bytes);
    const same = toHex(await crypto.sha256(read)) === digest;
    if (!same) add({ kind: 'fragment', fromMs, toMs: fromMs + durationMs, offset });
    records.push(read.slice(0, RECORD_BYTES));
    intact.push(same);
    offset += bytes;
    if (at % 16 === 0) onProgress(offset / file.bytes);
  }
  const { processing } = file;
  const links: Link[] =
    processing.kind === 'reencoded'
      ? linksOf(processing.original)
      : file.fragments.map(([, fromMs, durationMs], at) => ({
          fromMs,
          durationMs,
          record: records[at] ?? new Uint8Array(),
          intact: intact[at] ?? false,
        }));
  let sealedMs = 0;
  for (const piece of piecesOf(file)) {
    const own = { cameraId: file.camera.id, links, sealKeys, crypto, add };
    sealedMs += await verifyPiece(piece, own);
  }
  onProgress(1);
  const wholeMs = links.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return { name: file.name, faults, sealedMs, unsealedMs: Math.max(0, wholeMs - sealedMs) };
}

/** A fragment of what was recorded, as the chain knows it. */
interface Link {
  readonly fromMs: number;
  readonly durationMs: number;
  /** Its record box. */
  readonly record: Uint8Array;
  /** What is held against the manifest is what was exported; records in the manifest are under its signature. */
  readonly intact: boolean;
}

/** Offsets in a record box; see `recordings/segment-file.ts`. */
const RECORD_WALL_CLOCK = 32;
const RECORD_DURATION = 48;

function linksOf({ records, timescale }: EvidenceOriginal): Link[] {
  const bytes = fromBase64(records);
  return Array.from({ length: Math.floor(bytes.length / RECORD_BYTES) }, (_, at) => {
    const record = bytes.subarray(at * RECORD_BYTES, (at + 1) * RECORD_BYTES);
    const view = new DataView(record.buffer, record.byteOffset, RECORD_BYTES);
    return {
      fromMs: view.getFloat64(RECORD_WALL_CLOCK),
      durationMs: (view.getUint32(RECORD_DURATION) * 1000) / timescale,
      record,
      intact: true,
    };
  });
}

/** Follows the chain of a piece to its seals; gives how many ms of it a true seal covers. */
async function verifyPiece(
  piece: EvidencePiece,
  own: {
    readonly cameraId: string;
    readonly links: readonly Link[];
    readonly sealKeys: EvidenceManifest['sealKeys'];
    readonly crypto: EvidenceCrypto;
    readonly add: (fault: EvidenceFault) => void;
  },
): Promise<number> {
  const links = own.links.slice(piece.first, piece.first + piece.count);
  const last = links.at(-1);
  const range = { fromMs: links[0]?.fromMs ?? null, toMs: (last?.fromMs ?? 0) + (last?.durationMs ?? 0) };
  // What was altered behind the export is told above; it has no chain to follow.
  if (links.some(({ intact }) => !intact)) return 0;

  const tail = fromBase64(piece.tail);
  const heads = [fromHex(piece.headBefore)];
  const follow = async (record: Uint8Array): Promise<void> => {
    heads.push(await own.crypto.sha256(heads.at(-1) ?? new Uint8Array(), record));
  };
  for (const { record } of links) await follow(record);
  for (let at = 0; at + RECORD_BYTES <= tail.length; at += RECORD_BYTES)
    await follow(tail.subarray(at, at + RECORD_BYTES));

  let covered = 0;
  for (const { after, seal } of piece.seals) {
    const key = own.sealKeys.find(({ id }) => id === seal.keyId);
    const message = ascii(sealedText(seal));
    const signed =
      key !== undefined && (await own.crypto.verify(fromBase64(key.publicKey), fromBase64(seal.signature), message));
    if (!signed) own.add({ kind: 'seal', ...range, offset: 0 });
    else if (seal.cameraId !== own.cameraId || toHex(heads[after] ?? new Uint8Array()) !== seal.head) {
      own.add({ kind: 'chain', ...range, offset: 0 });
    } else covered = Math.max(covered, Math.min(after, piece.count));
  }
  return links.slice(0, covered).reduce((sum, { durationMs }) => sum + durationMs, 0);
}

/** Seals hold identifiers and numbers only. */
function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

const HEX = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const SIXES = new Map([...ALPHABET].map((letter, value) => [letter, value]));

/** RFC 4648 §4; what is no base64 gives other bytes, which no signature fits. */
export function fromBase64(text: string): Uint8Array {
  const letters = text.replace(/[^A-Za-z0-9+/]/g, '');
  const bytes = new Uint8Array(Math.floor((letters.length * 3) / 4));
  let [held, bits, at] = [0, 0, 0];
  for (const letter of letters) {
    held = held * 64 + (SIXES.get(letter) ?? 0);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = Math.floor(held / 2 ** bits);
    held %= 2 ** bits;
    at += 1;
  }
  return bytes;
}
