import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { FragmentSink } from '#contracts/media';

/** What FFmpeg reads. Addresses may hold user and password: they reach FFmpeg by its standard input, never as arguments. */
export type IngestInput =
  | { readonly kind: 'rtsp'; readonly url: string; readonly transport: 'tcp' | 'udp' }
  | { readonly kind: 'rtmp'; readonly url: string }
  /** A drawn picture: FFmpeg input arguments and a filter graph whose output is the video. */
  | { readonly kind: 'drawn'; readonly inputs: readonly string[]; readonly filter: string; readonly fps: number };

export interface IngestRequest {
  /** Names the stream in logs, and what was learnt of it before. */
  readonly name: string;
  readonly input: IngestInput;
  readonly sink: FragmentSink;
  readonly signal: AbortSignal;
}

/** One FFmpeg for one stream: its bytes become fragments. */
export interface Ingest {
  /**
   * Feeds `sink` until the stream ends. Rejects with `CameraFault` (`ended` where the source hung up); an abort
   * resolves. When it settles, the process is gone.
   */
  run(request: IngestRequest): Promise<void>;
}

export interface IngestDeps {
  readonly ffmpegPath: string;
  /** ms; longest fragment. */
  readonly fragmentMs: number;
  /** ms without a byte after which FFmpeg gives up by itself. */
  readonly readTimeoutMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export declare function createIngest(deps: IngestDeps): Ingest;
