import { contentOf } from './random-access.ts';
import type { AnnouncedTrack } from './sdp.ts';

/** One path of the server: packets of its publisher, and the players that get them. */
export interface Relay {
  readonly tracks: readonly AnnouncedTrack[];
  /** Faults to inject: packets are lost, all connections stay. */
  frozen: boolean;
  rtp(track: number, packet: Buffer): void;
  rtcp(track: number, packet: Buffer): void;
  /** The player gets packets from the next key frame on. The returned function takes it out. */
  play(player: RelayPlayer): () => void;
  /** Takes all players out and tells each. */
  end(): void;
}

export interface RelayPlayer {
  send(track: number, kind: 'rtp' | 'rtcp', packet: Buffer): void;
  /** The publisher is gone; nothing follows. */
  ended(): void;
}

export function createRelay(tracks: readonly AnnouncedTrack[]): Relay {
  const players = new Map<RelayPlayer, { started: boolean }>();
  const videoAt = tracks.findIndex(({ codec }) => codec !== 'other');
  let timestamp = -1;
  let pictureBegun = false;

  /** True where a player that has seen nothing may start: at a key frame's first packet, never at its second slice. */
  function isStart(track: number, packet: Buffer): boolean {
    if (videoAt < 0) return true;
    if (track !== videoAt) return false;
    const content = contentOf(tracks[track]?.codec ?? 'other', packet);
    const now = packet.readUInt32BE(4);
    if (now !== timestamp) pictureBegun = false;
    timestamp = now;
    const start = content.startsKey && !pictureBegun;
    pictureBegun ||= content.picture;
    return start;
  }

  const relay: Relay = {
    tracks,
    frozen: false,
    rtp(track, packet) {
      if (packet.length < 12) return;
      const start = isStart(track, packet);
      if (relay.frozen) return;
      for (const [player, state] of players) {
        state.started ||= start;
        if (state.started) player.send(track, 'rtp', packet);
      }
    },
    rtcp(track, packet) {
      if (relay.frozen) return;
      for (const [player, state] of players) if (state.started) player.send(track, 'rtcp', packet);
    },
    play(player) {
      players.set(player, { started: false });
      return () => void players.delete(player);
    },
    end() {
      const all = [...players.keys()];
      players.clear();
      for (const player of all) player.ended();
    },
  };
  return relay;
}
