import { randomBytes } from 'node:crypto';
import type { RtspAnswer, RtspRequest } from './message.ts';
import { type Carriage, readTransport, type UdpWay } from './transport.ts';

/** Something that a player can have from an RTSP server. */
export interface PlayableMedia {
  readonly tracks: number;
  /** SDP (RFC 8866); its tracks are called `track0`, `track1` … */
  description(): string;
  /** Sends to the tracks that were set up until the returned function is called. */
  play(carriages: ReadonlyMap<number, Carriage>): () => void;
}

export interface PlayerHouse {
  /** What is at `path` for who asks so, or the answer that says why not. Asked for every request but OPTIONS and TEARDOWN. */
  find(path: string, request: RtspRequest): PlayableMedia | RtspAnswer | Promise<PlayableMedia | RtspAnswer>;
  /** Absent where packets travel over the control connection only. */
  openUdp?(ports: readonly [number, number]): Promise<UdpWay>;
}

/** What one connection does as a player (RFC 2326 §A.2), from SETUP to the end. */
export interface PlayerSession {
  answer(request: RtspRequest): Promise<RtspAnswer>;
  /** Between PLAY and the end. */
  readonly playing: boolean;
  /** SETUP was seen. */
  readonly begun: boolean;
  /** Ends the play and closes what was opened for it. Idempotent. */
  end(): void;
}

export const PLAYER_METHODS = 'OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER';
/** Seconds, told to players: they ask again in half of it. */
export const SESSION_TIMEOUT_S = 60;

export function createPlayerSession(house: PlayerHouse): PlayerSession {
  const id = randomBytes(8).toString('hex');
  const carriages = new Map<number, Carriage>();
  const session: readonly [string, string] = ['Session', `${id};timeout=${SESSION_TIMEOUT_S}`];
  let chosen: string | undefined;
  let leave: (() => void) | undefined;
  let ended = false;

  async function setUp(media: PlayableMedia, path: string, track: number, request: RtspRequest): Promise<RtspAnswer> {
    if (leave !== undefined || (chosen !== undefined && chosen !== path)) return { status: 455 };
    const wish = readTransport(request.headers.get('transport') ?? '', track * 2);
    if (wish === null || (wish.kind === 'udp' && house.openUdp === undefined)) return { status: 461 };
    if (track >= media.tracks) return { status: 404 };
    const carriage = await open(wish);
    if (carriage === null) return { status: 461 };
    if (ended) {
      close(carriage);
      return { status: 503 };
    }
    chosen = path;
    close(carriages.get(track));
    carriages.set(track, carriage);
    const transport =
      carriage.kind === 'interleaved'
        ? `RTP/AVP/TCP;unicast;interleaved=${carriage.rtp}-${carriage.rtcp}`
        : `RTP/AVP/UDP;unicast;client_port=${wish.kind === 'udp' ? wish.ports.join('-') : ''};server_port=${carriage.way.ports.join('-')}`;
    return { status: 200, headers: [['Transport', transport], session] };
  }

  async function open(wish: NonNullable<ReturnType<typeof readTransport>>): Promise<Carriage | null> {
    if (wish.kind === 'interleaved') return { kind: 'interleaved', rtp: wish.channels[0], rtcp: wish.channels[1] };
    if (house.openUdp === undefined) return null;
    return { kind: 'udp', way: await house.openUdp(wish.ports) };
  }

  function play(media: PlayableMedia, request: RtspRequest): RtspAnswer {
    if (chosen === undefined) return { status: 455 };
    const answer = named(request);
    if (answer.status !== 200 || leave !== undefined) return answer;
    // After the answer is written: some players take the first packet for a broken answer.
    let gone = false;
    let stop: (() => void) | undefined;
    leave = () => {
      gone = true;
      stop?.();
    };
    setImmediate(() => {
      if (!gone) stop = media.play(carriages);
    });
    return { ...answer, headers: [...(answer.headers ?? []), ['Range', 'npt=now-']] };
  }

  /** 200 with the session, unless the request is for another one. */
  function named(request: RtspRequest): RtspAnswer {
    const name = request.headers.get('session')?.split(';')[0]?.trim();
    return name !== undefined && name !== id ? { status: 454 } : { status: 200, headers: [session] };
  }

  function pause(): void {
    leave?.();
    leave = undefined;
  }

  return {
    async answer(request) {
      if (request.method === 'OPTIONS') return { status: 200, headers: [['Public', PLAYER_METHODS]] };
      if (request.method === 'TEARDOWN') return named(request);
      const path = pathOf(request.url);
      if (path === null) return { status: 400 };
      const [, stream = path, track] = /^(.*)\/track(\d)$/.exec(path) ?? [];
      const found = await house.find(stream, request);
      if (ended || 'status' in found) return 'status' in found ? found : { status: 503 };
      switch (request.method) {
        case 'DESCRIBE':
          return {
            status: 200,
            headers: [
              ['Content-Base', `${request.url.replace(/\/+$/, '')}/`],
              ['Content-Type', 'application/sdp'],
            ],
            body: found.description(),
          };
        case 'SETUP':
          return track === undefined ? { status: 404 } : setUp(found, stream, Number(track), request);
        case 'PLAY':
          return play(found, request);
        case 'PAUSE':
          pause();
          return named(request);
        case 'GET_PARAMETER':
        case 'SET_PARAMETER':
          return named(request);
        default:
          return { status: 405, headers: [['Allow', PLAYER_METHODS]] };
      }
    },
    get playing() {
      return leave !== undefined;
    },
    get begun() {
      return chosen !== undefined;
    },
    end() {
      ended = true;
      pause();
      for (const carriage of carriages.values()) close(carriage);
      carriages.clear();
    },
  };
}

function close(carriage: Carriage | undefined): void {
  if (carriage?.kind === 'udp') carriage.way.close();
}

/** `/a/b` of `rtsp://host:1/a/b?x`, without the last slashes. */
export function pathOf(url: string): string | null {
  const match = /^rtsps?:\/\/[^/]+(\/[^?#]*)?/i.exec(url);
  return match === null ? null : (match[1] ?? '/').replace(/\/+$/, '') || '/';
}
