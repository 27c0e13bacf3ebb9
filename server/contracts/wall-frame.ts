import { z } from 'zod';
import type { CameraFaultKind, StreamState } from './camera.ts';
import type { StreamRole } from './media.ts';

/**
 * The wall socket's language: one WebSocket carries the video of all cells of a window. The client speaks JSON text;
 * the server answers with JSON text for states and binary frames for pictures. Both ends use this codec.
 */

/** Path of the WebSocket. */
export const WALL_SOCKET_PATH = '/wall-socket';

/** What a cell asks for; `auto` is the sub-stream where the camera has one. */
export const CELL_QUALITIES = ['auto', 'main', 'sub', 'keyframes', 'stills'] as const;
export type CellQuality = (typeof CELL_QUALITIES)[number];

/** What a cell really gets. */
export const SERVED_QUALITIES = ['main', 'sub', 'keyframes', 'stills', 'none'] as const;
export type ServedQuality = (typeof SERVED_QUALITIES)[number];

const cell = z.number().int().min(0).max(0xffff);

export const wallRequestSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    /** Codec families that this browser cannot play; for those a transcoded stream is sent. */
    cannotPlay: z.array(z.enum(['h265', 'mjpeg'])).max(8),
  }),
  z.object({
    type: z.literal('subscribe'),
    cell,
    cameraId: z.string().min(1).max(64),
    quality: z.enum(CELL_QUALITIES),
    /** 0 is dropped first when the line is too thin, 9 last. */
    priority: z.number().int().min(0).max(9),
  }),
  /** Changes what a subscribed cell gets, without starting anew where the stream stays the same. */
  z.object({
    type: z.literal('adjust'),
    cell,
    quality: z.enum(CELL_QUALITIES),
    priority: z.number().int().min(0).max(9),
  }),
  z.object({ type: z.literal('unsubscribe'), cell }),
  z.object({ type: z.literal('ping'), sentMs: z.number() }),
]);
export type WallRequest = z.output<typeof wallRequestSchema>;

export const DEGRADE_REASONS = ['line', 'transcoders', 'noPicture'] as const;
export type DegradeReason = (typeof DEGRADE_REASONS)[number];

/** What the server says in text. */
export type WallNotice =
  | {
      readonly type: 'cell';
      readonly cell: number;
      readonly state: StreamState;
      readonly fault: CameraFaultKind | null;
      readonly sinceMs: number;
      readonly lastFrameMs: number | null;
      /** What is being sent now, and whether that is less than was asked for. */
      readonly serving: ServedQuality;
      readonly role: StreamRole | null;
      readonly degraded: boolean;
      readonly transcoded: boolean;
      /**
       * Why it is less: the client's line is too thin, no transcoder is free for a codec that this browser cannot
       * play, or the stream that was asked for has no picture (yet). `null` when it is not less.
       */
      readonly because: DegradeReason | null;
    }
  | { readonly type: 'refused'; readonly cell: number; readonly code: 'forbidden' | 'notFound' | 'tooMany' | 'invalid' }
  /** Answers a ping; the client learns the offset of the server's clock from it. */
  | { readonly type: 'pong'; readonly sentMs: number; readonly serverMs: number };

export const FRAME_KINDS = { init: 1, fragment: 2, still: 3 } as const;
export type FrameKind = keyof typeof FRAME_KINDS;

export interface WallFrame {
  readonly kind: FrameKind;
  readonly cell: number;
  readonly keyframe: boolean;
  /**
   * Of the fragment or of the init segment; 0 for a still. Each stream counts its own: what tells a new stream is the
   * init frame, which comes before its first fragment and after which the first fragment is always a key frame.
   */
  readonly generation: number;
  /** When the picture was taken, ms since 1970; 0 for an init segment. */
  readonly wallClockMs: number;
  /** Init segment: its MIME type with codecs is in front of it, see `encodeInit`. */
  readonly payload: Uint8Array;
}

/** Bytes of the header: kind, flags, cell (u16), generation (u32), wall-clock (f64); all big-endian. */
export const FRAME_HEADER_BYTES = 16;

/** Writes the header alone, so that the payload can be sent without being copied behind it. */
export function encodeHeader(frame: Omit<WallFrame, 'payload'>): Uint8Array {
  const header = new Uint8Array(FRAME_HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint8(0, FRAME_KINDS[frame.kind]);
  view.setUint8(1, frame.keyframe ? 1 : 0);
  view.setUint16(2, frame.cell);
  view.setUint32(4, frame.generation);
  view.setFloat64(8, frame.wallClockMs);
  return header;
}

const KIND_OF = new Map<number, FrameKind>([
  [FRAME_KINDS.init, 'init'],
  [FRAME_KINDS.fragment, 'fragment'],
  [FRAME_KINDS.still, 'still'],
]);

/** Reads a frame; the payload is a view of `bytes`, not a copy. Throws `RangeError` on anything that is no frame. */
export function decodeFrame(bytes: Uint8Array): WallFrame {
  if (bytes.byteLength < FRAME_HEADER_BYTES)
    throw new RangeError(`a wall frame has at least ${FRAME_HEADER_BYTES} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = KIND_OF.get(view.getUint8(0));
  if (kind === undefined) throw new RangeError(`unknown wall frame kind ${view.getUint8(0)}`);
  return {
    kind,
    keyframe: (view.getUint8(1) & 1) === 1,
    cell: view.getUint16(2),
    generation: view.getUint32(4),
    wallClockMs: view.getFloat64(8),
    payload: bytes.subarray(FRAME_HEADER_BYTES),
  };
}

/**
 * Payload of an `init` frame: u16 length, the MIME type with codecs in ASCII
 * (`video/mp4; codecs="avc1.64001f"`), then the initialisation segment.
 */
export function encodeInit(mimeType: string, init: Uint8Array): Uint8Array {
  const payload = new Uint8Array(2 + mimeType.length + init.byteLength);
  new DataView(payload.buffer).setUint16(0, mimeType.length);
  for (let i = 0; i < mimeType.length; i += 1) payload[2 + i] = mimeType.charCodeAt(i) & 0x7f;
  payload.set(init, 2 + mimeType.length);
  return payload;
}

/** The reverse of `encodeInit`; `init` is a view. Throws `RangeError` when the length does not fit. */
export function decodeInit(payload: Uint8Array): { mimeType: string; init: Uint8Array } {
  const length = payload.byteLength < 2 ? -1 : new DataView(payload.buffer, payload.byteOffset).getUint16(0);
  if (length < 0 || 2 + length > payload.byteLength) throw new RangeError('truncated init frame');
  return {
    mimeType: String.fromCharCode(...payload.subarray(2, 2 + length)),
    init: payload.subarray(2 + length),
  };
}
