import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Clock } from '#base/clock';
import type { Login, LoginCheck } from '../login.ts';
import { createRtspReader, type RtspRequest, RtspSyntaxError, writeResponse } from './message.ts';
import type { Mount } from './mount.ts';
import { interleavedOutlet, type Outlet, openUdpOutlet } from './outlet.ts';
import { type Description, parseDescription, writeDescription } from './sdp.ts';
import { chooseTransport, writeTransport } from './transport.ts';

/** What a connection needs of the server that it belongs to. */
export interface ServerSide {
  readonly clock: Clock;
  readonly loginCheck: LoginCheck;
  /** Who may play `path`; `null` when everybody may. */
  loginOf(path: string): Login | null;
  /** The path that a publisher's address stands for; `undefined` when it does not hold the secret. */
  publishedPath(path: string): string | undefined;
  /** `undefined` while another publisher has the path, or there are too many. */
  openMount(path: string, description: Description): Mount | undefined;
  closeMount(mount: Mount): void;
  /** The stream of a path, waited for where it is started on demand; `undefined` when there is none. */
  findMount(path: string): Promise<Mount | undefined>;
  /** Whether one more may play. */
  mayPlay(mount: Mount): boolean;
  /** A player came or went. */
  playersChanged(path: string): void;
}

/** Seconds that a player over UDP may be silent, and a connection may be idle before it asks for anything. */
export const SESSION_SECONDS = 60;
const MOST_WAITING_REQUESTS = 32;
const METHODS = 'OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER, SET_PARAMETER, ANNOUNCE, RECORD';

interface Session {
  readonly id: string;
  readonly mount: Mount;
  readonly mode: 'play' | 'record';
  readonly outlets: Map<number, Outlet>;
  /** For publishers: which track comes on which channel. */
  readonly channels: Map<number, { readonly track: number; readonly kind: 'rtp' | 'rtcp' }>;
  overUdp: boolean;
  stopPlaying: (() => void) | undefined;
  recording: boolean;
}

type Answer = {
  readonly status: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  /** Hang up after it. */
  readonly close?: boolean;
};

