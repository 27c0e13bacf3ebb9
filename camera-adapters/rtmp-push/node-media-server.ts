import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

/**
 * The parts of node-media-server 4.4.3 that we use, typed by what its source does: it brings no types.
 *
 * We take its RTMP session and its relay and leave the rest out. Its own listener ends the process when the port is in
 * use and when a handler throws; its `run()` also opens a store in `./data`; loading it whole starts a web framework.
 */

/** What a client asked for with `publish` or `play`. */
export interface StreamRequest {
  readonly app: string;
  readonly name: string;
  readonly host: string;
  readonly query: Readonly<Record<string, unknown>>;
}

/** One RTMP message with audio, video or metadata. */
export interface Packet {
  /** 3 is a key frame, 5 is metadata. */
  readonly flags: number;
  /** Bytes of `data` that belong to the message: the buffer is longer and holds older messages behind it. */
  readonly size: number;
  data: Buffer;
}

/** The relay of one stream: a publisher, its subscribers and the packets since the last key frame. */
export interface Broadcast {
  /** ms during which a publisher that left may come back unnoticed. */
  publishGraceMs: number;
  flvGopCache: Set<Buffer> | null;
  rtmpGopCache: Set<Buffer> | null;
}

export interface Rtmp {
  onConnectCallback: (request: StreamRequest) => void;
  onPushCallback: () => void;
  onPlayCallback: () => void;
  onOutputCallback: (bytes: Buffer) => void;
  onPacketCallback: (packet: Packet) => void;
  /** A sentence when the bytes are no RTMP; throws for much else. */
  parserData(bytes: Buffer): string | null;
  /** Makes room for the message whose header was just read. */
  packetAlloc(): void;
  respondPublish(): void;
  sendStatusMessage(streamId: number, level: string, code: string, description: string): void;
  readonly parserPacket: { readonly header: { readonly length: number } };
  readonly inPackets: ReadonlyMap<number, unknown>;
  readonly streamId: number;
  /** A parser with a buffer of 1 MiB that RTMP has no use for. */
  flv: unknown;
}

export interface RtmpSession {
  readonly rtmp: Rtmp;
  readonly broadcast: Broadcast;
  readonly isPublisher: boolean;
  onConnect(request: StreamRequest): void;
  onPush(): void;
  onPlay(): void;
  onOutput(bytes: Buffer): void;
  onPacket(packet: Packet): void;
  onClose(): void;
  sendBuffer(bytes: Buffer): void;
}

const require = createRequire(import.meta.url);
const Session: new (socket: Socket) => RtmpSession = require('node-media-server/src/session/rtmp_session.js');
const logger: { log(message: string, level?: string): void } = require('node-media-server/src/core/logger.js');

// It writes addresses and stream names to standard output, past our log and its blanking of secrets.
logger.log = () => undefined;

export function createRtmpSession(socket: Socket): RtmpSession {
  return new Session(socket);
}
