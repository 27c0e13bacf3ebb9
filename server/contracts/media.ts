/**
 * What every adapter gives and every reader takes: a camera's picture as a sequence of immutable fragments.
 * A fragment is a CMAF chunk (ISO/IEC 23000-19 §6.6.5): one `moof` and one `mdat` with one or a few access units.
 */

/** `main` is the camera's best stream, `sub` the small one for walls and analysis. A camera may have only `main`. */
export type StreamRole = 'main' | 'sub';

export const STREAM_ROLES: readonly StreamRole[] = ['main', 'sub'];

/** Names one stream of one camera. */
export interface StreamKey {
  readonly cameraId: string;
  readonly role: StreamRole;
}

/** What a decoder must know before the first fragment. A change of codec, size or tracks is a new `StreamInfo`. */
export interface StreamInfo {
  /** Rises by one with every change; a fragment belongs to the info of the same generation. Starts at 1. */
  readonly generation: number;
  readonly video: VideoTrack;
  /** `null` where the camera sends no sound, or sound that MP4 cannot carry. */
  readonly audio: AudioTrack | null;
  /** Ticks per second of the video track: the unit of `Fragment.decodeTime` and `Fragment.duration`. */
  readonly timescale: number;
  /** The initialisation segment: `ftyp` and `moov`. */
  readonly init: Uint8Array;
}

export interface VideoTrack {
  /** RFC 6381 codec string, for example `avc1.64001f` or `hvc1.1.6.L93.B0`. */
  readonly codec: string;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** Pictures per second as declared or measured; `null` until it is known. */
  readonly frameRate: number | null;
}

export interface AudioTrack {
  /** RFC 6381 codec string, for example `mp4a.40.2`. */
  readonly codec: string;
  /** Hertz. */
  readonly sampleRate: number;
  readonly channels: number;
}

/** Immutable once published: every reader holds the same bytes, none may write to them. */
export interface Fragment {
  readonly generation: number;
  /** Rises by one with each fragment of a stream, across generations; a gap means fragments were lost. */
  readonly sequence: number;
  /** Decode time of the first access unit, in ticks of `StreamInfo.timescale`. Never falls within a generation. */
  readonly decodeTime: number;
  /** In ticks of `StreamInfo.timescale`. */
  readonly duration: number;
  /** When the first picture was taken, in ms since 1970-01-01 UTC, on the server's clock. */
  readonly wallClockMs: number;
  /** True when the first access unit is a random access point: decoding can start here. */
  readonly keyframe: boolean;
  /** Video access units in it, where the adapter counts them. */
  readonly pictures?: number;
  /** `moof` and `mdat`. */
  readonly bytes: Uint8Array;
}

/** Where an adapter puts what it reads. An adapter calls `info` before the first fragment of each generation. */
export interface FragmentSink {
  info(info: StreamInfo): void;
  fragment(fragment: Fragment): void;
}

/** Where a reader begins: with the oldest key frame in memory, the newest, or the next that comes. */
export type StartAt = 'oldestGroup' | 'latestGroup' | 'nextGroup';

export type StreamItem =
  /** Before the first fragment, and wherever the stream changes: what follows needs a new decoder. */
  | { readonly type: 'info'; readonly info: StreamInfo }
  /** So many fragments were missed; the next one is a key frame. */
  | { readonly type: 'lost'; readonly fragments: number }
  | { readonly type: 'fragment'; readonly fragment: Fragment; readonly info: StreamInfo }
  /** The camera was removed; nothing follows. */
  | { readonly type: 'end'; readonly reason: string };

/** A reader of one stream, as parts outside of the hub see it; see `restream/stream-reader` for what may be relied on. */
export interface FragmentReader {
  /** The next item, or `undefined` when there is none yet. */
  take(): StreamItem | undefined;
  close(): void;
}

