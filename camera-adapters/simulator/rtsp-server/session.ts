import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { openUdpPair } from '../../udp-pair.ts';
import type { Challenge } from '../challenge.ts';
import { createRtspReader, type RtspAnswer, type RtspRequest, writeAnswer } from './message.ts';
import type { Relay } from './relay.ts';
import { type AnnouncedTrack, parseAnnouncement, writeDescription } from './sdp.ts';
import { readTransport } from './transport.ts';

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
const PUBLIC = 'OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY, RECORD, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER';
/** Told to players: they ask again in half of it. */
export const SESSION_TIMEOUT_S = 60;

interface Publishing {
  readonly relay: Relay;
  end(): void;
  /** Channel → track and kind. */
  readonly channels: Map<number, { track: number; kind: 'rtp' | 'rtcp' }>;
}

interface PlayerTrack {
  send(kind: 'rtp' | 'rtcp', packet: Buffer): void;
  close(): void;
}

export function serveRtsp(socket: Socket, house: SessionHouse): RtspSession {
  const id = randomBytes(8).toString('hex');
  const tracks = new Map<number, PlayerTrack>();
  let role: RtspSession['role'] = 'unknown';
  let publishing: Publishing | undefined;
  let playing: Relay | undefined;
  let leave: (() => void) | undefined;
  let heardMs = performance.now();
  let closed = false;
  /** Requests of one connection are answered in their order (§1.4), though opening ports takes a moment. */
  let queue = Promise.resolve();
  let queued = 0;

  const reader = createRtspReader({
    request(request) {
      heardMs = performance.now();
      queued += 1;
      if (queued > 32) return void socket.destroy();
      queue = queue.then(async () => {
        const answer = await answerTo(request).catch((): RtspAnswer => ({ status: 503 }));
        queued -= 1;
        if (!closed) socket.write(writeAnswer(answer, request.headers.get('cseq')));
        if (request.method === 'TEARDOWN') socket.end();
      });
    },
    packet(channel, bytes) {
      heardMs = performance.now();
      const target = publishing?.channels.get(channel);
      if (target !== undefined) publishing?.relay[target.kind](target.track, bytes);
    },
  });

  async function answerTo(request: RtspRequest): Promise<RtspAnswer> {
    if (request.method === 'OPTIONS') return { status: 200, headers: [['Public', PUBLIC]] };
    const path = pathOf(request.url);
    if (path === null) return { status: 400 };
    const below = house.publishPath(path);
    if (request.method === 'ANNOUNCE') return below === null ? { status: 403 } : announce(below, request);
    if (publishing !== undefined) return publisherAnswer(request, path, publishing);
    const { challenge } = house;
    if (challenge !== null && !challenge.admits(request.headers.get('authorization'), request.method)) {
      return { status: 401, headers: challenge.headers.map((value) => ['WWW-Authenticate', value] as const) };
    }
    return playerAnswer(request, path);
  }

  function announce(path: string, request: RtspRequest): RtspAnswer {
    if (role !== 'unknown') return { status: 455 };
    const announced = parseAnnouncement(request.body);
    if (announced === null) return { status: 400 };
    const place = house.publish(path, announced);
    if (place === null) return { status: 403 };
    role = 'publisher';
    publishing = { ...place, channels: new Map() };
    return { status: 200 };
  }

  function publisherAnswer(request: RtspRequest, path: string, { relay, channels }: Publishing): RtspAnswer {
    switch (request.method) {
      case 'SETUP': {
        const track = relay.tracks.findIndex(({ control }) => path.endsWith(`/${control}`) || control === request.url);
        const wish = readTransport(request.headers.get('transport') ?? '', channels.size);
        if (track < 0) return { status: 404 };
        if (wish?.kind !== 'interleaved') return { status: 461 };
        channels.set(wish.channels[0], { track, kind: 'rtp' });
        channels.set(wish.channels[1], { track, kind: 'rtcp' });
        return accepted(`RTP/AVP/TCP;unicast;interleaved=${wish.channels.join('-')};mode=record`);
      }
      case 'RECORD':
      case 'GET_PARAMETER':
      case 'SET_PARAMETER':
      case 'TEARDOWN':
        return { status: 200, headers: [['Session', id]] };
      default:
        return { status: 455 };
    }
  }

  async function playerAnswer(request: RtspRequest, path: string): Promise<RtspAnswer> {
    const [, stream = path, track] = /^(.*)\/track(\d)$/.exec(path) ?? [];
    const relay = house.relay(stream);
    if (request.method !== 'TEARDOWN' && relay === undefined) return { status: 404 };
    switch (request.method) {
      case 'DESCRIBE': {
        const base = `${request.url.replace(/\/+$/, '')}/`;
        return {
          status: 200,
          headers: [
            ['Content-Base', base],
            ['Content-Type', 'application/sdp'],
          ],
          body: writeDescription(relay?.tracks ?? []),
        };
      }
      case 'SETUP':
        return relay === undefined || relay.tracks[Number(track)] === undefined
          ? { status: 404 }
          : setUp(relay, Number(track), request);
      case 'PLAY':
        return play(request);
      case 'PAUSE':
        leave?.();
        leave = undefined;
        return sessionAnswer(request);
      case 'GET_PARAMETER':
      case 'SET_PARAMETER':
      case 'TEARDOWN':
        return sessionAnswer(request);
      default:
        return { status: 405, headers: [['Allow', PUBLIC]] };
    }
  }

  async function setUp(relay: Relay, track: number, request: RtspRequest): Promise<RtspAnswer> {
    if (leave !== undefined || (playing !== undefined && playing !== relay)) return { status: 455 };
    const wish = readTransport(request.headers.get('transport') ?? '', tracks.size * 2);
    if (wish === null) return { status: 461 };
    role = 'player';
    playing = relay;
    tracks.get(track)?.close();
    if (wish.kind === 'interleaved') {
      const [rtp, rtcp] = wish.channels;
      tracks.set(track, {
        send: (kind, packet) => sendInterleaved(kind === 'rtp' ? rtp : rtcp, packet),
        close: () => {},
      });
      return accepted(`RTP/AVP/TCP;unicast;interleaved=${rtp}-${rtcp}`);
    }
    const pair = await openUdpPair(socket.localAddress ?? '127.0.0.1');
    if (closed) {
      pair.close();
      return { status: 503 };
    }
    pair.rtcp.on('message', () => {
      heardMs = performance.now();
    });
    const address = socket.remoteAddress ?? '127.0.0.1';
    tracks.set(track, {
      send(kind, packet) {
        // A player that is gone shows up as an error of the next sending; the control connection tells it better.
        pair[kind].send(packet, wish.ports[kind === 'rtp' ? 0 : 1], address, () => {});
      },
      close: pair.close,
    });
    return accepted(`RTP/AVP/UDP;unicast;client_port=${wish.ports.join('-')};server_port=${pair.ports.join('-')}`);
  }

  function play(request: RtspRequest): RtspAnswer {
    if (playing === undefined || tracks.size === 0) return { status: 455 };
    const answer = sessionAnswer(request);
    if (answer.status !== 200 || leave !== undefined) return answer;
    const relay = playing;
    // After the answer is written: some players take the first packet for a broken answer.
    setImmediate(() => {
      if (closed || leave !== undefined) return;
      leave = relay.play({
        send: (track, kind, packet) => tracks.get(track)?.send(kind, packet),
        ended: () => socket.destroy(),
      });
    });
    return { ...answer, headers: [...(answer.headers ?? []), ['Range', 'npt=now-']] };
  }

  function sessionAnswer(request: RtspRequest): RtspAnswer {
    const named = request.headers.get('session')?.split(';')[0]?.trim();
    if (named !== undefined && named !== id) return { status: 454 };
    return { status: 200, headers: [['Session', `${id};timeout=${SESSION_TIMEOUT_S}`]] };
  }

  function accepted(transport: string): RtspAnswer {
    return {
      status: 200,
      headers: [
        ['Transport', transport],
        ['Session', `${id};timeout=${SESSION_TIMEOUT_S}`],
      ],
    };
  }

  function sendInterleaved(channel: number, packet: Buffer): void {
    if (socket.writableLength > MOST_WAITING) return void socket.destroy();
    const head = Buffer.from([0x24, channel, packet.length >> 8, packet.length & 0xff]);
    socket.cork();
    socket.write(head);
    socket.write(packet);
    socket.uncork();
  }

  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    try {
      reader.push(chunk);
    } catch {
      // What follows cannot be found in the bytes any more.
      socket.end(writeAnswer({ status: 400 }, undefined));
    }
  });
  socket.on('error', () => {});
  socket.once('close', () => {
    closed = true;
    leave?.();
    for (const track of tracks.values()) track.close();
    publishing?.end();
  });

  return {
    get role() {
      return role;
    },
    get heardMs() {
      return heardMs;
    },
    get streaming() {
      return leave !== undefined || publishing !== undefined;
    },
    close: () => socket.destroy(),
  };
}

/** `/a/b` of `rtsp://host:1/a/b?x`, without the last slashes. */
function pathOf(url: string): string | null {
  const match = /^rtsps?:\/\/[^/]+(\/[^?#]*)?/i.exec(url);
  return match === null ? null : (match[1] ?? '/').replace(/\/+$/, '') || '/';
}
