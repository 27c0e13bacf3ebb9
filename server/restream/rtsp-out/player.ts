import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Clock } from '#base/clock';
import { isPicture, type Mp4Track } from '#base/mp4/tracks';
import type { Carriage } from '#base/rtsp/transport';
import type { LiveStream } from '../live-stream.ts';
import { createPacketLine, sendableTracks, type TrackChannels } from './packet-line.ts';

/** Bytes that may wait for one player; the rest waits in the ring, where it costs nothing. */
const MOST_WAITING = 512 * 1024;
/** ms after which a player that takes nothing is cut off. */
const LONGEST_STUCK_MS = 15_000;
/** ms behind the newest picture at which a player that was slow goes on at the newest key frame. */
const MOST_BEHIND_MS = 3000;
const LOOK_EVERY_MS = 1000;

/**
 * Sends a stream to one player from its newest key frame on, until the returned function is called. When the player does
 * not keep up it loses pictures up to a key frame; when the stream ends or becomes another kind, its connection is closed.
 */
export function sendToPlayer(deps: {
  readonly stream: LiveStream;
  readonly tracks: readonly Mp4Track[];
  readonly carriages: ReadonlyMap<number, Carriage>;
  readonly socket: Socket;
  readonly clock: Clock;
}): () => void {
  const { stream, tracks, socket, clock } = deps;
  const channels = tracks.map((_, index): TrackChannels | undefined => {
    const carriage = deps.carriages.get(index);
    return carriage?.kind === 'interleaved' ? carriage : undefined;
  });
  const line = createPacketLine(tracks, channels, () => randomBytes(4).readUInt32BE());
  const kinds = kindsOf(tracks);
  let stuckSinceMs: number | null = null;
  let stopped = false;
  const reader = stream.read({ from: 'latestGroup', wake: () => send() });

  function send(): void {
    if (stopped || stuckSinceMs !== null) return;
    socket.cork();
    while (!stopped && socket.writableLength <= MOST_WAITING) {
      const item = reader.take();
      if (item === undefined) break;
      try {
        if (item.type === 'end') socket.destroy();
        else if (item.type === 'info' && kindsOf(sendableTracks(item.info)) !== kinds) socket.destroy();
        else if (item.type === 'fragment') {
          for (const packets of line.packetsOf(item.fragment, item.info)) socket.write(packets);
        }
      } catch {
        // What cannot be read as a stream cannot be sent; who wakes us is the way in of a camera.
        socket.destroy();
      }
      if (socket.destroyed) stop();
    }
    socket.uncork();
    if (!stopped && socket.writableLength > MOST_WAITING) stuckSinceMs = clock.monotonic();
  }

  /** It took everything that waited. */
  function goOn(): void {
    if (stuckSinceMs === null) return;
    stuckSinceMs = null;
    const { ring } = stream;
    const oldest = ring.at(ring.end - reader.behind);
    const newest = ring.at(ring.end - 1);
    if (oldest !== undefined && newest !== undefined && newest.wallClockMs - oldest.wallClockMs > MOST_BEHIND_MS) {
      reader.skipToNewestKey();
    }
    send();
  }

  const stopLooking = clock.every(LOOK_EVERY_MS, () => {
    if (stuckSinceMs !== null && clock.monotonic() - stuckSinceMs > LONGEST_STUCK_MS) socket.destroy();
  });

  function stop(): void {
    if (stopped) return;
    stopped = true;
    stopLooking();
    socket.off('drain', goOn);
    reader.close();
  }

  socket.on('drain', goOn);
  send();
  return stop;
}

/** A player was told of these; others need another DESCRIBE. */
const kindsOf = (tracks: readonly Mp4Track[]): string => tracks.map(kindOf).join();

function kindOf(track: Mp4Track): string {
  if (isPicture(track)) return track.codec;
  return `${track.codec}/${track.sampleRate}${track.codec === 'aac' ? `/${track.channels}` : ''}`;
}