/** Re-encodes a stream to H.264 for browsers that cannot play it. */
export interface Transcoder {
  /**
   * Reads fragments (the first is a key frame) until they end, `signal` aborts or something fails, and feeds `sink`.
   * When the promise settles no process is left. An abort resolves; a failure rejects.
   */
  run(
    input: { info: StreamInfo; fragments: AsyncIterable<Fragment> },
    sink: FragmentSink,
    signal: AbortSignal,
  ): Promise<void>;
}

/** Turns a key frame into a still. */
export interface StillDecoder {
  /** JPEG of the first picture, at most `maxWidth` pixels wide (never enlarged); rejects when it cannot be decoded. */
  jpeg(info: StreamInfo, keyframe: Fragment, maxWidth?: number): Promise<Uint8Array>;
}

/** A small picture of a stream, for looking at by machine. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue: three bytes a pixel, rows without gaps. Belongs to who gets it. */
  readonly pixels: Uint8Array;
  /** When it was taken, ms since 1970, by the fragment that it was decoded from. */
  readonly wallClockMs: number;
  /** Once: nobody looks at the pixels any more, and a later picture may be written over them. Who keeps them does not call it. */
  readonly release?: () => void;
}

export interface FrameOptions {
  /** Pixels; a frame fits into this and keeps its proportions. Never enlarged. */
  readonly maxWidth: number;
  readonly maxHeight: number;
  /**
   * Squares of so many pixels of such a frame become one pixel; what is no whole square at the right and below is left
   * out. 1 when left out.
   */
  readonly side?: number;
  /** Most frames for each second of video. */
  readonly framesPerSecond: number;
}

/** Turns a stream into small pictures, by one long-lived decoder for each run. */
export interface FrameDecoder {
  /**
   * Reads fragments of one generation (the first is a key frame; groups may be left out, as wholes or from some
   * fragment on) until they end, `signal` aborts or something fails. When the promise settles no process is left. An
   * abort resolves; a failure rejects. Whoever is given a frame must not hold it up.
   */
  run(
    input: { info: StreamInfo; fragments: AsyncIterable<Fragment> },
    options: FrameOptions,
    onFrame: (frame: Frame) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

/** Turns single key frames of any stream into small pictures, by a few decoders for all streams. */
export interface KeyFrameDecoder {
  /**
   * As a `FrameDecoder` would make it of the first picture. `busy`: there are too many to be done; `unable`: only a decoder
   * of the stream's own may do it. Never rejects.
   */
  frame(
    info: StreamInfo,
    keyframe: Fragment,
    options: Pick<FrameOptions, 'maxWidth' | 'maxHeight'>,
  ): Promise<Frame | 'busy' | 'unable'>;
}

/** Burns a picture into video and encodes it again as H.264; one FFmpeg of low priority for each run. */
export interface OverlayEncoder {
  /** What FFmpeg is told of filter and encoder: for who wants to know how a copy was made. */
  readonly settings: string;
  /**
   * Fragmented MP4 in, fragmented MP4 out, picture for picture; sound goes through as it is. Decode times are those of
   * what came in, but for one shift that is the same for all. When the generator ends, by itself, by a fault, by `return`
   * or because `signal` aborted, no process is left; an abort throws.
   */
  run(input: OverlayInput, signal: AbortSignal): AsyncGenerator<OverlaidPart>;
}

export interface OverlayInput {
  /** From `ftyp` on; boxes that players pass over may stand between the fragments. */
  readonly mp4: AsyncIterable<Uint8Array>;
  /** Absolute path of a PNG of the size of the picture, both sides rounded up to even numbers. */
  readonly overlay: string;
  readonly width: number;
  readonly height: number;
  readonly timescale: number;
}

export type OverlaidPart =
  | { readonly kind: 'init'; readonly bytes: Uint8Array; readonly video: Omit<VideoTrack, 'frameRate'> }
  /** Times in ticks of `OverlayInput.timescale`. */
  | {
      readonly kind: 'fragment';
      readonly bytes: Uint8Array;
      readonly decodeTime: number;
      readonly duration: number;
    };