/** One client, player or publisher, with at most one session; when its connection ends, so does the session. */
export function serveConnection(socket: Socket, server: ServerSide): void {
  const { clock } = server;
  const reader = createRtspReader();
  const localAddress = (socket.localAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  const playerAddress = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  let announced: Mount | undefined;
  let session: Session | undefined;
  let queue = Promise.resolve();
  let waiting = 0;
  let freeChannel = 0;
  let aliveMs = clock.monotonic();

  const cancelWatch = clock.every(5000, () => {
    // Over TCP a player that is gone is seen by what it leaves unread.
    const seenOtherwise = session?.stopPlaying !== undefined && !session.overUdp;
    if (!seenOtherwise && clock.monotonic() - aliveMs > SESSION_SECONDS * 1000) socket.destroy();
  });
  socket.setNoDelay(true);
  socket.on('error', () => {});
  socket.on('close', () => {
    cancelWatch();
    endSession();
    if (announced !== undefined) server.closeMount(announced);
    announced = undefined;
  });
  socket.on('data', (chunk: Buffer) => {
    aliveMs = clock.monotonic();
    try {
      for (const item of reader.push(chunk)) {
        if (item.kind === 'frame') receive(item.channel, item.payload);
        else if (item.kind === 'request') enqueue(item);
      }
    } catch (error) {
      if (!(error instanceof RtspSyntaxError)) throw error;
      socket.end(writeResponse(error.status, []));
    }
  });

  function receive(channel: number, payload: Uint8Array): void {
    if (session?.recording !== true) return;
    const target = session.channels.get(channel);
    if (target !== undefined) session.mount.push(target.track, target.kind, payload);
  }

  /** One after the other: a client may send the next before it has read the answer (RFC 2326 §1.1). */
  function enqueue(request: RtspRequest): void {
    waiting += 1;
    if (waiting > MOST_WAITING_REQUESTS) {
      socket.destroy();
      return;
    }
    queue = queue.then(async () => {
      if (!socket.destroyed) reply(request, await answer(request).catch(faultAnswer));
      waiting -= 1;
    });
  }

  function reply(request: RtspRequest, { status, headers = [], body, close }: Answer): void {
    const sequence = request.headers.get('cseq');
    const all: (readonly [string, string])[] = [
      ...(sequence === undefined ? [] : ([['CSeq', sequence]] as const)),
      ['Server', 'Tamnhin'],
      ...headers,
    ];
    const bytes = writeResponse(status, all, body);
    if (close === true) socket.end(bytes);
    else socket.write(bytes);
  }

  async function answer(request: RtspRequest): Promise<Answer> {
    if (!/^\d{1,10}$/.test(request.headers.get('cseq') ?? '')) return { status: 400, close: true };
    if (request.method === 'OPTIONS') return { status: 200, headers: [['Public', METHODS]] };
    if (request.method === 'ANNOUNCE') return announce(request);
    if (announced === undefined) {
      const refused = refuse(request);
      if (refused !== undefined) return refused;
    }
    switch (request.method) {
      case 'DESCRIBE':
        return describe(request);
      case 'SETUP':
        return setUp(request);
      case 'PLAY':
        return play(request);
      case 'RECORD':
        return record(request);
      case 'TEARDOWN':
        return tearDown(request);
      case 'GET_PARAMETER':
      case 'SET_PARAMETER':
        // Clients use it to say that they are still there (RFC 2326 §10.8).
        return inSession(request) ?? { status: 200, headers: sessionHeader() };
      case 'PAUSE':
        return { status: 405, headers: [['Allow', METHODS]] };
      default:
        return { status: 501, headers: [['Public', METHODS]] };
    }
  }

  function refuse(request: RtspRequest): Answer | undefined {
    const login = server.loginOf(splitPath(request.uri).path);
    if (login === null) return undefined;
    const authorization = request.headers.get('authorization');
    const outcome = server.loginCheck.check(login, { authorization, method: request.method, uri: request.uri });
    if (outcome === 'right') return undefined;
    const challenges = server.loginCheck.challenges(login, { stale: outcome === 'stale' });
    return { status: 401, headers: challenges.map((challenge) => ['WWW-Authenticate', challenge] as const) };
  }

  function announce(request: RtspRequest): Answer {
    if (announced !== undefined || session !== undefined) return { status: 455 };
    const path = server.publishedPath(splitPath(request.uri).path);
    if (path === undefined) return { status: 403, close: true };
    if (request.headers.get('content-type') !== 'application/sdp') return { status: 415 };
    const description = parseDescription(Buffer.from(request.body).toString('utf8'));
    announced = server.openMount(path, description);
    return announced === undefined ? { status: 503, close: true } : { status: 200 };
  }

  async function describe(request: RtspRequest): Promise<Answer> {
    const accept = request.headers.get('accept') ?? 'application/sdp';
    if (!accept.includes('application/sdp') && !accept.includes('*/*')) return { status: 406 };
    const mount = await server.findMount(splitPath(request.uri).path);
    if (mount === undefined) return { status: 404 };
    return {
      status: 200,
      headers: [
        ['Content-Type', 'application/sdp'],
        ['Content-Base', `${request.uri.replace(/\/+$/, '')}/`],
      ],
      body: writeDescription(mount.description, { sessionId: String(process.pid), host: localAddress }),
    };
  }

  async function setUp(request: RtspRequest): Promise<Answer> {
    const { path, control } = splitPath(request.uri);
    const mount = announced ?? (await server.findMount(path));
    if (mount === undefined) return { status: 404 };
    const wrong = session === undefined ? undefined : inSession(request);
    if (wrong !== undefined) return wrong;
    if (session !== undefined && session.mount !== mount) return { status: 459 };
    const track = trackOf(mount, request.uri, control);
    if (track === undefined) return { status: 404 };
    const transport = chooseTransport(request.headers.get('transport') ?? '', freeChannel);
    if (transport === undefined) return { status: 461 };
    if (transport.record !== (announced !== undefined)) return { status: 455 };
    // Publishers are programs of this machine: they have no need of UDP.
    if (transport.record && transport.kind === 'udp') return { status: 461 };
    if (!transport.record && session === undefined && !server.mayPlay(mount)) return { status: 453 };

    session ??= newSession(mount, transport.record ? 'record' : 'play');
    const current = session;
    if (transport.kind === 'tcp') {
      freeChannel = Math.max(freeChannel, transport.rtcpChannel + 1);
      if (transport.record) {
        current.channels.set(transport.rtpChannel, { track, kind: 'rtp' });
        current.channels.set(transport.rtcpChannel, { track, kind: 'rtcp' });
      } else {
        replaceOutlet(
          current,
          track,
          interleavedOutlet(socket, transport, () => socket.destroy()),
        );
      }
      return setUpDone(writeTransport(transport, mount.ssrc(track)));
    }
    current.overUdp = true;
    const onAlive = (): void => {
      aliveMs = clock.monotonic();
    };
    const outlet = await openUdpOutlet({ ...transport, localAddress, playerAddress, onAlive });
    if (socket.destroyed) {
      outlet.close();
      return { status: 503 };
    }
    replaceOutlet(current, track, outlet);
    return setUpDone(writeTransport(transport, mount.ssrc(track), outlet.serverPorts));
  }

  function setUpDone(transport: string): Answer {
    return { status: 200, headers: [['Transport', transport], ...sessionHeader()] };
  }

  function play(request: RtspRequest): Answer {
    const wrong = inSession(request);
    if (wrong !== undefined || session === undefined) return wrong ?? { status: 454 };
    if (session.mode !== 'play' || session.outlets.size === 0) return { status: 455 };
    const { mount, outlets } = session;
    // The first packet must not overtake the answer.
    if (session.stopPlaying === undefined) {
      const stop = mount.play({ outlets, ended: () => socket.end() });
      session.stopPlaying = () => {
        stop();
        server.playersChanged(mount.path);
      };
      server.playersChanged(mount.path);
    }
    return { status: 200, headers: [['Range', 'npt=now-'], ...sessionHeader()] };
  }

  function record(request: RtspRequest): Answer {
    const wrong = inSession(request);
    if (wrong !== undefined || session === undefined) return wrong ?? { status: 454 };
    if (session.mode !== 'record' || session.channels.size === 0) return { status: 455 };
    session.recording = true;
    return { status: 200, headers: sessionHeader() };
  }

  function tearDown(request: RtspRequest): Answer {
    const wrong = inSession(request);
    if (wrong !== undefined) return wrong;
    endSession();
    return { status: 200, close: true };
  }

  function inSession(request: RtspRequest): Answer | undefined {
    const named = request.headers.get('session')?.split(';')[0]?.trim();
    return session === undefined || named !== session.id ? { status: 454 } : undefined;
  }

  function sessionHeader(): [string, string][] {
    return session === undefined ? [] : [['Session', `${session.id};timeout=${SESSION_SECONDS}`]];
  }

  function endSession(): void {
    session?.stopPlaying?.();
    for (const outlet of session?.outlets.values() ?? []) outlet.close();
    session = undefined;
  }
}

function newSession(mount: Mount, mode: 'play' | 'record'): Session {
  return {
    id: randomBytes(8).toString('hex'),
    mount,
    mode,
    outlets: new Map(),
    channels: new Map(),
    overUdp: false,
    stopPlaying: undefined,
    recording: false,
  };
}

function replaceOutlet(session: Session, track: number, outlet: Outlet): void {
  session.outlets.get(track)?.close();
  session.outlets.set(track, outlet);
}

/** `rtsp://host/a/b/trackID=1` → `/a/b` and `trackID=1`; queries are no part of a path here. */
function splitPath(uri: string): { path: string; control: string } {
  const url = URL.parse(uri);
  const [, path = '/', control = ''] =
    /^(.*?)\/?((?:trackID|streamid|stream)=\d+)?\/?$/i.exec(url?.pathname ?? '') ?? [];
  return { path, control };
}

function trackOf(mount: Mount, uri: string, control: string): number | undefined {
  const { tracks } = mount.description;
  const numbered = /^trackID=(\d+)$/.exec(control)?.[1];
  const index =
    numbered === undefined
      ? tracks.findIndex((track) => track.control === control || uri.endsWith(`/${track.control}`))
      : Number(numbered);
  // A stream with one track may be set up by its own address (RFC 2326 §C.2).
  if (index === -1 && control === '' && tracks.length === 1) return 0;
  return tracks[index] === undefined ? undefined : index;
}

function faultAnswer(error: unknown): Answer {
  return error instanceof RtspSyntaxError ? { status: error.status, close: true } : { status: 500, close: true };
}
