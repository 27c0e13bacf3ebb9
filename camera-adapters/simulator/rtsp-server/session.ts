import type { Socket } from 'node:net';
import { serveConnection } from '#base/rtsp/connection';
import type { RtspAnswer, RtspRequest } from '#base/rtsp/message';
import { createPlayerSession, PLAYER_METHODS, type PlayableMedia, pathOf } from '#base/rtsp/player-session';
import { type Carriage, readTransport } from '#base/rtsp/transport';
import type { Challenge } from '../challenge.ts';
import { openUdpWay } from '../udp-way.ts';
import type { Relay } from './relay.ts';
import { type AnnouncedTrack, parseAnnouncement, writeDescription } from './sdp.ts';

/** What a connection needs from the server around it. */
export interface SessionHouse {
  /** `null`: players need no password. */
  readonly challenge: Challenge | null;
  /** The path below the secret when the address is a publisher's, else `null`. */
  publishPath(path: string): string | null;
  relay(path: string): Relay | undefined;
  /** `null` when somebody publishes there already. */
  publish(path: string, tracks: readonly AnnouncedTrack[]): { relay: Relay; end(): void } | null;
}

export interface RtspSession {
  readonly role: 'unknown' | 'publisher' | 'player';
  /** ms on `performance.now()`; a control request, a packet of a publisher or a receiver report. */
  readonly heardMs: number;
  readonly streaming: boolean;
  close(): void;
}

/** Bytes that wait for a player that does not read; then it is dropped. */
const MOST_WAITING = 2 * 2 ** 20;
const PUBLIC = `${PLAYER_METHODS}, ANNOUNCE, RECORD`;

interface Publishing {
  readonly relay: Relay;
  end(): void;
  /** Channel → track and kind. */
  readonly channels: Map<number, { track: number; kind: 'rtp' | 'rtcp' }>;
}

/** A connection that is a publisher's after ANNOUNCE, and a player's after SETUP. */
export function serveRtsp(socket: Socket, house: SessionHouse): RtspSession {
  let publishing: Publishing | undefined;
  const player = createPlayerSession({
    find(path, request) {
      const { challenge } = house;
      if (challenge !== null && !challenge.admits(request.headers.get('authorization'), request.method)) {
        return { status: 401, headers: challenge.headers.map((value) => ['WWW-Authenticate', value] as const) };
      }
      const relay = house.relay(path);
      return relay === undefined ? { status: 404 } : mediaOf(relay);
    },
    openUdp: (ports) => openUdpWay(socket, ports, connection.heard),
  });
  const connection = serveConnection(socket, {
    answer: answerTo,
    packet(channel, bytes) {
      const target = publishing?.channels.get(channel);
      if (target !== undefined) publishing?.relay[target.kind](target.track, bytes);
    },
    closed() {
      player.end();
      publishing?.end();
    },
  });

  async function answerTo(request: RtspRequest): Promise<RtspAnswer> {
    if (request.method === 'OPTIONS') return { status: 200, headers: [['Public', PUBLIC]] };
    const path = pathOf(request.url);
    if (path === null) return { status: 400 };
    if (request.method === 'ANNOUNCE') {
      const below = house.publishPath(path);
      return below === null ? { status: 403 } : announce(below, request);
    }
    return publishing === undefined ? player.answer(request) : publisherAnswer(request, path, publishing);
  }

  function announce(path: string, request: RtspRequest): RtspAnswer {
    if (player.begun || publishing !== undefined) return { status: 455 };
    const announced = parseAnnouncement(request.body);
    if (announced === null) return { status: 400 };
    const place = house.publish(path, announced);
    if (place === null) return { status: 403 };
    publishing = { ...place, channels: new Map() };
    return { status: 200 };
  }

  function mediaOf(relay: Relay): PlayableMedia {
    return {
      tracks: relay.tracks.length,
      description: () => writeDescription(relay.tracks),
      play: (carriages) =>
        relay.play({
          send(track, kind, packet) {
            const carriage = carriages.get(track);
            if (carriage !== undefined) send(carriage, kind, packet);
          },
          ended: () => void socket.destroy(),
        }),
    };
  }

  function send(carriage: Carriage, kind: 'rtp' | 'rtcp', packet: Buffer): void {
    if (carriage.kind === 'udp') return void carriage.way.send(kind, packet);
    if (socket.writableLength > MOST_WAITING) return void socket.destroy();
    const head = Buffer.from([0x24, carriage[kind], packet.length >> 8, packet.length & 0xff]);
    socket.cork();
    socket.write(head);
    socket.write(packet);
    socket.uncork();
  }

  return {
    get role() {
      return publishing !== undefined ? 'publisher' : player.begun ? 'player' : 'unknown';
    },
    get heardMs() {
      return connection.heardMs;
    },
    get streaming() {
      return player.playing || publishing !== undefined;
    },
    close: connection.close,
  };
}

/** Publishers name no session (none was given to them at ANNOUNCE); the connection is theirs. */
const PUBLISHER_SESSION: readonly [string, string] = ['Session', 'publisher'];

function publisherAnswer(request: RtspRequest, path: string, { relay, channels }: Publishing): RtspAnswer {
  switch (request.method) {
    case 'SETUP': {
      const track = relay.tracks.findIndex(({ control }) => path.endsWith(`/${control}`) || control === request.url);
      const wish = readTransport(request.headers.get('transport') ?? '', channels.size);
      if (track < 0) return { status: 404 };
      if (wish?.kind !== 'interleaved') return { status: 461 };
      channels.set(wish.channels[0], { track, kind: 'rtp' });
      channels.set(wish.channels[1], { track, kind: 'rtcp' });
      const transport = `RTP/AVP/TCP;unicast;interleaved=${wish.channels.join('-')};mode=record`;
      return { status: 200, headers: [['Transport', transport], PUBLISHER_SESSION] };
    }
    case 'RECORD':
    case 'GET_PARAMETER':
    case 'SET_PARAMETER':
    case 'TEARDOWN':
      return { status: 200, headers: [PUBLISHER_SESSION] };
    default:
      return { status: 455 };
  }
}
