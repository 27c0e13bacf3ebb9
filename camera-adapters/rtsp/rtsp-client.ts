import type { Clock } from '#base/clock';
import type { Logger } from '#base/log';
import type { CameraCredentials } from '../adapter.ts';
import type { RtpPacket } from '../codecs/codec.ts';

/** A track as a camera describes it (SDP, RFC 8866). */
export interface RtspTrack {
  readonly media: 'video' | 'audio' | 'other';
  readonly payloadType: number;
  /** In upper case: `H264`, `H265`, `MPEG4-GENERIC`, `PCMA`, `PCMU`, `JPEG` … */
  readonly encoding: string;
  /** Ticks per second of its RTP times. */
  readonly clockRate: number;
  readonly channels: number;
  /** `a=fmtp`, names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Absolute address for SETUP. */
  readonly control: string;
  /** `a=framerate`; `null` where it is not told. */
  readonly frameRate: number | null;
}

/** Takes what a track brings. Times of arrival are the caller's own to read. */
export interface TrackTaker {
  packet(packet: RtpPacket): void;
  /**
   * A sender report (RFC 3550 §6.4.1): `ntpMs`, ms since 1970 on the camera's clock, belongs to `rtpTime`. Arrives now.
   */
  senderReport(report: { readonly ntpMs: number; readonly rtpTime: number }): void;
}

export interface RtspRun {
  /** Without user and password; the host is an address that was checked (`AddressGuard`). */
  readonly url: string;
  /** The name that a certificate must be for; `null` takes any certificate, as most cameras sign their own. */
  readonly serverName: string | null;
  readonly credentials: CameraCredentials;
  readonly transport: 'tcp' | 'udp';
  /**
   * Told what the camera has, once for each connection; gives the tracks to set up. May throw `CameraFault` or
   * `NotForUs`, which then is what `run` rejects with.
   */
  readonly choose: (tracks: readonly RtspTrack[]) => ReadonlyMap<RtspTrack, TrackTaker>;
  readonly signal: AbortSignal;
}

/** Our own RTSP 1.0 client (RFC 2326). One call is one connection, from dialling to its end. */
export interface RtspClient {
  /**
   * Feeds the takers until the camera ends the stream, which rejects with `CameraFault` `ended`, as everything else
   * that goes wrong rejects with its own kind; an abort resolves. When it settles, no socket and no timer is left.
   */
  run(request: RtspRun): Promise<void>;
}

export interface RtspClientDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** ms for each answer, and without a byte of any kind. */
  readonly readTimeoutMs: number;
}

/** The stream is fine, but holds something that our own client does not do; FFmpeg shall try. `message` says what. */
export class NotForUs extends Error {
  override readonly name = 'NotForUs';
}
