import type { Socket } from 'node:net';
import { eachPacket, FRAME_HEADER, onChannel } from '#base/rtp/packets';
import { writeSenderReport } from '#base/rtp/sender-report';
import type { PlayableMedia } from '#base/rtsp/player-session';
import type { Carriage } from '#base/rtsp/transport';
import type { Loop, LoopUnit } from './loop.ts';
import type { Due, Wheel } from './wheel.ts';

/** One camera that shows a loop, `aheadMs` further than the clock. It costs nothing while nobody plays it. */
export interface LoopCamera {
  readonly players: number;
  media(socket: Socket): PlayableMedia;
}

/** What cameras count together. */
export interface LoopFigures {
  /** Access units that were given to players. */
  units: number;
  bytes: number;
  /** Units that a player did not get because it did not read. */
  skipped: number;
  /** Players that were dropped because they did not read for long. */
  dropped: number;
}

interface Player {
  readonly socket: Socket;
  /** By track. */
  readonly carriages: readonly (Carriage | undefined)[];
  readonly packets: number[];
  readonly payloadBytes: number[];
  begun: boolean;
  reportMs: number;
  /** Since when it gets nothing because it does not read. */
  stuckSinceMs: number | null;
}

const REPORT_EVERY_MS = 5000;
/** Bytes that wait for a player that does not read; then it goes on at the next key frame that it has room for. */
const MOST_WAITING = 1024 * 1024;
const LONGEST_STUCK_MS = 10_000;

export function createLoopCamera(
  loop: Loop,
  aheadMs: number,
  deps: { readonly wheel: Wheel; readonly now: () => number; readonly figures: LoopFigures },
): LoopCamera {
  const { wheel, now, figures } = deps;
  const { units, durationMs } = loop;
  const players: Player[] = [];
  let round = 0;
  let next = 0;
  let onWheel = false;

  /** To the first unit that is not over yet. */
  function seek(nowMs: number): void {
    const position = nowMs + aheadMs;
    round = Math.floor(position / durationMs);
    const inRound = position - round * durationMs;
    next = units.findIndex(({ atMs }) => atMs >= inRound);
    if (next < 0) {
      next = 0;
      round += 1;
    }
  }

  const dueOf = (): number => round * durationMs + (units[next]?.atMs ?? 0) - aheadMs;

  const due: Due = {
    dueMs: 0,
    turn(nowMs) {
      // After a long stop of the whole program it does not send all that it has missed.
      if (nowMs - due.dueMs > durationMs) seek(nowMs);
      for (due.dueMs = dueOf(); due.dueMs <= nowMs; due.dueMs = dueOf()) {
        const unit = units[next];
        if (unit !== undefined) for (const player of players) give(player, unit, nowMs);
        next += 1;
        if (next === units.length) {
          next = 0;
          round += 1;
        }
      }
      onWheel = players.length > 0;
      return onWheel;
    },
  };

  function give(player: Player, unit: LoopUnit, nowMs: number): void {
    if (!player.begun) {
      if (!unit.key) return;
      player.begun = true;
    }
    if (player.stuckSinceMs !== null && !goesOn(player, unit, nowMs)) {
      figures.skipped += 1;
      return;
    }
    if (nowMs >= player.reportMs) report(player, nowMs);
    const carriage = player.carriages[unit.track];
    if (carriage === undefined) return;
    const bytes = unit.packetsOf(round);
    player.packets[unit.track] = (player.packets[unit.track] ?? 0) + unit.packets;
    player.payloadBytes[unit.track] = (player.payloadBytes[unit.track] ?? 0) + unit.payloadBytes;
    figures.units += 1;
    figures.bytes += bytes.length;
    if (carriage.kind === 'udp') {
      unit.held();
      eachPacket(bytes, (at, length) => {
        carriage.way.send('rtp', bytes.subarray(at + FRAME_HEADER, at + FRAME_HEADER + length));
      });
      return;
    }
    const { socket } = player;
    socket.write(carriage.rtp === unit.track * 2 ? bytes : onChannel(bytes, carriage.rtp));
    if (socket.writableLength === 0) return;
    unit.held();
    if (socket.writableLength > MOST_WAITING) player.stuckSinceMs = nowMs;
  }

  function goesOn(player: Player, unit: LoopUnit, nowMs: number): boolean {
    if (player.socket.writableLength === 0 && unit.key) {
      player.stuckSinceMs = null;
      return true;
    }
    if (player.socket.writableLength > 0 && nowMs - (player.stuckSinceMs ?? nowMs) > LONGEST_STUCK_MS) {
      if (!player.socket.destroyed) figures.dropped += 1;
      player.socket.destroy();
    }
    return false;
  }

  function report(player: Player, nowMs: number): void {
    player.reportMs = nowMs + REPORT_EVERY_MS;
    const position = nowMs + aheadMs;
    const done = Math.floor(position / durationMs);
    const wallClockMs = Date.now();
    for (const [index, track] of loop.tracks.entries()) {
      const carriage = player.carriages[index];
      if (carriage === undefined) continue;
      const inRound = ((position - done * durationMs) * track.clockRate) / 1000;
      const bytes = writeSenderReport(carriage.kind === 'udp' ? 0 : carriage.rtcp, {
        ssrc: track.ssrc,
        wallClockMs,
        rtpTime: Math.round(done * track.ticks + inRound),
        packets: player.packets[index] ?? 0,
        payloadBytes: player.payloadBytes[index] ?? 0,
      });
      if (carriage.kind === 'udp') carriage.way.send('rtcp', bytes.subarray(FRAME_HEADER));
      else player.socket.write(bytes);
    }
  }

  return {
    get players() {
      return players.length;
    },
    media: (socket) => ({
      tracks: loop.tracks.length,
      description: () => loop.description,
      play(carriages) {
        const player: Player = {
          socket,
          carriages: loop.tracks.map((_, index) => carriages.get(index)),
          packets: [],
          payloadBytes: [],
          begun: false,
          reportMs: 0,
          stuckSinceMs: null,
        };
        players.push(player);
        if (!onWheel) {
          onWheel = true;
          seek(now());
          due.dueMs = dueOf();
          wheel.add(due);
        }
        return () => {
          const at = players.indexOf(player);
          if (at >= 0) players.splice(at, 1);
        };
      },
    }),
  };
}
