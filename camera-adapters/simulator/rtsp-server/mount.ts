import { createKeyFrameFinder, type KeyFrameFinder, readRtp } from './key-frame.ts';
import type { Outlet } from './outlet.ts';
import type { Description } from './sdp.ts';

/** One stream: its publisher's packets, handed on as they come to everybody who plays it. */
export interface Mount {
  readonly path: string;
  readonly description: Description;
  /** Of the packets of a track; `undefined` before the first. */
  ssrc(track: number): number | undefined;
  /** A packet of the publisher. */
  push(track: number, kind: 'rtp' | 'rtcp', packet: Uint8Array): void;
  /** Begins at the next key frame. The returned function ends it. */
  play(player: Player): () => void;
  readonly players: number;
  /** The publisher is gone: every player is told by the end of its connection, as a camera that restarts does. */
  close(): void;
}

export interface Player {
  /** By number of the track; those that the player did not set up are absent. */
  readonly outlets: ReadonlyMap<number, Outlet>;
  /** The stream has ended. */
  readonly ended: () => void;
}

/** While `held` answers yes, nothing is handed on. */
export function createMount(path: string, description: Description, held: () => boolean = () => false): Mount {
  const finders = description.tracks.map((track): KeyFrameFinder => createKeyFrameFinder(track.encoding));
  const ssrcs = new Map<number, number>();
  /** Whether each player has begun. */
  const players = new Map<Player, { begun: boolean; readonly leading: number }>();

  return {
    path,
    description,
    ssrc: (track) => ssrcs.get(track),
    push(track, kind, packet) {
      if (held()) return;
      if (kind === 'rtp') {
        const rtp = readRtp(packet);
        if (rtp === undefined) return;
        ssrcs.set(track, rtp.ssrc);
      }
      const begins = kind === 'rtp' && finders[track]?.begins(packet) === true;
      for (const [player, state] of players) {
        if (begins && track === state.leading) state.begun = true;
        if (state.begun) player.outlets.get(track)?.send(kind, packet);
      }
    },
    play(player) {
      const leading = [...player.outlets.keys()].find((track) => description.tracks[track]?.media === 'video');
      // Sound alone may begin anywhere; beside a picture it begins with the picture.
      players.set(player, { begun: leading === undefined, leading: leading ?? 0 });
      return () => players.delete(player);
    },
    get players() {
      return players.size;
    },
    close() {
      for (const player of [...players.keys()]) player.ended();
      players.clear();
    },
  };
}
